package belay.rules.effect;

import belay.rules.effect.Meaning.Change;
import belay.rules.effect.Meaning.Inner;
import belay.rules.effect.Meaning.Mark;
import belay.rules.syntax.Assignment;
import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Redirection;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the commands of one text in the order the shell would, and through every text and
 * command inside them: one walk for the line, one more for each level of nesting.
 */
final class Walk implements Expander.Substitutions {

  /** What runs the commands of a file that it is given. */
  private static final Set<String> READS_A_FILE =
      Set.of("bash", "sh", "dash", "zsh", "ksh", "source", ".");

  private static final int DEEPEST = 16;
  private static final int MOST_ROUNDS = 100;

  private final CommandModels models;
  private final Findings findings;
  private final byte[] text;
  private final UnaryOperator<Span> place;
  private Scope scope;
  private Expander expander;
  private Context context = Context.TOP;
  private @Nullable Output input;

  Walk(
      CommandModels models,
      Findings findings,
      Scope scope,
      byte[] text,
      UnaryOperator<Span> place) {
    this.models = models;
    this.findings = findings;
    this.scope = scope;
    this.text = text;
    this.place = place;
    this.expander = new Expander(scope, this, place);
  }

  private void enter(Scope other) {
    scope = other;
    expander = new Expander(other, this, place);
  }

  private void subshell(Runnable body) {
    Scope before = scope;
    enter(scope.copy());
    body.run();
    enter(before);
  }

  private void doubtfully(Runnable body) {
    Context before = context;
    context = context.likely();
    body.run();
    context = before;
  }

  void list(@Nullable CommandList list) {
    if (list != null) {
      for (CommandList.Item item : list.items()) {
        command(item.command());
      }
    }
  }

  private void command(Command command) {
    switch (command) {
      case Command.Simple simple -> simple(simple);
      case Command.AndOr list -> {
        command(list.left());
        switch (list.connector()) {
          case AND -> command(list.right());
          case OR -> doubtfully(() -> command(list.right()));
        }
      }
      case Command.Pipeline pipeline -> pipeline(pipeline.stages());
      case Command.Redirected redirected -> {
        Output before = input;
        Output given = redirections(redirected.redirections(), true);
        if (given != null) {
          input = given;
        }
        command(redirected.command());
        input = before;
      }
      case Command.Subshell(Span _, CommandList body) -> subshell(() -> list(body));
      case Command.Group(Span _, CommandList body) -> list(body);
      case Command.If conditional -> {
        for (Command.Branch branch : conditional.branches()) {
          list(branch.condition());
          doubtfully(() -> list(branch.body()));
        }
        doubtfully(() -> list(conditional.otherwise()));
      }
      case Command.For loop ->
          rounds(
              loop.words() == null ? positional() : expander.fields(loop.words()),
              loop.names().getFirst(),
              loop.body());
      case Command.Select loop ->
          doubtfully(
              () ->
                  rounds(
                      loop.words() == null ? positional() : expander.fields(loop.words()),
                      loop.name(),
                      loop.body()));
      case Command.ArithmeticFor loop -> {
        substitutionsIn(List.of(loop.init(), loop.test(), loop.step()));
        list(loop.body());
      }
      case Command.While loop -> {
        list(loop.condition());
        list(loop.body());
      }
      case Command.Repeat loop -> {
        substitutionsIn(List.of(loop.count()));
        list(loop.body());
      }
      case Command.Case choice -> {
        substitutionsIn(List.of(choice.subject()));
        for (Command.Arm arm : choice.arms()) {
          doubtfully(() -> list(arm.body()));
        }
      }
      case Command.Conditional conditional -> substitutionsIn(conditional.words());
      case Command.Arithmetic arithmetic -> substitutionsIn(List.of(arithmetic.expression()));
      case Command.FunctionDefinition definition ->
          definition.names().forEach(name -> scope.define(name, definition.body()));
      case Command.AnonymousFunction function ->
          call(expander.fields(function.arguments()), () -> command(function.body()));
      case Command.Coprocess coprocess -> subshell(() -> command(coprocess.body()));
      case Command.Always always -> {
        list(always.body());
        list(always.always());
      }
      case Command.Unparsed(Span _, String reason) -> findings.unread(reason);
    }
  }

  private List<Field> positional() {
    List<Field> known = scope.positional();
    return known == null
        ? List.of(
            new Field(Value.unknown("the shell's $@ is not known"), new Span(0, 0), List.of()))
        : known;
  }

  private void rounds(List<Field> fields, String name, CommandList body) {
    int rounds = 0;
    for (Field field : fields) {
      if (rounds++ == MOST_ROUNDS) {
        findings.unread("only the first " + MOST_ROUNDS + " rounds of a loop are followed");
        return;
      }
      scope.set(name, List.of(field.value()));
      list(body);
    }
  }

  /** Expands words for the commands inside them alone. */
  private void substitutionsIn(List<Word> words) {
    for (Word word : words) {
      Field _ = expander.single(word);
    }
  }

  private void pipeline(List<Command> stages) {
    if (stages.size() == 1) {
      command(stages.getFirst());
      return;
    }
    Output before = input;
    for (Command stage : stages) {
      Output[] written = new Output[1];
      subshell(
          () -> {
            command(stage);
            written[0] = Output.of(stage, input, expander, this::quietly);
          });
      input = written[0];
    }
    input = before;
  }

  /** The fields again, without running the substitutions a second time. */
  private List<Field> quietly(List<Word> words) {
    return new Expander(
            scope,
            new Expander.Substitutions() {
              @Override
              public Value output(CommandList body) {
                return Value.unknown("the output of $(…)");
              }

              @Override
              public void run(CommandList body) {}
            },
            place)
        .fields(words);
  }

  // --- simple commands ---------------------------------------------------------------------------

  private void simple(Command.Simple simple) {
    List<Word> words = simple.words();
    if (!words.isEmpty() && expandedAlias(simple)) {
      return;
    }
    List<Field> fields = expander.fields(words);
    boolean writes = !fields.isEmpty() && !Builtins.isNothing(fields.getFirst().known());
    Output before = input;
    Output given = redirections(simple.redirections(), writes);
    if (given != null) {
      input = given;
    }
    if (fields.isEmpty()) {
      assign(simple.assignments());
    } else {
      // In POSIX the assignments are the command's alone, but for the words it has already
      // expanded.
      Scope outer = scope;
      if (!simple.assignments().isEmpty() && !Builtins.isDeclaration(fields.getFirst().known())) {
        enter(scope.copy());
      }
      assign(simple.assignments());
      run(fields);
      if (scope != outer && !simple.assignments().isEmpty()) {
        enter(outer);
      }
    }
    input = before;
  }

  /** Reads the command again with its alias in place, as the shell's scanner would have. */
  private boolean expandedAlias(Command.Simple simple) {
    Word first = simple.words().getFirst();
    String name = first.bareText();
    if (name == null || context.expanding().contains(name) || context.depth() >= DEEPEST) {
      return false;
    }
    String alias = scope.shell().alias(name);
    if (alias == null) {
      return false;
    }
    byte[] head = Text.encode(alias);
    Span word = first.span();
    byte[] rest =
        java.util.Arrays.copyOfRange(text, word.to(), Math.max(word.to(), simple.span().to()));
    byte[] joined = java.util.Arrays.copyOf(head, head.length + rest.length);
    System.arraycopy(rest, 0, joined, head.length, rest.length);
    int moved = word.to() - head.length;
    UnaryOperator<Span> there =
        span ->
            span.from() >= head.length
                ? place.apply(new Span(span.from() + moved, span.to() + moved))
                : place.apply(word);
    List<Redirection> before =
        simple.redirections().stream()
            .filter(redirection -> redirection.span().to() <= word.from())
            .toList();
    redirections(before, true);
    // A blank at its end lets the next word be an alias too; our reader asks for it as a command
    // word when a wrapper such as sudo turns out to run it.
    boolean next = alias.endsWith(" ") || alias.endsWith("\t");
    nested(joined, there, context.expanding(name), scope, next, simple.assignments());
    return true;
  }

  private void nested(
      byte[] code,
      UnaryOperator<Span> there,
      Context inside,
      Scope in,
      boolean aliasNext,
      List<Assignment> assignments) {
    Script script = Parser.parse(code, scope.shell().dialect());
    if (script.status() instanceof Script.Status.Invalid(Span _, String message)) {
      findings.unread(message);
    }
    Walk walk = new Walk(models, findings, in, code, there);
    walk.context = inside;
    walk.input = input;
    walk.aliasesInWrappers = aliasesInWrappers || aliasNext;
    walk.assign(assignments);
    walk.list(script.body());
  }

  private boolean aliasesInWrappers;

  private void assign(List<Assignment> assignments) {
    for (Assignment assignment : assignments) {
      if (assignment.subscript() != null) {
        substitutionsIn(List.of(assignment.subscript()));
        scope.set(
            assignment.name(),
            List.of(Value.unknown("an element of $" + assignment.name() + " was set")));
        continue;
      }
      switch (assignment.value()) {
        case Assignment.Value.Scalar(Word word) -> {
          Value value = expander.single(word).value();
          List<Value> before = scope.assigned(assignment.name());
          if (assignment.append()) {
            value =
                before == null || before.isEmpty()
                    ? outside(assignment.name()).append(value)
                    : before.getFirst().append(value);
          }
          scope.set(assignment.name(), List.of(value));
        }
        case Assignment.Value.Array(List<Word> elements) -> {
          List<Value> values = new ArrayList<>();
          if (assignment.append()) {
            List<Value> before = scope.assigned(assignment.name());
            values.addAll(
                before == null
                    ? List.of(Value.unknown("$" + assignment.name() + " is not known"))
                    : before);
          }
          expander.fields(elements).forEach(field -> values.add(field.value()));
          scope.set(assignment.name(), values);
        }
      }
    }
  }

  private Value outside(String name) {
    return switch (scope.shell().variable(name)) {
      case ShellView.Variable.Set(List<String> values) ->
          values.isEmpty() ? Value.EMPTY : Value.of(values.getFirst());
      case ShellView.Variable.Unset _ -> Value.EMPTY;
      case ShellView.Variable.Unknown(String why) -> Value.unknown(why);
    };
  }

  private static String baseName(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /** Runs a command whose words are expanded. */
  private void run(List<Field> fields) {
    Field first = fields.getFirst();
    String name = first.known();
    List<Field> arguments = fields.subList(1, fields.size());
    if (name == null) {
      findings.unread("the command `" + first.value().display() + "` is only known when it runs");
      effect(
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
          first.value().display());
      return;
    }
    if (name.isEmpty()) {
      return; // '' is no command
    }
    if (!name.contains("/")
        && (function(name, arguments)
            || (isEval(name, arguments) || Builtins.run(name, arguments, scope, input)))) {
      return;
    }
    String program = baseName(name);
    Meaning meaning = models.read(program, arguments);
    if (READS_A_FILE.contains(program)) {
      for (Field argument : arguments) {
        if (Expander.SUBSTITUTED.equals(argument.known())) {
          unknownCode(program, argument, "what another command prints"); // bash <(curl …)
        }
      }
    }
    for (Mark mark : meaning.marks()) {
      effect(isNowhere(mark.at()) ? mark.at(first) : mark, program);
    }
    for (Inner inner : meaning.inner()) {
      inner(
          inner instanceof Inner.Stdin(String wrapper, Change change, Field at) && isNowhere(at)
              ? new Inner.Stdin(wrapper, change, first)
              : inner);
    }
  }

  /** A model that has no argument to point at: the command's own name is shown instead. */
  private static boolean isNowhere(Field field) {
    return field.span().to() == 0;
  }

  private boolean function(String name, List<Field> arguments) {
    Command defined = scope.function(name);
    if (defined != null) {
      if (context.expanding().contains("()" + name)) {
        return true; // it calls itself: what it does has been seen
      }
      Context before = context;
      context = context.expanding("()" + name);
      if (ForkBomb.isOne(name, defined)) {
        bomb(name);
      } else if (context.depth() < DEEPEST) {
        call(arguments, () -> command(defined));
      }
      context = before;
      return true;
    }
    if (context.expanding().contains("()" + name)) {
      return true;
    }
    String source = scope.shell().function(name);
    if (source == null) {
      return false;
    }
    if (context.depth() >= DEEPEST) {
      findings.unread("functions are nested too deeply to follow");
      return true;
    }
    Span here = arguments.isEmpty() ? new Span(0, 0) : arguments.getFirst().span();
    Scope inside = scope.copy();
    inside.setPositional(arguments);
    defineFrom(source, name, inside);
    Command body = inside.function(name);
    if (body == null) {
      // zsh gives the body alone.
      nested(
          Text.encode(source), _ -> here, context.expanding("()" + name), inside, false, List.of());
    } else {
      Walk walk = new Walk(models, findings, inside, Text.encode(source), _ -> here);
      walk.context = context.expanding("()" + name);
      walk.input = input;
      walk.command(body);
    }
    return true;
  }

  private void defineFrom(String source, String name, Scope inside) {
    Script script = Parser.parse(Text.encode(source), scope.shell().dialect());
    for (CommandList.Item item : script.body().items()) {
      if (item.command() instanceof Command.FunctionDefinition definition
          && definition.names().contains(name)
          && script.body().items().size() == 1) {
        inside.define(name, definition.body());
      }
    }
  }

  private void bomb(String name) {
    findings.add(
        new Effect(
            EffectKind.STOP,
            new Target.Host(Value.of("localhost")),
            Reach.ALL,
            context.certainty(),
            new Origin(
                place.apply(new Span(0, text.length)),
                "fork bomb",
                context.wrappers(),
                context.place(),
                List.of())));
    findings.unread("`" + name + "` starts itself again and again");
  }

  private void call(List<Field> arguments, Runnable body) {
    List<Field> before = scope.positional();
    scope.setPositional(arguments);
    body.run();
    scope.setPositional(before);
  }

  private boolean isEval(String name, List<Field> arguments) {
    if (!name.equals("eval")) {
      return false;
    }
    if (!arguments.isEmpty()) {
      Field joined = Operands.joined(arguments);
      text(new Inner.Text("eval", new Change.Nothing(), joined, List.of()), scope);
    }
    return true;
  }

  // --- what wrappers run -------------------------------------------------------------------------

  private void inner(Inner inner) {
    if (context.depth() >= DEEPEST) {
      findings.unread("`" + inner.wrapper() + "` is nested too deeply to follow");
      return;
    }
    Context before = context;
    Scope outer = scope;
    context = context.inside(inner.wrapper(), where(inner.change()));
    if (inner.change() instanceof Change.Found) {
      context = context.eachFound();
    }
    Scope inside = scope.copy();
    if (inner.change() instanceof Change.Directory(Value directory)) {
      inside.changeDirectory(Paths.absolute(directory, scope.directory()));
    } else if (!(context.place() instanceof Origin.Place.Here)) {
      inside.changeDirectory(null);
    }
    enter(inside);
    switch (inner) {
      case Inner.Words words -> words(words);
      case Inner.Text script -> text(script, inside);
      case Inner.Stdin stdin -> stdin(stdin);
    }
    enter(outer);
    context = before;
  }

  private Origin.Place where(Change change) {
    return switch (change) {
      case Change.Remote(Value host) -> new Origin.Place.Remote(host);
      case Change.Inside(String what) -> new Origin.Place.Inside(what);
      case Change.Nothing _, Change.Directory _, Change.FedOperands _, Change.Found _ ->
          context.place();
    };
  }

  private void words(Inner.Words inner) {
    List<Field> words = new ArrayList<>(inner.words());
    while (!words.isEmpty()
        && words.getFirst().value().knownPrefix().matches("(?s)[A-Za-z_][A-Za-z0-9_]*=.*")) {
      Builtins.assign(words.removeFirst(), scope);
    }
    switch (inner.change()) {
      case Change.FedOperands(String placeholder) ->
          words = Operands.fed(words, placeholder, input);
      case Change.Found(List<Value> roots, String placeholder, boolean _) ->
          words = Operands.found(words, roots, placeholder);
      case Change.Nothing _, Change.Remote _, Change.Inside _, Change.Directory _ -> {}
    }
    if (words.isEmpty()) {
      return;
    }
    String name = words.getFirst().known();
    String alias =
        aliasesInWrappers && name != null && !context.expanding().contains(name)
            ? scope.shell().alias(name)
            : null;
    if (alias != null && name != null) {
      List<Field> rest = words.subList(1, words.size());
      Scope inside = scope.copy();
      inside.setPositional(rest);
      Span here = words.getFirst().span();
      nested(
          Text.encode(alias + " \"$@\""),
          _ -> here,
          context.expanding(name),
          inside,
          false,
          List.of());
      return;
    }
    run(words);
  }

  private void text(Inner.Text inner, Scope inside) {
    Field field = inner.text();
    String known = field.known();
    String code = known == null ? field.value().display() : known;
    if (known == null) {
      findings.unread("parts of what `" + inner.wrapper() + "` runs are only known when it runs");
      if (field.value().knownPrefix().isBlank()) {
        unknownCode(inner.wrapper(), field, "what `" + inner.wrapper() + "` runs");
        return;
      }
    }
    if (!inner.arguments().isEmpty()) {
      inside.setPositional(inner.arguments().subList(1, inner.arguments().size()));
    }
    // Spans inside would be of another text: the word it stands in is shown instead.
    Span here = field.span();
    Context within = context;
    if (inner.change() instanceof Change.Found(List<Value> roots, String _, boolean _)) {
      code = code.replace("{}", roots.isEmpty() ? "." : Operands.below(roots.getFirst()).display());
    }
    nested(Text.encode(code), _ -> here, within, inside, false, List.of());
  }

  private void stdin(Inner.Stdin inner) {
    switch (input) {
      case Output.Words(List<Value> _, String code) ->
          nested(Text.encode(code), _ -> inner.at().span(), context, scope, false, List.of());
      case Output.Found _ -> unknownCode(inner.wrapper(), inner.at(), "what `find` prints");
      case Output.Unknown(String from) ->
          unknownCode(inner.wrapper(), inner.at(), "what `" + from + "` prints");
      case null -> {
        // A shell of its own on the terminal: its lines are its own.
      }
    }
  }

  private void unknownCode(String program, Field at, String what) {
    effect(
        new Mark(
            EffectKind.EXECUTE,
            Meaning.Sort.UNKNOWN,
            "",
            Value.unknown(what),
            null,
            Reach.ONE,
            Certainty.CERTAIN,
            null,
            at),
        program);
  }

  @Override
  public Value output(CommandList body) {
    Value known = Printed.constant(body, scope, this::quietly);
    if (known != null) {
      return known;
    }
    run(body);
    return Value.unknown("the output of $(…) is only known when it runs");
  }

  @Override
  public void run(CommandList body) {
    if (context.depth() >= DEEPEST) {
      findings.unread("substitutions are nested too deeply to follow");
      return;
    }
    Context before = context;
    context = context.expanding("$()");
    subshell(() -> list(body));
    context = before;
  }

  // --- effects -----------------------------------------------------------------------------------

  private void effect(Mark mark, String program) {
    Effect effect = Targets.effect(mark, program, context, scope.directory());
    if (effect != null) {
      findings.add(effect);
    }
  }

  /** Their effects; gives back what they put on standard input, where that is known. */
  private @Nullable Output redirections(List<Redirection> redirections, boolean writes) {
    Output given = null;
    for (Redirection redirection : redirections) {
      Output more = Output.given(redirection, expander);
      given = more == null ? given : more;
      EffectKind kind =
          switch (redirection.operator()) {
            case OUTPUT, CLOBBER, OUTPUT_BOTH ->
                writes ? EffectKind.OVERWRITE : EffectKind.TRUNCATE;
            case APPEND, APPEND_BOTH, READ_WRITE -> EffectKind.APPEND;
            case DUPLICATE_OUTPUT, DUPLICATE_INPUT, INPUT, HERE_STRING -> null;
            case HERE_DOCUMENT, HERE_DOCUMENT_TABS -> null;
          };
      if (kind == null) {
        continue;
      }
      boolean zsh = scope.shell().dialect() == Dialect.ZSH;
      for (Field field :
          zsh
              ? expander.fields(List.of(redirection.target()))
              : List.of(expander.single(redirection.target()))) {
        effect(
            new Mark(
                kind,
                Meaning.Sort.PATH,
                "",
                field.value(),
                null,
                Reach.ONE,
                Certainty.CERTAIN,
                null,
                field),
            ">");
      }
    }
    return given;
  }
}
