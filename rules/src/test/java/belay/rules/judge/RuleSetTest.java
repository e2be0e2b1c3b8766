package belay.rules.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Facts;
import belay.rules.syntax.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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

  private static Effect delete(Target target) {
    return new Effect(
        EffectKind.DELETE,
        target,
        Reach.ONE,
        Certainty.CERTAIN,
        new Origin(new Span(0, 1), "rm", List.of(), new Origin.Place.Here(), List.of()));
  }

  private static Condition path(String... patterns) {
    return new Condition.PathMatches(
        Stream.of(patterns)
            .map(
                text ->
                    text.startsWith("below ")
                        ? PathPattern.under(text.substring("below ".length()))
                        : PathPattern.matching(text))
            .toList());
  }

  private static Condition name(String... names) {
    return new Condition.NameMatches(Stream.of(names).<NamePattern>map(Wildcard::new).toList());
  }

  /** Whatever is found by a name is what would be found by asking each. */
  @Test
  void whatIsFoundByNameIsWhatWouldSpeak() {
    List<Condition> conditions =
        List.of(
            path("/srv/xen/web1.img"),
            path("/srv/xen/*.img"),
            path("/srv/**"),
            path("below /srv/xen"),
            path("below /srv/xen", "/home/*/x"),
            path("below srv"),
            path("/"),
            path("/**/web1.img"),
            path("web1.img"),
            path("xen/web1.img"),
            path("*.img"),
            path("web\\1.img"),
            path("/srv//xen/./web1.img/"),
            path("web1.img", "*.qcow2"),
            name("web1.img"),
            name("/srv/xen/web1.img"),
            name("web*"),
            new Condition.All(List.of()),
            new Condition.Not(path("/srv/xen/web1.img")),
            new Condition.Any(List.of(path("/srv/xen/web1.img"), path("/etc/passwd"))),
            new Condition.All(List.of(path("/srv/**"), path("web1.img"))));
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      rules.add(rule("t/" + i, EffectKind.DELETE, "path", conditions.get(i)));
    }
    RuleSet set = new RuleSet(rules);
    for (String subject :
        List.of(
            "/srv/xen/web1.img", "/srv/xen", "/", "/etc/passwd", "/home/a/x", "/srv/xen/a.img")) {
      Effect effect = delete(new Target.Path(Value.of(subject)));
      Case about = new Case(effect, Facts.unknown(subject, "not looked at"), Circumstances.UNKNOWN);
      List<Rule> speaking = rules.stream().filter(rule -> about.meets(rule.when())).toList();
      List<Rule> found =
          set.about(effect, List.of(about)).stream()
              .filter(rule -> about.meets(rule.when()))
              .toList();
      assertEquals(speaking, found, subject);
    }
  }

  @Test
  void rulesAboutOtherNamesAreNotLookedAt() {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      rules.add(rule("t/below-" + i, EffectKind.DELETE, "path", path("/srv/app" + i + "/**")));
      rules.add(rule("t/called-" + i, EffectKind.DELETE, "path", path("data" + i)));
      rules.add(rule("t/named-" + i, EffectKind.DELETE, "volume", name("vg" + i)));
    }
    RuleSet set = new RuleSet(rules);
    Effect file = delete(new Target.Path(Value.of("/srv/app7/data9")));
    assertEquals(
        List.of("t/below-7", "t/called-9"),
        set
            .about(
                file,
                List.of(
                    new Case(file, Facts.unknown("/srv/app7/data9", ""), Circumstances.UNKNOWN)))
            .stream()
            .map(Rule::id)
            .toList());
    Effect volume = delete(new Target.Volume("lvm", Value.of("vg5")));
    assertEquals(
        List.of("t/named-5"),
        set
            .about(
                volume, List.of(new Case(volume, Facts.unknown("vg5", ""), Circumstances.UNKNOWN)))
            .stream()
            .map(Rule::id)
            .toList());
  }

  private static Rule rule(String id, EffectKind kind, String target) {
    return rule(id, kind, target, new Condition.All(List.of()));
  }

  private static Rule rule(String id, EffectKind kind, String target, Condition when) {
    return new Rule(
        id,
        id,
        Set.of(kind),
        Set.of(target),
        when,
        Severity.LOW,
        Decision.NOTE,
        true,
        false,
        Demand.YES,
        new Phrase(List.of()),
        Advice.NONE,
        List.of());
  }
}
