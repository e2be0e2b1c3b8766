package belay.rules.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a short program in Python, Perl, Ruby, JavaScript, PHP or awk that remove files,
 * overwrite them, or hand a text to a shell. It knows strings, comments and names, and nothing of
 * what a variable holds: an argument that is no literal is not known, and said to be so.
 */
final class ForeignCode {

  /** A call that changes something. */
  sealed interface Call {

    /**
     * Files are removed.
     *
     * @param path null where it is no literal
     */
    record Removal(@Nullable String path, boolean recursive) implements Call {}

    record Overwriting(String path) implements Call {}

    /**
     * A text that a shell reads.
     *
     * @param text null where it is no literal
     */
    record Shell(@Nullable String text) implements Call {}
  }

  private enum Kind {
    REMOVE,
    REMOVE_TREE,
    /** Recursive when an option of its call says so. */
    REMOVE_AS_TOLD,
    WRITE,
    OPEN,
    SHELL,
    /** A list of words, run as they are. */
    SPAWN
  }

  private static final Map<String, Kind> CALLS =
      Map.ofEntries(
          // Python: os, shutil, pathlib, subprocess
          Map.entry("os.remove", Kind.REMOVE),
          Map.entry("os.unlink", Kind.REMOVE),
          Map.entry("os.rmdir", Kind.REMOVE),
          Map.entry("os.removedirs", Kind.REMOVE),
          Map.entry("shutil.rmtree", Kind.REMOVE_TREE),
          Map.entry("rmtree", Kind.REMOVE_TREE),
          Map.entry("os.system", Kind.SHELL),
          Map.entry("os.popen", Kind.SHELL),
          Map.entry("subprocess.run", Kind.SPAWN),
          Map.entry("subprocess.call", Kind.SPAWN),
          Map.entry("subprocess.check_call", Kind.SPAWN),
          Map.entry("subprocess.check_output", Kind.SPAWN),
          Map.entry("subprocess.getoutput", Kind.SHELL),
          Map.entry("subprocess.Popen", Kind.SPAWN),
          Map.entry("open", Kind.OPEN),
          // Perl, PHP, awk: their functions; File::Path
          Map.entry("unlink", Kind.REMOVE),
          Map.entry("rmdir", Kind.REMOVE),
          Map.entry("remove_tree", Kind.REMOVE_TREE),
          Map.entry("File::Path::remove_tree", Kind.REMOVE_TREE),
          Map.entry("system", Kind.SPAWN),
          Map.entry("exec", Kind.SPAWN),
          Map.entry("shell_exec", Kind.SHELL),
          Map.entry("passthru", Kind.SHELL),
          Map.entry("popen", Kind.SHELL),
          Map.entry("file_put_contents", Kind.WRITE),
          // Ruby: File, Dir, FileUtils, IO
          Map.entry("File.delete", Kind.REMOVE),
          Map.entry("File.unlink", Kind.REMOVE),
          Map.entry("Dir.delete", Kind.REMOVE),
          Map.entry("Dir.rmdir", Kind.REMOVE),
          Map.entry("Dir.unlink", Kind.REMOVE),
          Map.entry("File.write", Kind.WRITE),
          Map.entry("IO.write", Kind.WRITE),
          Map.entry("File.open", Kind.OPEN),
          Map.entry("IO.popen", Kind.SPAWN),
          Map.entry("FileUtils.rm", Kind.REMOVE),
          Map.entry("FileUtils.rm_f", Kind.REMOVE),
          Map.entry("FileUtils.rm_r", Kind.REMOVE_TREE),
          Map.entry("FileUtils.rm_rf", Kind.REMOVE_TREE),
          Map.entry("FileUtils.rmtree", Kind.REMOVE_TREE),
          Map.entry("FileUtils.remove_dir", Kind.REMOVE_TREE),
          Map.entry("FileUtils.remove_entry", Kind.REMOVE_TREE),
          Map.entry("FileUtils.remove_entry_secure", Kind.REMOVE_TREE),
          Map.entry("rm_rf", Kind.REMOVE_TREE),
          // Node.js: fs, child_process
          Map.entry("rmSync", Kind.REMOVE_AS_TOLD),
          Map.entry("rmdirSync", Kind.REMOVE_AS_TOLD),
          Map.entry("unlinkSync", Kind.REMOVE),
          Map.entry("fs.rm", Kind.REMOVE_AS_TOLD),
          Map.entry("fs.unlink", Kind.REMOVE),
          Map.entry("fs.rmdir", Kind.REMOVE_AS_TOLD),
          Map.entry("writeFileSync", Kind.WRITE),
          Map.entry("execSync", Kind.SHELL),
          Map.entry("spawn", Kind.SPAWN),
          Map.entry("spawnSync", Kind.SPAWN),
          Map.entry("execFileSync", Kind.SPAWN));

  private static final int MOST_CALLS = 64;

  private final String text;
  private final boolean backquotes;
  private final List<Call> calls = new ArrayList<>();
  private int at;

  private ForeignCode(String text, boolean backquotes) {
    this.text = text;
    this.backquotes = backquotes;
  }

  /**
   * The calls of a program, in their order.
   *
   * @param language the base name of its interpreter
   */
  static List<Call> calls(String language, String text) {
    boolean backquotes =
        language.startsWith("perl") || language.startsWith("ruby") || language.startsWith("php");
    ForeignCode code = new ForeignCode(text, backquotes);
    code.read();
    return code.calls;
  }

  private void read() {
    while (at < text.length() && calls.size() < MOST_CALLS) {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        string();
      } else if (c == '`') {
        String command = string();
        if (backquotes) {
          calls.add(new Call.Shell(command));
        }
      } else if (isName(c) && !Character.isDigit(c)) {
        name();
      } else if (c == '#' && (at == 0 || Character.isWhitespace(text.charAt(at - 1)))) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        at++;
      }
    }
  }

  private static boolean isName(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private void name() {
    int from = at;
    while (at < text.length() && (isName(text.charAt(at)) || isJoint(at))) {
      at++;
    }
    String name = text.substring(from, at);
    boolean sigil = from > 0 && "$@%&".indexOf(text.charAt(from - 1)) >= 0;
    boolean method = from > 0 && text.charAt(from - 1) == '.';
    if (name.equals("qx") || name.equals("%x")) {
      delimited();
      return;
    }
    if (method && (name.equals("unlink") || name.equals("rmdir")) && endsPath(from)) {
      return;
    }
    Kind kind = sigil ? null : kind(name);
    if (kind != null) {
      call(kind, name);
    } else if (name.endsWith("Path")) {
      path();
    }
  }

  /** {@code os.remove}, {@code File::Path::rmtree}, {@code require("fs").rmSync}. */
  private boolean isJoint(int i) {
    char c = text.charAt(i);
    if (c == '.') {
      return i + 1 < text.length() && isName(text.charAt(i + 1));
    }
    return c == ':'
        && i + 1 < text.length()
        && (text.charAt(i + 1) == ':' || text.charAt(i - 1) == ':');
  }

  private static @Nullable Kind kind(String name) {
    Kind known = CALLS.get(name);
    if (known != null) {
      return known;
    }
    // Under another module's name: `sh.rmtree`, `child_process.execSync`.
    int dot = name.lastIndexOf('.');
    String last = name.substring(dot + 1);
    return dot >= 0 && (last.contains("Sync") || last.contains("rmtree") || last.startsWith("rm_"))
        ? CALLS.get(last)
        : null;
  }

  private boolean endsPath(int from) {
    return from >= 2 && text.charAt(from - 2) == ')';
  }

  /** {@code Path("x").unlink()} */
  private void path() {
    int before = at;
    List<@Nullable String> arguments = arguments();
    if (text.startsWith(".unlink", at) || text.startsWith(".rmdir", at)) {
      calls.add(new Call.Removal(arguments.isEmpty() ? null : arguments.getFirst(), false));
      at += 2;
    } else if (text.startsWith(".write_", at) && !arguments.isEmpty()) {
      String path = arguments.getFirst();
      if (path != null) {
        calls.add(new Call.Overwriting(path));
      }
    } else {
      at = Math.max(before, at);
    }
  }

  private void call(Kind kind, String name) {
    int from = at;
    int before = calls.size();
    List<@Nullable String> arguments = arguments();
    if (arguments.isEmpty() || before != calls.size()) {
      return;
    }
    String first = arguments.getFirst();
    switch (kind) {
      case REMOVE -> arguments.forEach(path -> calls.add(new Call.Removal(path, false)));
      case REMOVE_TREE -> calls.add(new Call.Removal(first, true));
      case REMOVE_AS_TOLD ->
          calls.add(new Call.Removal(first, text.substring(from, at).contains("recursive")));
      case WRITE -> overwrite(first);
      case OPEN -> {
        String mode = arguments.size() > 1 ? arguments.get(1) : null;
        // Perl's three arguments: a handle, `>`, the file.
        if (mode != null && mode.startsWith(">") && !mode.startsWith(">>")) {
          overwrite(arguments.size() > 2 ? arguments.get(2) : null);
        } else if (mode != null && mode.startsWith("w")) {
          overwrite(first);
        }
      }
      case SHELL -> calls.add(new Call.Shell(first));
      case SPAWN -> {
        if (arguments.size() == 1) {
          calls.add(new Call.Shell(first));
        } else if (!arguments.contains(null) || name.startsWith("s")) {
          calls.add(new Call.Shell(command(arguments)));
        }
      }
    }
  }

  private void overwrite(@Nullable String path) {
    if (path != null) {
      calls.add(new Call.Overwriting(path));
    }
  }

  /** Words as a shell would be given them; null where one of the first is not known. */
  private static @Nullable String command(List<@Nullable String> words) {
    StringBuilder command = new StringBuilder();
    for (String word : words) {
      if (word == null) {
        // What stands behind the literals is an option of the call.
        break;
      }
      command.append(command.isEmpty() ? "" : " ").append(quoted(word));
    }
    return command.isEmpty() ? null : command.toString();
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /**
   * The arguments of a call, with or without parentheses, a list taken for its elements: the text
   * of literals, null for all else.
   */
  private List<@Nullable String> arguments() {
    List<@Nullable String> arguments = new ArrayList<>();
    blanks();
    boolean open = at < text.length() && text.charAt(at) == '(';
    if (open) {
      at++;
    }
    int depth = 0;
    boolean literal = false;
    boolean other = false;
    String value = null;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        String read = string();
        literal = !literal && !other;
        value = literal ? read : null;
        other = !literal;
        continue;
      }
      if (c == ',' && depth == 0 || c == ';' || c == '\n' && !open || c == '}' && depth == 0) {
        if (literal || other) {
          arguments.add(value);
        }
        literal = false;
        other = false;
        value = null;
        if (c != ',') {
          return arguments;
        }
        at++;
        continue;
      }
      if (c == ')' && depth == 0) {
        break;
      }
      if (c == '(' || c == '{') {
        depth++;
        other = true;
      } else if (c == ')' || c == '}') {
        depth--;
      } else if (c != '[' && c != ']' && !Character.isWhitespace(c) && !isPrefix()) {
        other = true;
        value = null;
      }
      at++;
    }
    if (literal || other) {
      arguments.add(other ? null : value);
    }
    if (open && at < text.length()) {
      at++;
    }
    return arguments;
  }

  /** The letter of {@code r"…"} and {@code b'…'}. */
  private boolean isPrefix() {
    char c = text.charAt(at);
    boolean quoted =
        at + 1 < text.length() && (text.charAt(at + 1) == '"' || text.charAt(at + 1) == '\'');
    return quoted && "rRbBuU".indexOf(c) >= 0;
  }

  private void blanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  /** {@code qx(…)} and {@code %x[…]}. */
  private void delimited() {
    if (at >= text.length()) {
      return;
    }
    char open = text.charAt(at);
    int pair = "([{<".indexOf(open);
    int end = text.indexOf(pair < 0 ? open : ")]}>".charAt(pair), at + 1);
    if (end > at) {
      calls.add(new Call.Shell(text.substring(at + 1, end)));
      at = end + 1;
    }
  }

  /** Reads a string at its first quote, and goes behind its last. */
  private String string() {
    char quote = text.charAt(at);
    String triple = String.valueOf(quote).repeat(3);
    if (text.startsWith(triple, at)) {
      int end = text.indexOf(triple, at + 3);
      String content = text.substring(at + 3, end < 0 ? text.length() : end);
      at = end < 0 ? text.length() : end + 3;
      return content;
    }
    StringBuilder out = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
        char escaped = text.charAt(at);
        out.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
      } else {
        out.append(text.charAt(at));
      }
      at++;
    }
    at = Math.min(text.length(), at + 1);
    return out.toString();
  }
}
