package belay.rules.pack;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.FixedShell;
import belay.rules.effect.ShellView;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Facts;
import belay.rules.judge.Assessed;
import belay.rules.judge.Finding;
import belay.rules.judge.Judge;
import belay.rules.judge.Mode;
import belay.rules.judge.PathPattern;
import belay.rules.judge.Policy;
import belay.rules.judge.RuleSet;
import belay.rules.judge.Verdict;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Script;
import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds rules to their examples. */
public final class Examples {

  private final Judge judge;

  /** Examples are judged by all of {@code rules}, as commands will be. */
  public Examples(RuleSet rules) {
    this.judge = new Judge(rules, new Policy(Mode.GUARD));
  }

  /**
   * Reads and judges every example of {@code loaded}, as a shell in {@code /home/user} would run
   * it, and gives back what does not come out as promised.
   */
  public static List<Diagnostic> run(PackResult.Loaded loaded, EffectReader reader) {
    Examples examples = new Examples(loaded.rules());
    List<Diagnostic> out = new ArrayList<>();
    for (Example example : loaded.examples()) {
      byte[] line = Text.encode(example.command());
      Script script = Parser.parse(line, example.dialect());
      List<Effect> effects = reader.read(script, line, shell(example)).effects();
      examples.check(example, effects, script.status()).ifPresent(out::add);
    }
    return out;
  }

  private static ShellView shell(Example example) {
    Map<String, List<String>> variables = new HashMap<>();
    example
        .variables()
        .forEach(
            (name, value) -> {
              if (value != null) {
                variables.put(name, List.of(value));
              }
            });
    return FixedShell.complete(
        example.dialect(), "/home/user", "/home/user", variables, Map.of(), Map.of());
  }

  /** What is wrong with an example, given what its command would do. */
  Optional<Diagnostic> check(Example example, List<Effect> effects, Script.Status status) {
    Verdict verdict =
        judge.judge(
            effects.stream()
                .map(effect -> new Assessed(effect, assumed(example, effect), List.of()))
                .toList(),
            status);
    boolean speaks =
        verdict.findings().stream().anyMatch(finding -> finding.rule().equals(example.rule()));
    String wrong =
        switch (example.expectation()) {
          case Example.Expectation.Speaks _ -> speaks ? null : "says nothing about";
          case Example.Expectation.Silent _ -> speaks ? "speaks about" : null;
          case Example.Expectation.Allowed _ ->
              verdict instanceof Verdict.Allow
                  ? null
                  : "wants it allowed, but " + rules(verdict) + " speaks about";
        };
    if (wrong == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Diagnostic(
            example.file(),
            example.line(),
            example.column(),
            "rule "
                + Report.quoted(example.rule())
                + " "
                + wrong
                + " "
                + Report.quoted(example.command()),
            "the command " + inWords(effects, status)));
  }

  private static String rules(Verdict verdict) {
    return verdict.findings().stream()
        .map(Finding::rule)
        .distinct()
        .map(Report::quoted)
        .collect(Collectors.joining(" and "));
  }

  private static String inWords(List<Effect> effects, Script.Status status) {
    if (!(status instanceof Script.Status.Complete)) {
      return "cannot be read";
    }
    return effects.isEmpty()
        ? "has no effect that Belay knows of"
        : effects.stream().map(Effect::inWords).distinct().collect(Collectors.joining(", "));
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
          Target.CloudResource _,
          Target.Unknown _ ->
          List.of();
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
