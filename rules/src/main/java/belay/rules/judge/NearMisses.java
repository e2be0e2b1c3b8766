package belay.rules.judge;

import belay.rules.effect.Effect;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.List;

/** What near misses add to the findings about an effect. */
final class NearMisses {

  static final String RULE = "near-miss";

  /** A habit: what was done at least so often, while the typed target was never hit. */
  private static final int HABIT = 3;

  private NearMisses() {}

  /**
   * {@code findings} with the likeliest near miss told in the strongest of them, or as a finding of
   * its own where no rule speaks.
   */
  static List<Judge.Spoken> join(List<Judge.Spoken> findings, Assessed assessed) {
    if (assessed.nearMisses().isEmpty()) {
      return findings;
    }
    NearMiss miss = assessed.nearMisses().getFirst();
    Judge.Spoken alone = alone(miss, assessed);
    List<Judge.Spoken> out = new ArrayList<>(findings);
    findings.stream()
        .min(Judge.STRONGEST_FIRST)
        .ifPresentOrElse(
            rule ->
                out.set(
                    out.indexOf(rule),
                    new Judge.Spoken(
                        joined(rule.finding(), alone.finding(), miss), rule.challenge())),
            () -> out.add(alone));
    return out;
  }

  private static Finding joined(Finding rule, Finding alone, NearMiss miss) {
    return new Finding(
        rule.rule(),
        rule.severity().compareTo(alone.severity()) >= 0 ? rule.severity() : alone.severity(),
        rule.decision().max(alone.decision()),
        rule.message() + " " + slip(miss),
        alone.instead() == null ? rule.instead() : alone.instead(),
        rule.suggestion(),
        rule.span(),
        rule.target(),
        rule.evidence(),
        miss);
  }

  private static Judge.Spoken alone(NearMiss miss, Assessed assessed) {
    Facts typed = factsOf(miss.typed(), assessed.facts());
    boolean destroys = destroys(assessed.effect()) && typed.truth(Fact.About.EXISTS) != Truth.FALSE;
    boolean live = typed.truth(Fact.About.LIVE) == Truth.TRUE;
    List<String> evidence = typed.evidence(Fact.About.LIVE);
    Finding finding =
        new Finding(
            RULE,
            destroys ? live ? Severity.CRITICAL : Severity.HIGH : Severity.LOW,
            decision(miss, destroys, live),
            (live ? inUse(miss.typed(), evidence) + " " : "") + slip(miss),
            miss.suggestion() == null ? null : Text.printable(miss.suggestion()),
            null,
            assessed.effect().origin().span(),
            Text.printable(miss.typed()),
            evidence.stream().map(Text::printable).toList(),
            miss);
    return new Judge.Spoken(finding, Challenge.YES);
  }

  private static Decision decision(NearMiss miss, boolean destroys, boolean live) {
    if (!destroys) {
      return Decision.NOTE;
    }
    if (live) {
      return Decision.BLOCK;
    }
    return miss.habitualCount() >= HABIT && miss.typedCount() == 0
        ? Decision.CONFIRM
        : Decision.NOTE;
  }

  private static Facts factsOf(String typed, List<Facts> facts) {
    return facts.stream()
        .filter(each -> each.subject().equals(typed))
        .findFirst()
        .orElseGet(
            () -> facts.size() == 1 ? facts.getFirst() : Facts.unknown(typed, "not looked at"));
  }

  private static boolean destroys(Effect effect) {
    return switch (effect.kind()) {
      case OVERWRITE,
          TRUNCATE,
          DELETE,
          FORMAT,
          REPARTITION,
          WIPE,
          MOVE,
          STOP,
          DETACH,
          REVOKE,
          REWRITE,
          DROP,
          DESTROY ->
          true;
      case APPEND, ATTRIBUTES, PUBLISH, EXECUTE -> false;
    };
  }

  private static String inUse(String typed, List<String> evidence) {
    return "`"
        + Text.printable(typed)
        + "` is in use now"
        + (evidence.isEmpty() ? "" : ": " + Text.printable(String.join("; ", evidence)))
        + ".";
  }

  /** How the two targets differ and which one is the habit. */
  private static String slip(NearMiss miss) {
    boolean siblings = parent(miss.typed()).equals(parent(miss.habitual()));
    String typed = named(miss.typed(), siblings);
    return typed
        + " is "
        + (miss.distance() == 1 ? "one keystroke" : miss.distance() + " keystrokes")
        + " from "
        + named(miss.habitual(), siblings)
        + ", which you have used this way "
        + times(miss.habitualCount())
        + " before, and "
        + typed
        + " "
        + (miss.typedCount() == 0 ? "never" : times(miss.typedCount()))
        + ".";
  }

  private static String named(String target, boolean shortly) {
    return "`" + Text.printable(shortly ? Wording.baseName(target) : target) + "`";
  }

  private static String parent(String name) {
    return name.substring(0, name.length() - Wording.baseName(name).length());
  }

  private static String times(int count) {
    return switch (count) {
      case 1 -> "once";
      case 2 -> "twice";
      default -> count + " times";
    };
  }
}
