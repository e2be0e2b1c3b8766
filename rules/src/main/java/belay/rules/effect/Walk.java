package belay.rules.effect;

import belay.rules.effect.Meaning.Mark;
import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Part;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the commands of one text in the order the shell would: one walk for the line, one
 * more for each text inside it. Lists, loops and conditions are here; {@link Runner} runs what they
 * are made of, {@link Wrapped} what those run in turn.
 */
final class Walk {

  private static final int MOST_ROUNDS = 100;

  private final CommandModels models;
  private final Findings findings;
  private final Code code;
  private final Expander expander;
  private final Runner runner;
  private final Map<String, Output> substituted;
  private Scope scope;
  private Context context;
  private @Nullable Output input;
  private @Nullable Sink sink;

  /** Where what a command prints is wanted. */
  static final class Sink {
    private @Nullable Output written;

    void add(Output output) {
      written = Output.both(written, output);
    }

    Output written() {
      return written == null ? new Output.Text(Value.EMPTY) : written;
    }
  }

  /** The walk through the typed line. */
  Walk(CommandModels models, Findings findings, Scope scope, Code code) {
    this(models, findings, scope, code, Context.TOP, new HashMap<>(0));
  }

  private Walk(
      CommandModels models,
      Findings findings,
      Scope scope,
      Code code,
      Context context,
      Map<String, Output> substituted) {
    this.models = models;
    this.findings = findings;
    this.scope = scope;
    this.code = code;
    this.context = context;
    this.substituted = substituted;
    this.expander = new Expander(this);
    this.runner = new Runner(this);
  }

  /** A walk through a text inside this one, in the same shell. */
  Walk inside(Code text, Context within) {
    Walk walk = new Walk(models, findings, scope, text, within, substituted);
    walk.input = input;
    walk.sink = sink;
    return walk;
  }

  /** Reads a text and walks through it. */
  void read(Code text, Context within) {
    // Only at its prompt does zsh take a `#` for itself.
    boolean comments = !within.own() || scope.dialect() == Dialect.BASH;
    Script script = Parser.parse(text.bytes(), scope.dialect(), comments);
    if (script.status() instanceof Script.Status.Invalid(Span _, String message)) {
      findings.unread(message);
    }
    inside(text, within).list(script.body());
  }

  CommandModels models() {
    return models;
  }

  Findings findings() {
    return findings;
  }

  Code code() {
    return code;
  }

  Expander expander() {
    return expander;
  }

  Scope scope() {
    return scope;
  }

  Context context() {
    return context;
  }

  /** What the commands read from standard input; null where it is the terminal's. */
  @Nullable Output input() {
    return input;
  }

  @Nullable Sink sink() {
    return sink;
  }

  /** What a process substitution of this path prints. */
  @Nullable Output substitutedBy(String path) {
    return substituted.get(path);
  }

  // --- ways to run something
  // -----------------------------------------------------------------------

  void within(Context other, Runnable body) {
    Context before = context;
    context = other;
    body.run();
    context = before;
  }

  void in(Scope other, Runnable body) {
    Scope before = scope;
    scope = other;
    body.run();
    scope = before;
  }

  void fed(@Nullable Output other, Runnable body) {
    Output before = input;
    input = other;
    body.run();
    input = before;
  }

  void into(@Nullable Sink other, Runnable body) {
    Sink before = sink;
    sink = other;
    body.run();
    sink = before;
  }

  private void subshell(Runnable body) {
    in(scope.copy(), body);
  }

  /** Runs what may be run or not; afterwards either may have been. */
  void perhaps(Runnable body) {
    Scope maybe = scope.copy();
    in(maybe, () -> within(context.likely(), body));
    scope.merge(maybe);
  }

  /** What a command substitution prints. */
  Output substituted(CommandList body) {
    if (context.isDeepest()) {
      findings.unread("substitutions are nested too deeply to follow");
      return new Output.Unknown("$(…)");
    }
    Sink own = new Sink();
    within(context.deeper(), () -> subshell(() -> into(own, () -> list(body))));
    return own.written();
  }

  /** Runs a process substitution and names it. */
  String processSubstitution(Part.ProcessSubstitution.Direction direction, CommandList body) {
    String path = "/dev/fd/" + (63 - substituted.size());
    boolean reads = direction != Part.ProcessSubstitution.Direction.INPUT_OF;
    if (reads) {
      substituted.put(path, substituted(body));
    } else {
      Output unknown = new Output.Unknown("the command before it");
      substituted.put(path, unknown);
      within(
          context.deeper(), () -> subshell(() -> fed(unknown, () -> into(null, () -> list(body)))));
    }
    return path;
  }

  // --- lists
  // ---------------------------------------------------------------------------------------

  void list(@Nullable CommandList list) {
    if (list != null) {
      for (CommandList.Item item : list.items()) {
        if (item.terminator() == CommandList.Terminator.SEQUENCE) {
          command(item.command());
        } else {
          subshell(() -> command(item.command()));
        }
      }
    }
  }

  void command(Command command) {
    if (findings.isExhausted()) {
      return;
    }
    switch (command) {
      case Command.Simple one -> runner.run(one);
      case Command.AndOr list -> andOr(list);
      case Command.Pipeline pipeline -> pipeline(pipeline.stages());
      case Command.Redirected redirected ->
          new Redirections(this)
              .around(redirected.redirections(), true, () -> command(redirected.command()));
      case Command.Subshell(Span _, CommandList body) -> subshell(() -> list(body));
      case Command.Group(Span _, CommandList body) -> list(body);
      case Command.If conditional -> choose(conditional);
      case Command.For loop -> rounds(loop.words(), loop.names(), loop.body());
      case Command.Select loop ->
          perhaps(() -> rounds(loop.words(), List.of(loop.name()), loop.body()));
      case Command.ArithmeticFor loop -> count(loop);
      case Command.While loop -> loop(loop);
      case Command.Repeat loop -> repeat(loop);
      case Command.Case choice -> choose(choice);
      case Command.Conditional conditional -> expandAll(conditional.words());
      case Command.Arithmetic arithmetic -> {
        Long _ = expander.number(arithmetic.expression());
      }
      case Command.FunctionDefinition definition ->
          definition
              .names()
              .forEach(name -> scope.define(name, new Scope.Function(definition.body(), code)));
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

  /** Runs a body with other positional parameters. */
  void call(List<Field> arguments, Runnable body) {
    List<Field> before = scope.positional();
    Map<String, Scope.@Nullable Binding> locals = scope.enterFunction();
    scope.setPositional(arguments);
    body.run();
    scope.leaveFunction(locals);
    scope.setPositional(before);
  }

  /** Expands words for the commands and assignments inside them alone. */
  private void expandAll(List<Word> words) {
    for (Word word : words) {
      Field _ = expander.single(word);
    }
  }

  /**
   * The right side of {@code &&} is as sure as the left where that does something, since people
   * mean it to work; behind a question it depends on the answer.
   */
  private void andOr(Command.AndOr list) {
    Boolean answer = Conditions.answer(list.left(), this);
    command(list.left());
    boolean and = list.connector() == Command.Connector.AND;
    if (answer != null) {
      if (answer == and) {
        command(list.right());
      }
    } else if (and && !Conditions.isAsking(list.left())) {
      command(list.right());
    } else if (Conditions.leaves(list.right())) {
      in(scope.copy(), () -> within(context.likely(), () -> command(list.right())));
    } else {
      perhaps(() -> command(list.right()));
    }
  }

  private void pipeline(List<Command> stages) {
    if (stages.size() == 1) {
      command(stages.getFirst());
      return;
    }
    Output given = input;
    Sink last = sink;
    for (int i = 0; i < stages.size(); i++) {
      Command stage = stages.get(i);
      boolean ends = i == stages.size() - 1;
      Sink own = ends ? last : new Sink();
      Runnable body = () -> into(own, () -> command(stage));
      // zsh runs the last stage in the shell itself (zshmisc(1) SIMPLE COMMANDS & PIPELINES).
      boolean here = ends && scope.dialect() == Dialect.ZSH;
      fed(given, here ? body : () -> subshell(body));
      given = own == null || ends ? null : own.written();
    }
  }

  private void choose(Command.If conditional) {
    List<Scope> ends = new ArrayList<>();
    boolean sure = true;
    for (Command.Branch branch : conditional.branches()) {
      Boolean answer = Conditions.answer(branch.condition(), this);
      list(branch.condition());
      if (answer == null) {
        sure = false;
        ends.add(branch(branch.body()));
      } else if (answer) {
        run(branch.body(), sure, ends);
        return;
      }
    }
    run(conditional.otherwise(), sure, ends);
  }

  private Scope branch(@Nullable CommandList body) {
    Scope own = scope.copy();
    in(own, () -> within(context.likely(), () -> list(body)));
    return own;
  }

  /** The last branch that can be reached, and the end of them all. */
  private void run(@Nullable CommandList body, boolean sure, List<Scope> others) {
    if (sure) {
      list(body);
    } else {
      within(context.likely(), () -> list(body));
    }
    others.forEach(scope::merge);
  }

  private void choose(Command.Case choice) {
    String known = expander.single(choice.subject()).known();
    String subject = mayFallThrough(choice) ? null : known;
    List<Scope> ends = new ArrayList<>();
    boolean sure = true;
    for (Command.Arm arm : choice.arms()) {
      Boolean matches = subject == null ? null : matches(subject, arm.patterns());
      if (matches == null) {
        sure = false;
        ends.add(branch(arm.body()));
      } else if (matches) {
        run(arm.body(), sure, ends);
        return;
      }
    }
    ends.forEach(scope::merge);
  }

  /** Whether one arm may lead into others. */
  private static boolean mayFallThrough(Command.Case choice) {
    return choice.arms().stream().anyMatch(arm -> arm.end() != Command.ArmEnd.LEAVES);
  }

  private @Nullable Boolean matches(String subject, List<Word> patterns) {
    boolean unknown = false;
    for (Word word : patterns) {
      String pattern = expander.pattern(word);
      Boolean matches = pattern == null ? null : ShellPattern.matches(subject, pattern);
      if (matches == null) {
        unknown = true;
      } else if (matches) {
        return true;
      }
    }
    return unknown ? null : Boolean.FALSE;
  }

  // --- loops
  // ---------------------------------------------------------------------------------------

  private void rounds(@Nullable List<Word> words, List<String> names, CommandList body) {
    List<Field> fields = words == null ? positional() : expander.fields(words);
    int rounds = 0;
    for (int i = 0; i < fields.size(); i += names.size()) {
      if (!another(rounds++)) {
        return;
      }
      for (int n = 0; n < names.size(); n++) {
        Field field = i + n < fields.size() ? fields.get(i + n) : null;
        scope.set(
            names.get(n),
            field == null ? List.of(Value.EMPTY) : List.of(field.value()),
            field == null ? List.of() : field.emptied());
      }
      list(body);
    }
  }

  private boolean another(int rounds) {
    if (rounds < MOST_ROUNDS) {
      return findings.step();
    }
    findings.unread("only the first " + MOST_ROUNDS + " rounds of a loop are followed");
    return false;
  }

  private List<Field> positional() {
    List<Field> known = scope.positional();
    return known == null
        ? List.of(
            new Field(Value.unknown("the shell's $@ is not known"), new Span(0, 0), List.of()))
        : known;
  }

  private void count(Command.ArithmeticFor loop) {
    Long _ = expander.number(loop.init());
    for (int rounds = 0; ; rounds++) {
      Long holds = loop.test().parts().isEmpty() ? null : expander.number(loop.test());
      if (holds == null) {
        twice(() -> list(loop.body()));
        return;
      }
      if (holds == 0 || !another(rounds)) {
        return;
      }
      list(loop.body());
      Long _ = expander.number(loop.step());
    }
  }

  private void repeat(Command.Repeat loop) {
    Long times = expander.number(loop.count());
    if (times == null) {
      twice(() -> list(loop.body()));
      return;
    }
    for (int rounds = 0; rounds < times && another(rounds); rounds++) {
      list(loop.body());
    }
  }

  /**
   * A body that runs some number of times: once as things stand, and once with all that it changes
   * not known, which stands for every further round.
   */
  private void twice(Runnable body) {
    perhaps(body);
    perhaps(body);
  }

  private void loop(Command.While loop) {
    List<Output> lines = linesFor(loop);
    if (lines != null) {
      int rounds = 0;
      for (Output line : lines) {
        if (!another(rounds++)) {
          return;
        }
        fed(
            line,
            () -> {
              list(loop.condition());
              list(loop.body());
            });
      }
      return;
    }
    Boolean answer = Conditions.answer(loop.condition(), this);
    if (answer != null && answer != loop.until()) {
      list(loop.body());
      perhaps(() -> list(loop.body()));
      return;
    }
    Runnable round =
        () -> {
          list(loop.condition());
          list(loop.body());
        };
    if (readsLines(loop)) {
      // For whoever feeds a loop names, each of them is meant.
      round.run();
      return;
    }
    twice(round);
  }

  private static boolean readsLines(Command.While loop) {
    return loop.condition().items().size() == 1
        && loop.condition().items().getFirst().command() instanceof Command.Simple simple
        && !simple.words().isEmpty()
        && "read".equals(simple.words().getFirst().bareText());
  }

  /** What each round of {@code while read} gets; null where that is not a list of known lines. */
  private @Nullable List<Output> linesFor(Command.While loop) {
    if (!readsLines(loop) || loop.until() || !(input instanceof Output.Text text)) {
      return null;
    }
    return text.asNames(findings, true).stream().<Output>map(Output.Text::new).toList();
  }

  // --- effects
  // -------------------------------------------------------------------------------------

  void effect(Mark mark, String program) {
    effect(mark, program, List.of());
  }

  /** An effect of a command with these arguments. */
  void effect(Mark mark, String program, List<Field> arguments) {
    Origin.Place where =
        mark.host() == null ? context.place() : new Origin.Place.Remote(mark.host());
    Reach reach = mark.reach();
    Mark resolved = mark;
    Findings.Below below = findings.below(mark.value());
    if (below != null && mark.sort() == Meaning.Sort.PATH) {
      boolean all = !below.limited() && mark.value().pieces().size() == 1;
      resolved = with(mark, all ? below.value() : named(mark.value()));
      reach = all && reach != Reach.ALL ? Reach.RECURSIVE : reach;
    }
    if (reach == Reach.ONE && (resolved.value().hasPattern() || resolved.value().hasUnknown())) {
      reach = Reach.MANY;
    }
    // A name on another machine begins where its server says.
    Target target = Targets.of(resolved, mark.host() == null ? scope.directory() : null);
    if (target == null) {
      return;
    }
    Certainty certainty =
        mark.certainty().compareTo(context.certainty()) > 0
            ? mark.certainty()
            : context.certainty();
    findings.add(
        new Effect(
            mark.kind(),
            target,
            reach,
            certainty,
            mark.detail(),
            new Origin(
                mark.at().span(),
                program,
                context.wrappers(),
                where,
                emptied(mark),
                new Origin.Invocation(
                    arguments.stream().map(Field::value).toList(), scope.assigned()))));
  }

  private List<String> emptied(Mark mark) {
    if (context.emptied().isEmpty()) {
      return mark.at().emptied();
    }
    Set<String> all = new LinkedHashSet<>(context.emptied());
    all.addAll(mark.at().emptied());
    return List.copyOf(all);
  }

  private static Mark with(Mark mark, Value value) {
    return new Mark(
        mark.kind(),
        mark.sort(),
        mark.system(),
        value,
        mark.child(),
        mark.reach(),
        mark.certainty(),
        mark.host(),
        mark.detail(),
        mark.at());
  }

  /** With names that were found put below where they were found. */
  private Value named(Value value) {
    Value out = Value.EMPTY;
    for (Value.Piece piece : value.pieces()) {
      Findings.Below below = findings.below(piece);
      out = out.append(below == null ? new Value(List.of(piece)) : below.name(piece));
    }
    return out;
  }
}
