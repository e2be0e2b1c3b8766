package belay.rules.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One effect, {@code dd of=/srv/xen/web1.img}, seen from all sides. */
final class JudgeTest {

  private static final String WEB1 = "/srv/xen/web1.img";
  private static final String WEB2 = "/srv/xen/web2.img";
  private static final String EVIDENCE = "open for writing in qemu-storage-daemon (pid 4121)";
  private static final Script.Status COMPLETE = new Script.Status.Complete();

  private static final Rule LIVE =
      rule(
          "t/live",
          new Condition.FactIs(Fact.About.LIVE, Set.of(Truth.TRUE)),
          Severity.CRITICAL,
          Decision.BLOCK);

  private static final Rule NONEMPTY =
      rule(
          "t/nonempty",
          new Condition.FactIs(Fact.About.NONEMPTY, Set.of(Truth.TRUE)),
          Severity.MEDIUM,
          Decision.CONFIRM);

  private static final Rule ALWAYS =
      rule("t/always", new Condition.All(List.of()), Severity.LOW, Decision.NOTE);

  private static Rule rule(String id, Condition when, Severity severity, Decision action) {
    return new Rule(
        id,
        id,
        Set.of(EffectKind.OVERWRITE),
        Set.of("path"),
        when,
        severity,
        action,
        true,
        false,
        Demand.YES,
        new Phrase(
            List.of(
                new Phrase.Part.Words("`"),
                new Phrase.Part.Blank(Phrase.Placeholder.TARGET),
                new Phrase.Part.Words("` is hit"),
                new Phrase.Part.Aside(
                    List.of(
                        new Phrase.Part.Words(": "),
                        new Phrase.Part.Blank(Phrase.Placeholder.EVIDENCE))),
                new Phrase.Part.Words("."))),
        Advice.NONE,
        List.of());
  }

  private static Effect effect(EffectKind kind, Value value) {
    return new Effect(
        kind,
        new Target.Path(value),
        Reach.ONE,
        Certainty.CERTAIN,
        new Origin(new Span(3, 9), "dd", List.of(), new Origin.Place.Here(), List.of()));
  }

  private static Facts file(String name, Truth live) {
    return new Facts(
        name,
        Facts.Kind.REGULAR_FILE,
        OptionalLong.of(4096),
        false,
        List.of(
            new Fact(Fact.About.EXISTS, Truth.TRUE, ""),
            new Fact(Fact.About.NONEMPTY, Truth.TRUE, "4096 bytes"),
            new Fact(Fact.About.LIVE, live, live == Truth.TRUE ? EVIDENCE : "")));
  }

  private static Assessed overwriting(String name, Truth live, NearMiss... misses) {
    return new Assessed(
        effect(EffectKind.OVERWRITE, Value.of(name)), List.of(file(name, live)), List.of(misses));
  }

  private static NearMiss miss(int habitual, int typed) {
    return miss(habitual, typed, "dd of=" + WEB2);
  }

  private static NearMiss miss(int habitual, int typed, @Nullable String suggestion) {
    return new NearMiss(
        effect(EffectKind.OVERWRITE, Value.of(WEB1)),
        WEB1,
        WEB2,
        "dd of=" + WEB2,
        habitual,
        typed,
        Instant.EPOCH,
        1,
        suggestion);
  }

  private static Verdict judge(Mode mode, List<Rule> rules, Assessed... effects) {
    return new Judge(new RuleSet(rules), new Policy(mode))
        .judge(List.of(effects), COMPLETE, Circumstances.UNKNOWN);
  }

  private static Verdict judge(List<Rule> rules, Assessed... effects) {
    return judge(Mode.GUARD, rules, effects);
  }

  @Test
  void whatNoRuleSpeaksOfIsAllowed() {
    assertEquals(
        new Verdict.Allow(List.of()), judge(List.of(LIVE), overwriting(WEB1, Truth.FALSE)));
  }

  /** ALWAYS, asking, and general. */
  private static Rule general() {
    Rule rule = rule("t/general", new Condition.All(List.of()), Severity.LOW, Decision.CONFIRM);
    return new Rule(
        rule.id(),
        rule.title(),
        rule.effects(),
        rule.targets(),
        rule.when(),
        rule.severity(),
        rule.action(),
        true,
        true,
        rule.demand(),
        rule.message(),
        rule.advice(),
        rule.links());
  }

  private static List<String> speakers(List<Rule> rules, Truth live) {
    return judge(rules, overwriting(WEB1, live)).findings().stream().map(Finding::rule).toList();
  }

  @Test
  void aGeneralRuleYieldsToASpecialOneThatAsksForNoLess() {
    assertEquals(List.of("t/live"), speakers(List.of(general(), LIVE), Truth.TRUE));
    assertEquals(List.of("t/general"), speakers(List.of(general(), LIVE), Truth.FALSE));
    assertEquals(
        List.of("t/general", "t/always"), speakers(List.of(general(), ALWAYS), Truth.TRUE));
    assertEquals(List.of("t/general"), speakers(List.of(general(), general()), Truth.FALSE));
  }

  @Test
  void whyAGeneralRuleYieldsIsSaid() {
    List<String> objections =
        new Judge(new RuleSet(List.of(general(), LIVE)), new Policy(Mode.GUARD))
            .considered(List.of(overwriting(WEB1, Truth.TRUE)), Circumstances.UNKNOWN)
            .getFirst()
            .objections();
    assertEquals(List.of("`t/live` speaks of it in its place"), objections);
  }

  @Test
  void aFactThatIsUnknownIsNotTrue() {
    assertEquals(Decision.ALLOW, judge(List.of(LIVE), overwriting(WEB1, Truth.UNKNOWN)).decision());
    Assessed notLookedAt =
        new Assessed(effect(EffectKind.OVERWRITE, Value.of(WEB1)), List.of(), List.of());
    assertEquals(Decision.ALLOW, judge(List.of(LIVE), notLookedAt).decision());
  }

  @Test
  void whatWasNotLookedAtIsUnknownToARuleThatAsksForIt() {
    Rule wary =
        rule(
            "t/wary",
            new Condition.FactIs(Fact.About.LIVE, Set.of(Truth.TRUE, Truth.UNKNOWN)),
            Severity.LOW,
            Decision.CONFIRM);
    Assessed notLookedAt =
        new Assessed(effect(EffectKind.OVERWRITE, Value.of(WEB1)), List.of(), List.of());

    assertEquals(Decision.CONFIRM, judge(List.of(wary), notLookedAt).decision());
    assertEquals(Decision.ALLOW, judge(List.of(wary), overwriting(WEB1, Truth.FALSE)).decision());
  }

  @Test
  void aFindingTellsTheTargetTheEvidenceAndThePlaceInTheLine() {
    Finding finding = judge(List.of(LIVE), overwriting(WEB1, Truth.TRUE)).findings().getFirst();

    assertEquals("t/live", finding.rule());
    assertEquals("`" + WEB1 + "` is hit: " + EVIDENCE + ".", finding.message());
    assertEquals(List.of(EVIDENCE, "4096 bytes"), finding.evidence());
    assertEquals(WEB1, finding.target());
    assertEquals(new Span(3, 9), finding.span());
  }

  @Test
  void anAsideWithoutEvidenceIsLeftOut() {
    Finding finding = judge(List.of(ALWAYS), overwriting(WEB1, Truth.FALSE)).findings().getFirst();

    assertEquals("`" + WEB1 + "` is hit.", finding.message());
  }

  @Test
  void theStrongestFindingStandsFirstWhateverTheOrderOfTheRules() {
    Verdict verdict = judge(List.of(ALWAYS, NONEMPTY, LIVE), overwriting(WEB1, Truth.TRUE));

    assertInstanceOf(Verdict.Block.class, verdict);
    assertEquals(
        List.of("t/live", "t/nonempty", "t/always"),
        verdict.findings().stream().map(Finding::rule).toList());
  }

  @Test
  void theSameRuleSpeaksOnceOfTheSameThing() {
    Verdict verdict =
        judge(
            List.of(NONEMPTY),
            overwriting(WEB1, Truth.FALSE),
            overwriting(WEB1, Truth.FALSE),
            overwriting(WEB2, Truth.FALSE));

    assertEquals(List.of(WEB1, WEB2), verdict.findings().stream().map(Finding::target).toList());
  }

  @Test
  void ofManyThingsAPatternStandsForTheFirstIsToldAndTheOthersNamed() {
    List<Facts> all =
        List.of(
            file("/srv/a.img", Truth.FALSE),
            file("/srv/b.img", Truth.TRUE),
            file("/srv/c.img", Truth.TRUE),
            file("/srv/d.img", Truth.TRUE),
            file("/srv/e.img", Truth.TRUE),
            file("/srv/f.img", Truth.TRUE),
            file("/srv/g.img", Truth.TRUE));
    Value pattern =
        new Value(List.of(new Value.Piece.Known("/srv/"), new Value.Piece.Pattern("*.img")));
    Verdict verdict =
        judge(List.of(LIVE), new Assessed(effect(EffectKind.OVERWRITE, pattern), all, List.of()));

    assertEquals(1, verdict.findings().size());
    Finding finding = verdict.findings().getFirst();
    assertEquals("/srv/b.img", finding.target());
    assertEquals(
        "`/srv/b.img` is hit: "
            + EVIDENCE
            + ". So it is with `c.img`, `d.img`, `e.img` and 2 more.",
        finding.message());
    assertTrue(finding.evidence().contains("/srv/c.img: " + EVIDENCE), finding::toString);
  }

  @Test
  void aRuleAboutAnotherKindOfEffectIsNotAsked() {
    Assessed deleting =
        new Assessed(
            effect(EffectKind.DELETE, Value.of(WEB1)), List.of(file(WEB1, Truth.TRUE)), List.of());

    assertEquals(Decision.ALLOW, judge(List.of(LIVE, ALWAYS), deleting).decision());
  }

  @Test
  void observingQuestionsNothingAndKeepsTheFindings() {
    Verdict verdict = judge(Mode.OBSERVE, List.of(LIVE), overwriting(WEB1, Truth.TRUE));

    assertInstanceOf(Verdict.Allow.class, verdict);
    assertEquals(Decision.BLOCK, verdict.findings().getFirst().decision());
  }

  @Test
  void aYesIsEnoughForAnOrdinaryQuestionAndTheNameIsAskedForAGraveOne() {
    Rule grave = rule("t/grave", new Condition.All(List.of()), Severity.CRITICAL, Decision.CONFIRM);

    var ordinary =
        assertInstanceOf(
            Verdict.Confirm.class, judge(List.of(NONEMPTY), overwriting(WEB1, Truth.FALSE)));
    var graver =
        assertInstanceOf(
            Verdict.Confirm.class, judge(List.of(NONEMPTY, grave), overwriting(WEB1, Truth.FALSE)));

    assertEquals(Challenge.YES, ordinary.challenge());
    assertEquals(Challenge.type("web1.img"), graver.challenge());
  }

  @Test
  void aNameThatCannotBeTypedAsSeenIsNotAskedFor() {
    Rule grave = rule("t/grave", new Condition.All(List.of()), Severity.CRITICAL, Decision.CONFIRM);

    var verdict =
        assertInstanceOf(
            Verdict.Confirm.class,
            judge(List.of(grave), overwriting("/srv/a\u001b[2Jb", Truth.FALSE)));

    assertEquals(Challenge.YES, verdict.challenge());
    assertEquals("`/srv/a^[[2Jb` is hit.", verdict.findings().getFirst().message());
  }

  @Test
  void strictAsksAboutALineThatCannotBeRead() {
    Judge strict = new Judge(RuleSet.EMPTY, new Policy(Mode.STRICT));
    Judge guard = new Judge(RuleSet.EMPTY, new Policy(Mode.GUARD));
    var invalid = new Script.Status.Invalid(new Span(4, 5), "`)` was not opened");
    var incomplete = new Script.Status.Incomplete(new Span(0, 2), "fi");

    assertEquals(
        Decision.CONFIRM, strict.judge(List.of(), invalid, Circumstances.UNKNOWN).decision());
    assertEquals(
        Decision.CONFIRM, strict.judge(List.of(), incomplete, Circumstances.UNKNOWN).decision());
    assertEquals(
        Decision.ALLOW, strict.judge(List.of(), COMPLETE, Circumstances.UNKNOWN).decision());
    assertEquals(Decision.ALLOW, guard.judge(List.of(), invalid, Circumstances.UNKNOWN).decision());
    assertEquals(
        "The line could not be read: `)` was not opened.",
        strict.judge(List.of(), invalid, Circumstances.UNKNOWN).findings().getFirst().message());
  }

  @Test
  void strictAsksAboutWhatIsOnlyPossible() {
    Effect sure = effect(EffectKind.OVERWRITE, Value.of(WEB1));
    Effect possible =
        new Effect(sure.kind(), sure.target(), sure.reach(), Certainty.POSSIBLE, sure.origin());
    Assessed assessed = new Assessed(possible, List.of(), List.of());

    assertEquals(Decision.CONFIRM, judge(Mode.STRICT, List.of(), assessed).decision());
    assertEquals(Decision.ALLOW, judge(Mode.GUARD, List.of(), assessed).decision());
    assertEquals(
        Decision.ALLOW, judge(Mode.STRICT, List.of(), overwriting(WEB1, Truth.FALSE)).decision());
  }

  @Test
  void aStrongHabitQuestionsATargetNeverHitBefore() {
    Verdict verdict = judge(List.of(), overwriting(WEB1, Truth.FALSE, miss(7, 0)));

    assertInstanceOf(Verdict.Confirm.class, verdict);
    Finding finding = verdict.findings().getFirst();
    assertEquals("near-miss", finding.rule());
    assertEquals(
        "`web1.img` is one keystroke from `web2.img`, which you have used this way 7 times before,"
            + " and `web1.img` never.",
        finding.message());
    assertEquals("dd of=/srv/xen/web2.img", finding.instead());
  }

  @Test
  void aWeakHabitIsOnlyNoted() {
    assertEquals(
        Decision.NOTE, judge(List.of(), overwriting(WEB1, Truth.FALSE, miss(2, 0))).decision());
    assertEquals(
        Decision.NOTE, judge(List.of(), overwriting(WEB1, Truth.FALSE, miss(9, 1))).decision());
  }

  @Test
  void aHabitDoesNotQuestionWhatCanDestroyNothing() {
    Facts missing =
        new Facts(
            WEB1,
            Facts.Kind.MISSING,
            OptionalLong.empty(),
            false,
            List.of(new Fact(Fact.About.EXISTS, Truth.FALSE, "")));
    Assessed creating =
        new Assessed(
            effect(EffectKind.OVERWRITE, Value.of(WEB1)), List.of(missing), List.of(miss(9, 0)));
    Assessed appending =
        new Assessed(
            effect(EffectKind.APPEND, Value.of(WEB1)),
            List.of(file(WEB1, Truth.FALSE)),
            List.of(miss(9, 0)));

    assertEquals(Decision.NOTE, judge(List.of(), creating).decision());
    assertEquals(Decision.NOTE, judge(List.of(), appending).decision());
  }

  @Test
  void aLiveTargetAndANearMissAreABlockEvenWithoutARule() {
    Verdict verdict = judge(List.of(), overwriting(WEB1, Truth.TRUE, miss(1, 0)));

    assertInstanceOf(Verdict.Block.class, verdict);
    String message = verdict.findings().getFirst().message();
    assertTrue(message.startsWith("`/srv/xen/web1.img` is in use now: " + EVIDENCE), message);
    assertTrue(message.contains("`web2.img`"), message);
  }

  @Test
  void aRuleAndANearMissAboutTheSameEffectAreOneFinding() {
    NearMiss miss = miss(7, 0);
    Verdict verdict = judge(List.of(ALWAYS, LIVE), overwriting(WEB1, Truth.TRUE, miss));

    assertEquals(
        List.of("t/live", "t/always"), verdict.findings().stream().map(Finding::rule).toList());
    Finding first = verdict.findings().getFirst();
    assertSame(miss, first.nearMiss());
    assertEquals("dd of=/srv/xen/web2.img", first.instead());
    assertTrue(first.message().contains(EVIDENCE), first.message());
    assertTrue(first.message().contains("7 times"), first.message());
    assertNull(verdict.findings().getLast().nearMiss());
  }

  @Test
  void aNearMissRaisesAWeakerRule() {
    Verdict verdict = judge(List.of(ALWAYS), overwriting(WEB1, Truth.FALSE, miss(7, 0)));

    assertEquals(Decision.CONFIRM, verdict.decision());
    assertEquals("t/always", verdict.findings().getFirst().rule());
  }

  @Test
  void aNearMissWithoutASuggestionSuggestsNothing() {
    Verdict verdict = judge(List.of(), overwriting(WEB1, Truth.FALSE, miss(7, 0, null)));

    assertNull(verdict.findings().getFirst().instead());
  }
}
