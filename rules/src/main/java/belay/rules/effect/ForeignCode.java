package belay.rules.effect;

import belay.rules.effect.Meaning.Change;
import belay.rules.effect.Meaning.Inner;
import belay.rules.effect.Meaning.Mark;
import belay.rules.effect.Meaning.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Code of another language given to its interpreter: which of the well-known functions that delete,
 * write or run something are called in it, and with what. The language is not followed: a name that
 * stands in the call as text is certain, any other is only possible.
 */
final class ForeignCode {

  private static final String WORKED_OUT = "what the program works out";

  /** What a called function does. */
  private enum Call {
    DELETE,
    DELETE_ALL,
    WRITE,
    /** It writes if a mode says so. */
    OPEN,
    TRUNCATE,
    MOVE,
    RUN
  }

  /** By the last part of a name, whatever it is called on. */
  private static final Map<String, Call> CALLS =
      Map.ofEntries(
          Map.entry("unlink", Call.DELETE),
          Map.entry("unlinkSync", Call.DELETE),
          Map.entry("rmtree", Call.DELETE_ALL),
          Map.entry("remove_tree", Call.DELETE_ALL),
          Map.entry("removedirs", Call.DELETE_ALL),
          Map.entry("rm_rf", Call.DELETE_ALL),
          Map.entry("rm_r", Call.DELETE_ALL),
          Map.entry("remove_dir", Call.DELETE_ALL),
          Map.entry("remove_entry", Call.DELETE_ALL),
          Map.entry("remove_entry_secure", Call.DELETE_ALL),
          Map.entry("rimraf", Call.DELETE_ALL),
          Map.entry("rimrafSync", Call.DELETE_ALL),
          Map.entry("removeSync", Call.DELETE_ALL),
          Map.entry("emptyDirSync", Call.DELETE_ALL),
          Map.entry("rmSync", Call.DELETE_ALL),
          Map.entry("open", Call.OPEN),
          Map.entry("fopen", Call.OPEN),
          Map.entry("openSync", Call.OPEN),
          Map.entry("writeFileSync", Call.WRITE),
          Map.entry("writeFile", Call.WRITE),
          Map.entry("file_put_contents", Call.WRITE),
          Map.entry("truncateSync", Call.TRUNCATE),
          Map.entry("renameSync", Call.MOVE),
          Map.entry("system", Call.RUN),
          Map.entry("popen", Call.RUN),
          Map.entry("getoutput", Call.RUN),
          Map.entry("getstatusoutput", Call.RUN),
          Map.entry("check_call", Call.RUN),
          Map.entry("check_output", Call.RUN),
          Map.entry("Popen", Call.RUN),
          Map.entry("shell_exec", Call.RUN),
          Map.entry("passthru", Call.RUN),
          Map.entry("proc_open", Call.RUN),
          Map.entry("execSync", Call.RUN),
          Map.entry("execFileSync", Call.RUN),
          Map.entry("spawnSync", Call.RUN),
          Map.entry("spawn", Call.RUN),
          Map.entry("capture2", Call.RUN),
          Map.entry("capture3", Call.RUN),
          Map.entry("qx", Call.RUN));

  /** By the whole name: what it ends in says too little. */
  private static final Map<String, Call> QUALIFIED =
      Map.ofEntries(
          Map.entry("os.remove", Call.DELETE),
          Map.entry("os.rmdir", Call.DELETE),
          Map.entry("file.delete", Call.DELETE),
          Map.entry("dir.delete", Call.DELETE),
          Map.entry("dir.rmdir", Call.DELETE),
          Map.entry("fileutils.rm", Call.DELETE),
          Map.entry("fileutils.rm_f", Call.DELETE),
          Map.entry("fs.rm", Call.DELETE_ALL),
          Map.entry("fs.promises.rm", Call.DELETE_ALL),
          // Called on what a call gives, as in `require("fs").rm(…)`.
          Map.entry(".rm", Call.DELETE_ALL),
          Map.entry(".rmdir", Call.DELETE_ALL),
          Map.entry("fs.rmdir", Call.DELETE_ALL),
          Map.entry("fs.rmdirsync", Call.DELETE_ALL),
          Map.entry("fs.remove", Call.DELETE_ALL),
          Map.entry("os.truncate", Call.TRUNCATE),
          Map.entry("file.truncate", Call.TRUNCATE),
          Map.entry("file.write", Call.WRITE),
          Map.entry("io.write", Call.WRITE),
          Map.entry("os.rename", Call.MOVE),
          Map.entry("os.replace", Call.MOVE),
          Map.entry("shutil.move", Call.MOVE),
          Map.entry("fileutils.mv", Call.MOVE),
          Map.entry("file.rename", Call.MOVE),
          Map.entry("subprocess.run", Call.RUN),
          Map.entry("subprocess.call", Call.RUN),
          Map.entry("os.execute", Call.RUN),
          Map.entry("os.execv", Call.RUN),
          Map.entry("os.execvp", Call.RUN),
          Map.entry("os.execlp", Call.RUN));

  /** Where a function of that name is the language's own. */
  private static final Map<String, Call> PLAIN =
      Map.of(
          "exec", Call.RUN, "rmdir", Call.DELETE, "rename", Call.MOVE, "truncate", Call.TRUNCATE);

  /** They call functions without parentheses, and run what stands between backquotes. */
  private static final Set<String> LOOSE = Set.of("perl", "ruby", "php");

  private static final Set<String> AWKS = Set.of("awk", "gawk", "mawk", "nawk");

  private final ForeignText text;
  private final String language;
  private final Field at;
  private final List<Mark> marks = new ArrayList<>();
  private final List<Inner> inner = new ArrayList<>();
  private @Nullable Value path;

  private ForeignCode(String language, Field code) {
    this.language = language.replaceAll("[0-9.]+$", "");
    this.text = new ForeignText(code.value(), LOOSE.contains(this.language));
    this.at = code;
  }

  /**
   * What the code would do.
   *
   * @param language the interpreter's name
   */
  static Meaning of(String language, Field code) {
    ForeignCode reading = new ForeignCode(language, code);
    reading.read();
    return new Meaning(reading.marks, reading.inner);
  }

  private void read() {
    while (!text.atEnd()) {
      if (text.skipComment()) {
        continue;
      }
      if (text.at('`') && LOOSE.contains(language)) {
        run(List.of(text.literal()));
      } else if (text.atQuote()) {
        afterText(text.literal());
      } else if (text.at('%') && language.equals("ruby") && text.follows("%x")) {
        text.skip(2);
        run(List.of(text.delimited()));
      } else if (AWKS.contains(language) && (text.at('>') || text.at('|'))) {
        awkOutput();
      } else {
        String name = text.name();
        if (name == null) {
          text.skip(1);
        } else {
          called(name);
        }
      }
    }
  }

  /** {@code "command" | getline}. */
  private void afterText(Value literal) {
    path = AWKS.contains(language) ? literal : path;
    if (AWKS.contains(language) && text.follows("| getline")) {
      run(List.of(literal));
    }
  }

  /** {@code print > "file"} and {@code print | "command"}. */
  private void awkOutput() {
    boolean pipes = text.at('|');
    text.skip(1);
    boolean appends = text.at('>');
    text.skip(appends ? 1 : 0);
    text.skipBlanks();
    if (text.atQuote()) {
      Value literal = text.literal();
      if (pipes) {
        String command = literal.known();
        boolean shell = command != null && Wrapped.isShell(command) && path != null;
        run(List.of(shell ? path : literal));
      } else {
        mark(appends ? EffectKind.APPEND : EffectKind.OVERWRITE, literal, Reach.ONE);
      }
    }
  }

  private void called(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    if (last.equals("qx") || last.equals("x")) {
      if (last.equals("qx") && language.equals("perl")) {
        run(List.of(text.delimited()));
      }
      return;
    }
    Call call = QUALIFIED.get(name.toLowerCase(Locale.ROOT));
    call = call == null ? CALLS.get(last) : call;
    if (call == null && (LOOSE.contains(language) || text.mentions("child_process"))) {
      call = PLAIN.get(last);
    }
    if (call == null && !last.endsWith("Path")) {
      return;
    }
    List<Value> arguments = text.arguments();
    if (arguments == null) {
      return;
    }
    if (call == null) {
      path = arguments.isEmpty() ? null : arguments.getFirst();
      return;
    }
    if (arguments.isEmpty()) {
      // `Path("x").unlink()`
      arguments = call == Call.DELETE && path != null ? List.of(path) : List.of();
    }
    switch (call) {
      case DELETE -> arguments.forEach(each -> mark(EffectKind.DELETE, each, Reach.ONE));
      case DELETE_ALL -> first(EffectKind.DELETE, arguments, Reach.RECURSIVE);
      case WRITE -> first(EffectKind.OVERWRITE, arguments, Reach.ONE);
      case TRUNCATE -> first(EffectKind.TRUNCATE, arguments, Reach.ONE);
      case MOVE -> first(EffectKind.MOVE, arguments, Reach.ONE);
      case OPEN -> opened(arguments);
      case RUN -> run(arguments);
    }
  }

  private void first(EffectKind kind, List<Value> arguments, Reach reach) {
    if (!arguments.isEmpty()) {
      mark(kind, arguments.getFirst(), reach);
    }
  }

  /**
   * {@code open('x', 'w')}; perl has the mode before the name, in an argument or in one with it.
   */
  private void opened(List<Value> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String known = arguments.get(i).knownPrefix();
      if (known.startsWith(">") && !known.startsWith(">&")) {
        EffectKind kind = known.startsWith(">>") ? EffectKind.APPEND : EffectKind.OVERWRITE;
        String name = known.replaceFirst("^>+\\s*", "");
        boolean apart = name.isEmpty() || name.startsWith(":");
        if (!apart) {
          mark(kind, Values.without(arguments.get(i), known.length() - name.length()), Reach.ONE);
        } else if (i + 1 < arguments.size()) {
          mark(kind, arguments.get(i + 1), Reach.ONE);
        }
        return;
      }
    }
    String mode = arguments.size() < 2 ? null : arguments.get(1).known();
    if (mode != null && mode.startsWith("w")) {
      mark(EffectKind.OVERWRITE, arguments.getFirst(), Reach.ONE);
    } else if (mode != null && mode.startsWith("a")) {
      mark(EffectKind.APPEND, arguments.getFirst(), Reach.ONE);
    }
  }

  private void mark(EffectKind kind, Value value, Reach reach) {
    boolean workedOut = value.knownPrefix().isEmpty() && value.hasUnknown();
    marks.add(
        new Mark(
            kind,
            Sort.PATH,
            "",
            value,
            null,
            reach,
            workedOut ? Certainty.POSSIBLE : Certainty.CERTAIN,
            null,
            at));
  }

  /** One text is read by a shell; several are the words of a command. */
  private void run(List<Value> arguments) {
    if (arguments.isEmpty()) {
      return;
    }
    String wrapper = language + " system";
    if (arguments.size() == 1) {
      inner.add(
          new Inner.Text(wrapper, new Change.Nothing(), at.with(arguments.getFirst()), List.of()));
    } else {
      inner.add(
          new Inner.Words(
              wrapper, new Change.Nothing(), arguments.stream().map(at::with).toList()));
    }
  }

  /** What an expression is that is no text. */
  static Value workedOut() {
    return Value.unknown(WORKED_OUT);
  }
}
