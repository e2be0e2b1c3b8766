package belay.rules.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.syntax.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RuleSetTest {

  @Test
  void onlyRulesAboutTheEffectsKindAndTargetAreLookedAt() {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      rules.add(rule("t/other-kind-" + i, EffectKind.DROP, "path"));
      rules.add(rule("t/other-target-" + i, EffectKind.DELETE, "volume"));
    }
    Rule first = rule("t/first", EffectKind.DELETE, "path");
    Rule second = rule("t/second", EffectKind.DELETE, "path");
    rules.add(5_000, second);
    rules.addFirst(first);
    Effect effect =
        new Effect(
            EffectKind.DELETE,
            new Target.Path(Value.of("/srv/a")),
            Reach.ONE,
            Certainty.CERTAIN,
            new Origin(new Span(0, 1), "rm", List.of(), new Origin.Place.Here(), List.of()));

    assertEquals(List.of(first, second), new RuleSet(rules).about(effect));
  }

  private static Rule rule(String id, EffectKind kind, String target) {
    return new Rule(
        id,
        id,
        Set.of(kind),
        Set.of(target),
        new Condition.All(List.of()),
        Severity.LOW,
        Decision.NOTE,
        false,
        new Phrase(List.of()),
        null);
  }
}
