package belay.rules.judge;

import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.fact.Facts;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Draws a verdict from what a line would do. Pure: the same values give the same verdict. */
public final class Judge {

  /** The rule id of findings about what could not be read; only {@link Mode#STRICT} has them. */
  public static final String NOT_UNDERSTOOD = "not-understood";

  private static final int NAMED_SIBLINGS = 3;
  private static final int EVIDENCE_LINES = 12;

  static final Comparator<Spoken> STRONGEST_FIRST =
      Comparator.comparing((Spoken spoken) -> spoken.finding().decision())
          .thenComparing(spoken -> spoken.finding().severity())
          .reversed();

  private final RuleSet rules;
  private final Policy policy;

  private final List<Allowance> allowances;

  public Judge(RuleSet rules, Policy policy) {
    this(rules, policy, List.of());
  }

  /**
   * The same, and some of what the rules would say has been allowed.
   *
   * @param allowances those that hold now
   */
  public Judge(RuleSet rules, Policy policy, List<Allowance> allowances) {
    this.rules = rules;
    this.policy = policy;
    this.allowances = List.copyOf(allowances);
  }

  /** Whether all that blocks a line lets a pass by. */
  public boolean isPassable(Verdict.Block verdict) {
    return verdict.findings().stream()
        .filter(finding -> finding.decision() == Decision.BLOCK)
        .allMatch(finding -> rules.isPassable(finding.rule()));
  }

  private List<String> objections(Rule rule, Case about) {
    List<String> objections = Objections.of(rule.when(), about);
    return objections.isEmpty()
        ? allowances.stream()
            .filter(allowance -> allowance.covers(rule, about))
            .map(
                allowance ->
                    "it is allowed until "
                        + allowance.until()
                        + ": "
                        + Text.printable(allowance.reason()))
            .limit(1)
            .toList()
        : objections;
  }

  private boolean isAllowed(Rule rule, Case about) {
    return allowances.stream().anyMatch(allowance -> allowance.covers(rule, about));
  }

  /** A finding, and what passing it would take, should it come to that. */
  record Spoken(Finding finding, Challenge challenge) {}

  /**
   * The verdict on a line.
   *
   * @param effects what it would do, in the line's order
   * @param status how its reading ended
   * @param circumstances who asks, where and when
   */
  public Verdict judge(List<Assessed> effects, Script.Status status, Circumstances circumstances) {
    List<Spoken> spoken = new ArrayList<>();
    for (Assessed assessed : effects) {
      spoken.addAll(NearMisses.join(findings(assessed, circumstances), assessed));
    }
    if (policy.mode() == Mode.STRICT) {
      spoken.addAll(notUnderstood(effects, status));
    }
    return verdict(strongestFirst(spoken));
  }

  /** Every rule that was asked about these effects, in the order of the effects and the rules. */
  public List<Considered> considered(List<Assessed> effects, Circumstances circumstances) {
    List<Considered> out = new ArrayList<>();
    for (int i = 0; i < effects.size(); i++) {
      List<Case> cases = cases(effects.get(i), circumstances);
      List<Rule> about = rules.about(effects.get(i).effect());
      for (Rule rule : about) {
        for (Case each : cases) {
          out.add(
              new Considered(
                  i,
                  rule.id(),
                  rule.title(),
                  rule.action(),
                  Text.printable(each.subject()),
                  objections(rule, each, cases, about)));
        }
      }
    }
    return out;
  }

  private List<String> objections(Rule rule, Case about, List<Case> cases, List<Rule> others) {
    List<String> objections = objections(rule, about);
    if (!objections.isEmpty() || !rule.general()) {
      return objections;
    }
    Met met = met(rule, cases);
    return others.stream()
        .map(other -> met(other, cases))
        .filter(met::yieldsTo)
        .map(other -> "`" + other.rule.id() + "` speaks of it in its place")
        .limit(1)
        .toList();
  }

  private Met met(Rule rule, List<Case> cases) {
    return new Met(
        rule,
        cases.stream().filter(each -> each.meets(rule.when()) && !isAllowed(rule, each)).toList());
  }

  private static List<Case> cases(Assessed assessed, Circumstances circumstances) {
    Effect effect = assessed.effect();
    List<Facts> facts =
        assessed.facts().isEmpty()
            ? List.of(Facts.unknown(effect.target().display(), "not looked at"))
            : assessed.facts();
    return facts.stream().map(each -> new Case(effect, each, circumstances)).toList();
  }

  private List<Spoken> findings(Assessed assessed, Circumstances circumstances) {
    if (rules.about(assessed.effect()).isEmpty()) {
      return List.of();
    }
    List<Case> cases = cases(assessed, circumstances);
    List<Rule> about = rules.about(assessed.effect(), cases);
    List<Met> met = new ArrayList<>();
    for (Rule rule : about) {
      Met each = met(rule, cases);
      if (!each.cases.isEmpty()) {
        met.add(each);
      }
    }
    return met.stream()
        .filter(each -> met.stream().noneMatch(each::yieldsTo))
        .map(each -> speak(each.rule, each.cases))
        .toList();
  }

  /** A rule and that of which it holds. */
  private record Met(Rule rule, List<Case> cases) {

    /** What is said once, and better, is not said in general. */
    boolean yieldsTo(Met other) {
      return rule.general()
          && !other.rule.general()
          && other.rule.action().compareTo(rule.action()) >= 0
          && other.cases.containsAll(cases);
    }
  }

  private static Spoken speak(Rule rule, List<Case> cases) {
    Case first = cases.getFirst();
    var message = new StringBuilder(rule.message().say(blank -> Wording.of(blank, first, rule)));
    if (cases.size() > 1) {
      message.append(' ').append(siblings(cases));
    }
    List<String> evidence = new ArrayList<>(Wording.evidence(first, rule));
    for (Case sibling : cases.subList(1, cases.size())) {
      for (String line : Wording.evidence(sibling, rule)) {
        evidence.add(Text.printable(sibling.subject()) + ": " + line);
      }
    }
    Finding finding =
        new Finding(
            rule.id(),
            rule.severity(),
            rule.action(),
            message.toString(),
            said(rule.advice().say(), first, rule),
            Suggestion.of(rule.advice().run(), first),
            first.effect().origin().span(),
            Text.printable(first.subject()),
            evidence.subList(0, Math.min(evidence.size(), EVIDENCE_LINES)),
            null);
    return new Spoken(finding, challenge(rule, first));
  }

  /** The other things a pattern stands for, by name as long as they are few. */
  private static String siblings(List<Case> cases) {
    List<String> names =
        new ArrayList<>(
            cases.stream()
                .skip(1)
                .limit(NAMED_SIBLINGS)
                .map(each -> "`" + Text.printable(Wording.baseName(each.subject())) + "`")
                .toList());
    int unnamed = cases.size() - 1 - names.size();
    if (unnamed > 0) {
      names.add(unnamed + " more");
    }
    return "So it is with " + Wording.inSeries(names) + ".";
  }

  private static @Nullable String said(@Nullable Phrase phrase, Case about, Rule rule) {
    return phrase == null ? null : phrase.say(blank -> Wording.of(blank, about, rule));
  }

  private static Challenge challenge(Rule rule, Case about) {
    Demand demand = rule.demand();
    List<String> texts = new ArrayList<>();
    if (demand.target() || rule.severity() == Severity.CRITICAL) {
      String name = Wording.baseName(about.subject());
      if (isTypable(name)) {
        texts.add(name);
      }
    }
    texts.addAll(demand.phrases());
    return new Challenge(demand.delay(), demand.secondPerson(), texts);
  }

  /** To type a name is asked only where a person can type what they see. */
  private static boolean isTypable(String name) {
    return !name.isBlank() && Text.printable(name).equals(name) && name.equals(name.strip());
  }

  private static List<Spoken> notUnderstood(List<Assessed> effects, Script.Status status) {
    List<Spoken> out = new ArrayList<>();
    switch (status) {
      case Script.Status.Complete _ -> {}
      case Script.Status.Incomplete(Span at, String expected) ->
          out.add(
              notUnderstood(
                  at, "The line is not complete: `" + Text.printable(expected) + "` is missing."));
      case Script.Status.Invalid(Span at, String message) ->
          out.add(
              notUnderstood(at, "The line could not be read: " + Text.printable(message) + "."));
    }
    for (Assessed assessed : effects) {
      Effect effect = assessed.effect();
      if (effect.certainty() == Certainty.POSSIBLE) {
        out.add(
            notUnderstood(
                effect.origin().span(),
                "Perhaps `"
                    + Text.printable(effect.origin().program())
                    + "` "
                    + Text.printable(effect.inWords())
                    + "; what it does is made only when it runs."));
      }
    }
    return out;
  }

  private static Spoken notUnderstood(Span span, String message) {
    return new Spoken(
        new Finding(
            NOT_UNDERSTOOD,
            Severity.MEDIUM,
            Decision.CONFIRM,
            message,
            null,
            null,
            span,
            "",
            List.of(),
            null),
        Challenge.YES);
  }

  /** In order of weight, then of the line and the rules; one for each rule and target. */
  private static List<Spoken> strongestFirst(List<Spoken> spoken) {
    record Same(String rule, String target, String message) {}
    Set<Same> seen = new HashSet<>();
    // Sorting first keeps the gravest of those that say the same.
    return spoken.stream()
        .sorted(STRONGEST_FIRST)
        .filter(
            each ->
                seen.add(
                    new Same(
                        each.finding().rule(),
                        each.finding().target(),
                        each.finding().target().isEmpty() ? each.finding().message() : "")))
        .toList();
  }

  private Verdict verdict(List<Spoken> spoken) {
    List<Finding> findings = spoken.stream().map(Spoken::finding).toList();
    if (findings.isEmpty() || policy.mode() == Mode.OBSERVE) {
      return new Verdict.Allow(findings);
    }
    return switch (findings.getFirst().decision()) {
      case ALLOW -> new Verdict.Allow(findings);
      case NOTE -> new Verdict.Note(findings);
      case CONFIRM -> new Verdict.Confirm(findings, all(spoken));
      case BLOCK -> new Verdict.Block(findings);
    };
  }

  /** All that the findings ask for. */
  private static Challenge all(List<Spoken> spoken) {
    return spoken.stream()
        .filter(each -> each.finding().decision() == Decision.CONFIRM)
        .map(Spoken::challenge)
        .reduce(Challenge.YES, Challenge::and);
  }
}
