package belay.rules.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a rule's author is told of {@code sudo dd of=/srv/xen/web1.img}, of which nothing is live.
 */
final class ObjectionsTest {

  private static final Effect EFFECT =
      new Effect(
          EffectKind.OVERWRITE,
          new Target.Path(Value.of("/srv/xen/web1.img")),
          Reach.ONE,
          Certainty.CERTAIN,
          new Origin(new Span(0, 2), "dd", List.of("sudo"), new Origin.Place.Here(), List.of()));

  private static final Facts FACTS =
      new Facts(
          "/srv/xen/web1.img",
          Facts.Kind.REGULAR_FILE,
          OptionalLong.of(4096),
          false,
          List.of(
              new Fact(Fact.About.LIVE, Truth.FALSE, ""),
              new Fact(Fact.About.MOUNTED, Truth.UNKNOWN, "not \033[2Jseen")));

  private static Condition live() {
    return new Condition.FactIs(Fact.About.LIVE, Set.of(Truth.TRUE));
  }

  private static Condition mounted() {
    return new Condition.FactIs(Fact.About.MOUNTED, Set.of(Truth.TRUE, Truth.FALSE));
  }

  private static Condition below(String directory) {
    return new Condition.PathMatches(List.of(PathPattern.under(directory)));
  }

  private static Condition by(String... programs) {
    return new Condition.ProgramIs(Stream.of(programs).<NamePattern>map(Wildcard::new).toList());
  }

  static Stream<Arguments> conditions() {
    return Stream.of(
        Arguments.of(by("dd"), List.of()),
        Arguments.of(
            by("cp", "mv"), List.of("the program is `dd`, and would have to be `cp` or `mv`")),
        Arguments.of(live(), List.of("`live` is `false`, and would have to be `true`")),
        Arguments.of(
            mounted(),
            List.of(
                "`mounted` is `unknown` (not ^[[2Jseen), and would have to be `false` or"
                    + " `true`")),
        Arguments.of(
            below("/home"),
            List.of("its path is `/srv/xen/web1.img`, and would have to be `/home and below`")),
        Arguments.of(
            new Condition.All(List.of(by("dd"), live(), below("/srv"))),
            List.of("`live` is `false`, and would have to be `true`")),
        Arguments.of(
            new Condition.Any(List.of(by("cp"), live())),
            List.of(
                "none of these: the program is `dd`, and would have to be `cp`; `live` is `false`,"
                    + " and would have to be `true`")),
        Arguments.of(
            new Condition.Not(new Condition.All(List.of(by("dd"), below("/srv")))),
            List.of("it is excepted: the program is `dd`; its path is `/srv/xen/web1.img`")),
        Arguments.of(
            new Condition.WrapperIs(List.of(new Wildcard("xargs"))),
            List.of("what it is run through is `sudo`, and would have to be `xargs`")),
        Arguments.of(
            new Condition.LabelIs(List.of(new Wildcard("prod"))),
            List.of("a label is none, and would have to be `prod`")));
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void whatStandsAgainstAConditionIsSaid(Condition condition, List<String> objections) {
    assertEquals(
        objections, Objections.of(condition, new Case(EFFECT, FACTS, Circumstances.UNKNOWN)));
  }

  @Test
  void everyRuleAboutTheEffectIsConsideredAndNoOther() {
    Judge judge =
        new Judge(
            new RuleSet(
                List.of(
                    rule("t/speaks", EffectKind.OVERWRITE, by("dd")),
                    rule("t/silent", EffectKind.OVERWRITE, live()),
                    rule("t/other", EffectKind.DELETE, by("dd")))),
            new Policy(Mode.GUARD));
    List<Considered> all =
        judge.considered(
            List.of(new Assessed(EFFECT, List.of(FACTS), List.of())), Circumstances.UNKNOWN);
    assertEquals(
        List.of("t/speaks true", "t/silent false"),
        all.stream().map(each -> each.rule() + " " + each.spoke()).toList());
    assertEquals("/srv/xen/web1.img", all.getFirst().subject());
  }

  private static Verdict verdict(Rule rule) {
    Allowance all = new Allowance(new Wildcard("*"), null, Instant.MAX, "scratch");
    return new Judge(new RuleSet(List.of(rule)), new Policy(Mode.GUARD), List.of(all))
        .judge(
            List.of(new Assessed(EFFECT, List.of(FACTS), List.of())),
            new Script.Status.Complete(),
            Circumstances.UNKNOWN);
  }

  @Test
  void anAllowanceSilencesARuleUnlessThatLetsNobodyBy() {
    Rule rule = rule("t/any", EffectKind.OVERWRITE, by("dd"));
    assertEquals(Decision.ALLOW, verdict(rule).decision());
    Rule hard =
        new Rule(
            rule.id(),
            rule.title(),
            rule.effects(),
            rule.targets(),
            rule.when(),
            rule.severity(),
            Decision.BLOCK,
            false,
            false,
            Demand.YES,
            rule.message(),
            Advice.NONE,
            List.of());
    assertEquals(Decision.BLOCK, verdict(hard).decision());
  }

  private static Rule rule(String id, EffectKind kind, Condition when) {
    return new Rule(
        id,
        id,
        Set.of(kind),
        Set.of("path"),
        when,
        Severity.HIGH,
        Decision.CONFIRM,
        true,
        false,
        Demand.YES,
        new Phrase(List.of()),
        Advice.NONE,
        List.of());
  }
}
