package belay.rules.effect;

import belay.rules.effect.Meaning.Change;
import belay.rules.effect.Meaning.Inner;
import belay.rules.effect.Meaning.Mark;
import belay.rules.effect.Value.Piece;
import belay.rules.syntax.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs the commands that a command runs: as somebody else, elsewhere, again and again. */
final class Wrapped {

  private static final int MOST_ROUNDS = 100;

  /** They run what follows in the shell itself. */
  private static final Set<String> SAME_SHELL =
      Set.of("command", "builtin", "noglob", "nocorrect", "exec", "time");

  private static final Set<String> SHELLS =
      Set.of("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "rbash", "busybox");

  private static final Set<String> INTERPRETERS =
      Set.of("python", "python2", "python3", "perl", "ruby", "node", "php", "lua");

  private final Walk walk;
  private final Runner runner;

  Wrapped(Walk walk, Runner runner) {
    this.walk = walk;
    this.runner = runner;
  }

  /**
   * Runs it.
   *
   * @param first the command word
   * @param program its base name
   */
  void run(Inner inner, Field first, String program) {
    Context context = walk.context();
    if (context.isDeepest()) {
      walk.findings().unread("`" + inner.wrapper() + "` is nested too deeply to follow");
      return;
    }
    if (inner instanceof Inner.Words words && SAME_SHELL.contains(program)) {
      walk.within(
          context.inside(wrapper(inner, program), context.place()),
          () -> {
            if (program.startsWith("no")) {
              runner.run(words.words(), true);
            } else {
              runner.runWithoutFunctions(words.words());
            }
          });
      return;
    }
    Context within = context.inside(wrapper(inner, program), place(inner.change())).foreign();
    Scope scope = scope(inner.change(), program);
    walk.in(
        scope,
        () ->
            walk.within(
                within,
                () -> {
                  switch (inner) {
                    case Inner.Words words -> words(words);
                    case Inner.Text text -> runText(text, walk.context());
                    case Inner.Opaque opaque ->
                        walk.findings()
                            .unread(
                                "what `"
                                    + opaque.wrapper()
                                    + " "
                                    + opaque.name().value().display()
                                    + "` runs is not read");
                    case Inner.Code code -> foreign(code.language(), code.text());
                    case Inner.Stdin stdin -> stdin(stdin, first, program);
                  }
                }));
  }

  /** A model may be shared by several programs; people know the one they typed. */
  private static String wrapper(Inner inner, String program) {
    int blank = inner.wrapper().indexOf(' ');
    return blank < 0 ? program : program + inner.wrapper().substring(blank);
  }

  private Origin.Place place(Change change) {
    return switch (change) {
      case Change.Remote(Value host) -> new Origin.Place.Remote(host);
      case Change.Inside(String what) -> new Origin.Place.Inside(what);
      case Change.Nothing _, Change.Directory _, Change.FedOperands _, Change.Found _ ->
          walk.context().place();
    };
  }

  private Scope scope(Change change, String program) {
    Scope outer = walk.scope();
    return switch (change) {
      case Change.Remote(Value host) -> outer.elsewhere("on " + host.display());
      case Change.Inside(String what) -> outer.elsewhere("inside " + what);
      case Change.Directory(Value directory) -> {
        Scope child = outer.ofChild(language(program));
        child.changeDirectory(Paths.absolute(directory, outer.directory()));
        yield child;
      }
      case Change.Nothing _, Change.FedOperands _, Change.Found _ ->
          outer.ofChild(language(program));
    };
  }

  private static Dialect language(String program) {
    return program.equals("zsh") ? Dialect.ZSH : Dialect.BASH;
  }

  private void words(Inner.Words inner) {
    List<Field> words = new ArrayList<>(inner.words());
    while (!words.isEmpty() && assigned(words.getFirst())) {
      words.removeFirst();
    }
    if (words.isEmpty()) {
      return;
    }
    switch (inner.change()) {
      case Change.FedOperands(String placeholder) -> fed(words, placeholder);
      case Change.Found(List<Value> roots, String placeholder, boolean limited) -> {
        List<Value> found = new ArrayList<>();
        roots.forEach(root -> found.add(new Value(List.of(walk.findings().found(root, limited)))));
        runner.run(replaced(words, placeholder, found), false);
      }
      case Change.Nothing _, Change.Remote _, Change.Inside _, Change.Directory _ ->
          runner.run(words, false);
    }
  }

  /** {@code NAME=value} before the command, as sudo(8) and env(1) take it. */
  private boolean assigned(Field field) {
    String prefix = field.value().knownPrefix();
    int equals = prefix.indexOf('=');
    if (equals <= 0 || !Parameters.isName(prefix.substring(0, equals))) {
      return false;
    }
    List<Piece> rest = new ArrayList<>(field.value().pieces());
    rest.set(0, new Piece.Known(prefix.substring(equals + 1)));
    String name = prefix.substring(0, equals);
    walk.scope().set(name, List.of(new Value(rest)), field.emptied());
    walk.scope().export(name);
    return true;
  }

  /** Operands that come from standard input, at the end or in a placeholder's stead. */
  private void fed(List<Field> words, @Nullable String placeholder) {
    Output input = walk.input();
    List<Value> operands =
        input == null
            ? List.of(Value.unknown("what standard input holds"))
            : input.asNames(walk.findings(), placeholder != null);
    // The command itself reads nothing of it.
    walk.fed(
        new Output.Text(Value.EMPTY),
        () -> {
          if (placeholder == null) {
            List<Field> all = new ArrayList<>(words);
            operands.forEach(value -> all.add(words.getFirst().with(value)));
            runner.run(all, false);
            return;
          }
          int rounds = 0;
          for (Value operand : operands) {
            if (rounds++ == MOST_ROUNDS) {
              walk.findings().unread("only the first " + MOST_ROUNDS + " names are followed");
              return;
            }
            runner.run(replaced(words, placeholder, List.of(operand)), false);
          }
        });
  }

  private static List<Field> replaced(List<Field> words, String placeholder, List<Value> by) {
    List<Field> out = new ArrayList<>();
    for (Field word : words) {
      boolean holds =
          word.value().pieces().stream()
              .anyMatch(
                  piece -> piece instanceof Piece.Known(String text) && text.contains(placeholder));
      if (holds) {
        by.forEach(value -> out.add(word.with(replaced(word.value(), placeholder, value))));
      } else {
        out.add(word);
      }
    }
    return out;
  }

  private static Value replaced(Value value, String placeholder, Value by) {
    List<Piece> out = new ArrayList<>();
    for (Piece piece : value.pieces()) {
      if (!(piece instanceof Piece.Known(String text))) {
        out.add(piece);
        continue;
      }
      int from = 0;
      for (int at = text.indexOf(placeholder); at >= 0; at = text.indexOf(placeholder, from)) {
        out.add(new Piece.Known(text.substring(from, at)));
        out.addAll(by.pieces());
        from = at + placeholder.length();
      }
      out.add(new Piece.Known(text.substring(from)));
    }
    return new Value(out);
  }

  // --- text
  // ----------------------------------------------------------------------------------------

  /** Text that is read as commands, in the scope as it is. */
  void runText(Inner.Text inner, Context within) {
    Field field = inner.text();
    boolean positional = !inner.arguments().isEmpty();
    if (positional) {
      walk.scope().setPositional(inner.arguments().subList(1, inner.arguments().size()));
    }
    runCode(inner.wrapper(), field.value(), field, within.emptied(field.emptied()));
  }

  private void runCode(String wrapper, Value text, Field at, Context within) {
    if (text.known() == null && isUnknown(text)) {
      unknownCode(wrapper, text, at);
      return;
    }
    if (within.isDeepest()) {
      walk.findings().unread("`" + wrapper + "` is nested too deeply to follow");
      return;
    }
    walk.read(Code.through(text, at.span()), within);
  }

  /** Nothing of it is known that could be read. */
  private static boolean isUnknown(Value text) {
    for (Piece piece : text.pieces()) {
      if (piece instanceof Piece.Known(String known) && !known.isBlank()) {
        return false;
      }
    }
    return true;
  }

  private void stdin(Inner.Stdin inner, Field first, String program) {
    Field at = Runner.isNowhere(inner.at()) ? first : inner.at();
    String file = inner.at().known();
    Output output = file == null ? null : walk.substitutedBy(file);
    output = output == null ? walk.input() : output;
    switch (output) {
      // A shell of its own on the terminal: its lines are its own.
      case null -> {}
      case Output.Text(Value text) -> {
        if (!isShell(program)) {
          if (Output.isFetched(text)) {
            unknownCode(program, text, at);
          } else {
            foreign(program, at.with(text));
          }
        } else if (!text.pieces().isEmpty()) {
          walk.fed(null, () -> runCode(program, text, at, walk.context()));
        }
      }
      case Output.Found found -> unknownCode(program, found.asText(walk.findings()), at);
      case Output.Unknown unknown -> {
        Value text = Value.unknown(unknown.why());
        if (isShell(program) || Output.isFetched(text)) {
          unknownCode(program, text, at);
        }
      }
    }
  }

  /** Code of another language: what it plainly says it does. */
  private void foreign(String language, Field code) {
    if (Output.isFetched(code.value())) {
      unknownCode(language, code.value(), code);
      return;
    }
    Meaning meaning = ForeignCode.of(language, code);
    meaning.marks().forEach(mark -> walk.effect(mark, language));
    meaning.inner().forEach(inner -> run(inner, code, language));
  }

  /** Whether a file among its arguments is read as commands or code. */
  static boolean isReader(String program) {
    return isShell(program) || INTERPRETERS.contains(program);
  }

  static boolean isShell(String program) {
    return SHELLS.contains(program)
        || program.equals("sudo")
        || program.equals("doas")
        || program.equals("ssh")
        || program.equals("at")
        || program.equals("batch")
        || program.equals("su");
  }

  /** What comes from the network is code nobody has read; of the rest nobody can say. */
  private void unknownCode(String program, Value text, Field at) {
    String why = "what `" + program + "` runs";
    for (Piece piece : text.pieces()) {
      if (piece instanceof Piece.Unknown(String reason)) {
        why = reason;
        break;
      }
    }
    walk.findings().unread("`" + program + "` runs what is only known then: " + why);
    walk.effect(
        new Mark(
            EffectKind.EXECUTE,
            Meaning.Sort.UNKNOWN,
            "",
            Value.unknown(why),
            null,
            Reach.ONE,
            sureness(program, text, why),
            null,
            at),
        program);
  }

  /**
   * What another program prints to be evaluated is how shells are set up; what a variable holds is
   * whatever came into it.
   */
  private static Certainty sureness(String program, Value text, String why) {
    if (Output.isFetched(text)) {
      return Certainty.CERTAIN;
    }
    return program.equals("eval") && why.startsWith("$") ? Certainty.LIKELY : Certainty.POSSIBLE;
  }
}
