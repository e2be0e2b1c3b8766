package belay.rules.pack;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.ShellView;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Facts;
import belay.rules.judge.Assessed;
import belay.rules.judge.Decision;
import belay.rules.judge.Finding;
import belay.rules.judge.Judge;
import belay.rules.judge.Mode;
import belay.rules.judge.PathPattern;
import belay.rules.judge.Policy;
import belay.rules.judge.Rule;
import belay.rules.judge.RuleSet;
import belay.rules.judge.Verdict;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Script;
import belay.rules.syntax.Text;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds rules to their examples: each is read and judged as a command would be, on a machine of
 * which only the assumed facts are known.
 */
public final class Examples {

  private static final String HOME = "/home/user";

  private final Judge judge;

  /** The ids of the rules that suggest a command. */
  private final Set<String> suggesting;

  private Examples(RuleSet rules) {
    this.judge = new Judge(rules, new Policy(Mode.GUARD));
    this.suggesting =
        rules.rules().stream()
            .filter(rule -> rule.advice().run() != null)
            .map(Rule::id)
            .collect(Collectors.toSet());
  }

  /**
   * Runs all examples against all rules that were loaded with them.
   *
   * @return one for each example that does not come out as promised; none when all do
   */
  public static List<Diagnostic> run(PackResult.Loaded loaded, EffectReader reader) {
    Examples examples = new Examples(loaded.rules());
    // Ten thousand rules have as many examples, and whoever saves a pack waits for them.
    return loaded.examples().parallelStream()
        .map(example -> examples.run(example, reader))
        .flatMap(Optional::stream)
        .toList();
  }

  private Optional<Diagnostic> run(Example example, EffectReader reader) {
    byte[] line = Text.encode(example.command());
    Script script = Parser.parse(line, example.dialect());
    if (!(script.status() instanceof Script.Status.Complete)) {
      return Optional.of(wrong(example, "cannot read", "mend the command"));
    }
    List<Effect> effects = reader.read(script, line, new Shell(example)).effects();
    return check(example, effects, script.status())
        .or(() -> suggestion(example, effects, script.status(), reader));
  }

  /** Nobody is told to type what the rules would stop. */
  private Optional<Diagnostic> suggestion(
      Example example, List<Effect> effects, Script.Status status, EffectReader reader) {
    if (!(example.expectation() instanceof Example.Expectation.Speaks)
        || !suggesting.contains(example.rule())) {
      return Optional.empty();
    }
    for (Finding finding : verdict(example, effects, status).findings()) {
      String suggestion = finding.suggestion();
      if (suggestion != null && finding.rule().equals(example.rule())) {
        byte[] line = Text.encode(suggestion);
        Script script = Parser.parse(line, example.dialect());
        if (!(script.status() instanceof Script.Status.Complete)) {
          return Optional.of(
              wrong(example, "suggests what no shell can read for", Report.quoted(suggestion)));
        }
        Verdict verdict =
            verdict(
                example, reader.read(script, line, new Shell(example)).effects(), script.status());
        boolean stopped = verdict.decision().compareTo(Decision.CONFIRM) >= 0;
        if (stopped || verdict.findings().stream().anyMatch(same -> says(same, example))) {
          return Optional.of(
              wrong(
                  example,
                  "suggests " + Report.quoted(suggestion) + " for",
                  "but " + rules(verdict) + " speaks about that"));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean says(Finding finding, Example example) {
    return finding.rule().equals(example.rule());
  }

  /** The shell an example assumes: of a variable that it does not mention nothing is known. */
  private record Shell(Example example) implements ShellView {

    @Override
    public Dialect dialect() {
      return example.dialect();
    }

    @Override
    public String directory() {
      String directory = example.circumstances().directory();
      return directory == null ? HOME : directory;
    }

    @Override
    public String home() {
      return HOME;
    }

    @Override
    public Variable variable(String name) {
      if (example.variables().containsKey(name)) {
        String value = example.variables().get(name);
        return value == null ? new Variable.Unset() : new Variable.Set(List.of(value));
      }
      return switch (name) {
        case "HOME", "PWD" -> new Variable.Set(List.of(HOME));
        default -> new Variable.Unknown("$" + name + " is not said");
      };
    }

    @Override
    public @Nullable String alias(String word) {
      return null;
    }

    @Override
    public @Nullable String function(String name) {
      return null;
    }
  }

  /** What is wrong with an example, given what its command would do. */
  private Optional<Diagnostic> check(Example example, List<Effect> effects, Script.Status status) {
    Verdict verdict = verdict(example, effects, status);
    boolean speaks = verdict.findings().stream().anyMatch(finding -> says(finding, example));
    String wrong =
        switch (example.expectation()) {
          case Example.Expectation.Speaks _ -> speaks ? null : "says nothing about";
          case Example.Expectation.Silent _ -> speaks ? "speaks about" : null;
          case Example.Expectation.Allowed _ ->
              verdict instanceof Verdict.Allow
                  ? null
                  : "wants it allowed, but " + rules(verdict) + " speaks about";
        };
    return Optional.ofNullable(wrong)
        .map(what -> wrong(example, what, "the command " + inWords(effects)));
  }

  private Verdict verdict(Example example, List<Effect> effects, Script.Status status) {
    return judge.judge(
        effects.stream()
            .map(effect -> new Assessed(effect, assumed(example, effect), List.of()))
            .toList(),
        status,
        example.circumstances());
  }

  private static Diagnostic wrong(Example example, String what, String mend) {
    return new Diagnostic(
        example.file(),
        example.line(),
        example.column(),
        "rule "
            + Report.quoted(example.rule())
            + " "
            + what
            + " "
            + Report.quoted(example.command()),
        mend);
  }

  private static String rules(Verdict verdict) {
    return verdict.findings().stream()
        .map(Finding::rule)
        .distinct()
        .map(Report::quoted)
        .collect(Collectors.joining(" and "));
  }

  private static String inWords(List<Effect> effects) {
    return effects.isEmpty()
        ? "has no effect that Belay knows of"
        : Text.printable(
            effects.stream().map(Effect::inWords).distinct().collect(Collectors.joining(", ")));
  }

  /** The assumed facts of what an effect falls on. */
  private static List<Facts> assumed(Example example, Effect effect) {
    return switch (effect.target()) {
      case Target.Path(Value value, Value child) -> assumed(example, value, child);
      case Target.Device(Value value) -> assumed(example, value, null);
      case Target.Volume _,
          Target.Guest _,
          Target.Host _,
          Target.Service _,
          Target.Processes _,
          Target.Repository _,
          Target.DatabaseObject _,
          Target.ClusterObject _,
          Target.CloudResource _ ->
          Stream.ofNullable(example.facts().get(effect.target().spelling())).toList();
      case Target.Unknown _ -> List.of();
    };
  }

  private static List<Facts> assumed(Example example, Value value, @Nullable Value child) {
    if (value.hasUnknown()) {
      return List.of();
    }
    PathPattern name = PathPattern.matching(value.display());
    List<Facts> found =
        example.facts().values().stream()
            .filter(facts -> name.matches(facts.subject()))
            .sorted(Comparator.comparing(Facts::subject))
            .toList();
    if (child != null && found.stream().anyMatch(Examples::isDirectory)) {
      return assumed(example, value.append(Value.of("/")).append(child), null);
    }
    return found;
  }

  private static boolean isDirectory(Facts facts) {
    return facts.kind() == Facts.Kind.DIRECTORY;
  }
}
