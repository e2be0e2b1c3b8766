package belay.rules.effect;

import belay.rules.effect.Meaning.Change;
import belay.rules.effect.Meaning.Inner;
import belay.rules.effect.Meaning.Mark;
import belay.rules.syntax.Assignment;
import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Part;
import belay.rules.syntax.Redirection;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import belay.rules.syntax.Word;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs simple commands (POSIX.1-2024 2.9.1): aliases, functions, builtins, then programs. */
final class Runner {

  /** Builtins by which a person changes how the shell itself works, and which have a model. */
  private static final Set<String> STATING = Set.of("unset", "set", "export");

  private static final Set<String> DECLARING =
      Set.of("declare", "typeset", "local", "export", "readonly", "integer", "float");

  private final Walk walk;
  private final Builtins builtins;
  private final Wrapped wrapped;

  Runner(Walk walk) {
    this.walk = walk;
    this.wrapped = new Wrapped(walk, this);
    this.builtins = new Builtins(walk, wrapped);
  }

  void run(Command.Simple simple) {
    if (!walk.findings().step()) {
      return;
    }
    List<Word> words = simple.words();
    String name = words.isEmpty() ? null : words.getFirst().bareText();
    if (name != null && expandedAlias(simple, name)) {
      return;
    }
    if (name != null && isHarmless(simple, name)) {
      return;
    }
    List<Field> fields = walk.expander().fields(words);
    String command = fields.isEmpty() ? ":" : fields.getFirst().known();
    boolean writes = command == null || !isMute(command, fields);
    new Redirections(walk)
        .around(
            simple.redirections(),
            writes,
            () -> {
              if (fields.isEmpty()) {
                assign(simple.assignments(), false);
                stated(simple.assignments());
              } else {
                run(fields, simple.assignments());
              }
            });
  }

  /** It prints nothing, so that what it is redirected to is only emptied. */
  private static boolean isMute(String command, List<Field> fields) {
    return switch (command) {
      case ":", "true" -> true;
      case "cat" -> fields.size() == 2 && "/dev/null".equals(fields.getLast().known());
      case "echo" -> fields.size() == 2 && "-n".equals(fields.getLast().known());
      default -> false;
    };
  }

  /** Most commands change nothing and have nothing in their words that could. */
  private boolean isHarmless(Command.Simple simple, String name) {
    return simple.redirections().isEmpty()
        && simple.assignments().isEmpty()
        && walk.sink() == null
        && !walk.models().knows(name)
        && !builtins.knows(name)
        && !saysThatItDestroys(simple.words())
        && name.indexOf('/') < 0
        && !walk.code().hasHoles(name)
        && walk.scope().function(name) == null
        && isPlain(simple.words())
        && (!walk.context().own() || walk.scope().shell().function(name) == null);
  }

  private static boolean saysThatItDestroys(List<Word> words) {
    for (Word word : words) {
      String text = word.constantText();
      if (text != null && Unmodelled.isTelling(text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPlain(List<Word> words) {
    for (Word word : words) {
      for (Part part : word.parts()) {
        boolean plain =
            switch (part) {
              case Part.DoubleQuoted _,
                  Part.Parameter _,
                  Part.CommandSubstitution _,
                  Part.ProcessSubstitution _,
                  Part.ArithmeticExpansion _,
                  Part.Braces _ ->
                  word.constantText() != null;
              case Part.Literal _,
                  Part.Escaped _,
                  Part.SingleQuoted _,
                  Part.AnsiQuoted _,
                  Part.Tilde _,
                  Part.EqualsCommand _,
                  Part.Glob _,
                  Part.BraceRange _ ->
                  true;
            };
        if (!plain) {
          return false;
        }
      }
    }
    return true;
  }

  /** Assignments before a command are its alone, but a declaration's are the shell's. */
  private void run(List<Field> fields, List<Assignment> assignments) {
    if (assignments.isEmpty()) {
      run(fields, true);
      return;
    }
    String name = fields.getFirst().known();
    if (name != null && DECLARING.contains(name)) {
      assign(assignments, name.equals("export"));
      stated(assignments);
      run(fields, true);
      return;
    }
    List<Scope.@Nullable Binding> before = new ArrayList<>();
    assignments.forEach(each -> before.add(walk.scope().assigned(each.name())));
    assign(assignments, true);
    run(fields, true);
    for (int i = assignments.size() - 1; i >= 0; i--) {
      walk.scope().restore(assignments.get(i).name(), before.get(i));
    }
  }

  /** Reads the command again with its alias in place, as the shell's scanner would have. */
  private boolean expandedAlias(Command.Simple simple, String name) {
    Context context = walk.context();
    if (!context.own() || context.isDeepest() || context.expanding().contains(name)) {
      return false;
    }
    String alias = walk.scope().shell().alias(name);
    if (alias == null) {
      return false;
    }
    Context within = context.expanding(name);
    Code code =
        walk.code().replaced(simple.span(), simple.words().getFirst().span(), Text.encode(alias));
    int shift = simple.words().getFirst().span().from() - simple.span().from();
    int end = shift + Text.encode(alias).length;
    String before = alias;
    // A blank at its end lets the next word be an alias too (bash(1) ALIASES).
    for (int i = 1; i < simple.words().size(); i++) {
      Word next = simple.words().get(i);
      String text = next.bareText();
      if (text == null || !(before.endsWith(" ") || before.endsWith("\t"))) {
        break;
      }
      String more = within.expanding().contains(text) ? null : walk.scope().shell().alias(text);
      if (more == null) {
        break;
      }
      within = within.expanding(text);
      int gap = next.span().from() - simple.words().get(i - 1).span().to();
      Span here = new Span(end + gap, end + gap + next.span().length());
      byte[] by = Text.encode(more);
      code = code.replaced(new Span(0, code.bytes().length), here, by);
      end = here.from() + by.length;
      before = more;
    }
    walk.read(withDocuments(code, simple), within);
    return true;
  }

  /** The bodies of here-documents stand behind the line; they are put there again. */
  private Code withDocuments(Code code, Command.Simple simple) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(code.bytes());
    byte[] line = walk.code().bytes();
    for (Redirection redirection : simple.redirections()) {
      Redirection.HereDocument document = redirection.document();
      if (document != null && document.span().from() >= simple.span().to()) {
        int end = document.span().to();
        while (end < line.length && line[end] != '\n') {
          end++;
        }
        out.write('\n');
        out.writeBytes(walk.code().slice(document.span().from(), end));
      }
    }
    return out.size() == code.bytes().length
        ? code
        : new Code(out.toByteArray(), code.place(), code.holes());
  }

  void assign(List<Assignment> assignments, boolean exported) {
    for (Assignment assignment : assignments) {
      assign(assignment);
      if (exported) {
        walk.scope().export(assignment.name());
      }
    }
  }

  /** What the shell itself does by these values, as {@code HISTSIZE=0}: a model says so. */
  private void stated(List<Assignment> assignments) {
    for (Assignment assignment : assignments) {
      Scope.Binding bound = walk.scope().assigned(assignment.name());
      if (bound != null && assignment.subscript() == null && bound.values().size() == 1) {
        Value text = Value.of(assignment.name() + "=").append(bound.values().getFirst());
        effects("export", List.of(new Field(text, assignment.span(), List.of())));
      }
    }
  }

  /**
   * What a model says of a builtin that changes the shell's state. A value that nobody knows could
   * be any, and nearly none changes how the shell works.
   */
  private void effects(String name, List<Field> arguments) {
    for (Mark mark : walk.models().read(name, arguments).marks()) {
      if (mark.certainty() == Certainty.CERTAIN) {
        walk.effect(mark, name, arguments);
      }
    }
  }

  private void assign(Assignment assignment) {
    Scope scope = walk.scope();
    String name = assignment.name();
    if (assignment.subscript() != null) {
      Field _ = walk.expander().single(assignment.subscript());
      scope.set(name, List.of(Value.unknown("an element of $" + name + " was set")));
      return;
    }
    List<Value> before = assignment.append() ? walk.expander().named(name) : List.of();
    switch (assignment.value()) {
      case Assignment.Value.Scalar(Word word) -> {
        Field field = walk.expander().single(word);
        Value value = before.isEmpty() ? field.value() : appended(before.getFirst(), field.value());
        scope.set(name, List.of(value), value.pieces().isEmpty() ? List.of() : field.emptied());
      }
      case Assignment.Value.Array(List<Word> elements) -> {
        List<Value> values = new ArrayList<>(before);
        walk.expander().fields(elements).forEach(field -> values.add(field.value()));
        scope.set(name, values);
      }
    }
  }

  private static Value appended(Value before, Value more) {
    Output all = Output.both(new Output.Text(before), new Output.Text(more));
    return all instanceof Output.Text(Value text) ? text : Value.unknown("it is too long");
  }

  /**
   * Runs a command whose words are expanded.
   *
   * @param functions whether functions are looked at, which only the shell itself does
   */
  void run(List<Field> fields, boolean functions) {
    Field first = fields.getFirst();
    String name = first.known();
    List<Field> arguments = fields.subList(1, fields.size());
    if (name == null) {
      unknownCommand(first);
      return;
    }
    if (name.isEmpty()) {
      return;
    }
    boolean slash = name.indexOf('/') >= 0;
    if (functions
        && !slash
        && (function(first, name, arguments) || builtins.run(name, first, arguments))) {
      if (STATING.contains(name) && !arguments.isEmpty()) {
        effects(name, arguments);
      }
      return;
    }
    program(first, slash ? name.substring(name.lastIndexOf('/') + 1) : name, arguments);
  }

  /** A builtin by its name alone, as {@code command} and {@code builtin} run it. */
  void runWithoutFunctions(List<Field> fields) {
    Field first = fields.getFirst();
    String name = first.known();
    if (name == null || !builtins.run(name, first, fields.subList(1, fields.size()))) {
      run(fields, false);
    }
  }

  private void unknownCommand(Field first) {
    String shown = first.value().display();
    walk.findings().unread("the command `" + shown + "` is only known when it runs");
    walk.effect(
        new Mark(
            EffectKind.EXECUTE,
            Meaning.Sort.UNKNOWN,
            "",
            Value.unknown("the command word is only known when it runs"),
            null,
            Reach.ONE,
            Certainty.POSSIBLE,
            null,
            first),
        shown);
  }

  private void program(Field first, String program, List<Field> arguments) {
    Meaning meaning = walk.models().read(program, arguments, input(first));
    for (Mark mark : meaning.marks()) {
      walk.effect(isNowhere(mark.at()) ? mark.at(first) : mark, program, arguments);
    }
    for (Inner inner : meaning.inner()) {
      wrapped.run(inner, first, program);
    }
    Field file =
        meaning.inner().isEmpty() && Wrapped.isReader(program) ? substituted(arguments) : null;
    if (file != null) {
      wrapped.run(new Inner.Stdin(program, new Change.Nothing(), file), first, program);
    }
    if (walk.sink() != null
        && meaning.inner().stream()
            .allMatch(inner -> inner instanceof Inner.Code || inner instanceof Inner.Opaque)) {
      walk.sink().add(Printed.of(program, arguments, walk.input(), walk));
    }
  }

  /** What standard input holds, as an argument; null where it is the terminal's. */
  private @Nullable Field input(Field first) {
    return switch (walk.input()) {
      case null -> null;
      case Output.Text(Value text) -> first.with(text);
      case Output.Found _ -> first.with(Value.unknown("names that are found"));
      case Output.Unknown unknown -> first.with(Value.unknown(unknown.why()));
    };
  }

  /** The file that a process substitution makes, as in {@code bash <(…)}; null where none is. */
  private @Nullable Field substituted(List<Field> arguments) {
    for (Field argument : arguments) {
      String path = argument.known();
      if (path != null && walk.substitutedBy(path) != null) {
        return argument;
      }
    }
    return null;
  }

  /** Nothing among the arguments names the target: the command itself is pointed at. */
  static boolean isNowhere(Field field) {
    return field.span().to() == 0;
  }

  // --- functions
  // -----------------------------------------------------------------------------------

  private boolean function(Field first, String name, List<Field> arguments) {
    Context context = walk.context();
    String mark = "()" + name;
    Scope.Function defined = walk.scope().function(name);
    boolean running = context.expanding().contains(mark);
    if (defined == null) {
      String source = context.own() ? walk.scope().shell().function(name) : null;
      if (source == null) {
        return false;
      }
      defined = parsed(source, name, first.span());
    }
    if (running) {
      return true; // what it does has been seen
    }
    if (context.isDeepest()) {
      walk.findings().unread("functions are nested too deeply to follow");
      return true;
    }
    Command body = defined.body();
    Context within = context.expanding(mark);
    if (ForkBomb.isOne(name, body)) {
      bomb(name, first);
      return true;
    }
    Walk inside = walk.inside(defined.code(), within);
    inside.call(arguments, () -> inside.command(body));
    return true;
  }

  /** bash tells the whole definition, zsh the body alone. */
  private Scope.Function parsed(String source, String name, Span word) {
    Code code = Code.through(source, word);
    Script script = Parser.parse(code.bytes(), walk.scope().dialect(), true);
    List<CommandList.Item> items = script.body().items();
    if (items.size() == 1
        && items.getFirst().command() instanceof Command.FunctionDefinition definition
        && definition.names().contains(name)) {
      return new Scope.Function(definition.body(), code);
    }
    return new Scope.Function(new Command.Group(script.body().span(), script.body()), code);
  }

  private void bomb(String name, Field at) {
    walk.effect(
        new Mark(
            EffectKind.STOP,
            Meaning.Sort.HOST,
            "",
            Value.of("localhost"),
            null,
            Reach.ALL,
            Certainty.CERTAIN,
            null,
            at),
        "fork bomb");
    walk.findings().unread("`" + Text.printable(name) + "` starts itself again and again");
  }
}
