package belay.rules.pack;

import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.judge.Condition;
import belay.rules.judge.Rule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds rules that can never speak, and rules that never matter because another rule of the pack
 * speaks whenever they do. It accuses nothing that it has not proven: what it finds is an error.
 */
final class Contradictions {

  private static final Set<String> FILES = Set.of("path", "device");
  private static final Set<String> OF_A_SYSTEM = Set.of("volume", "guest", "database", "cloud");

  /**
   * A rule seen before.
   *
   * @param marks a bit for each part by its hash: what lacks a mark lacks a part. Each rule is held
   *     against all others of its pack, and nearly none covers another
   */
  private record Known(Rule rule, Set<Condition> parts, long marks) {

    static Known of(Rule rule, List<Condition> parts) {
      long marks = 0;
      for (Condition part : parts) {
        marks |= 1L << (part.hashCode() & 63);
      }
      return new Known(rule, new HashSet<>(parts), marks);
    }
  }

  private final List<Known> before = new ArrayList<>();

  /** Reports at {@code when} what is wrong with a rule that has come to be known. */
  void check(Rule rule, Tree when, Report report) {
    List<Condition> parts = new ArrayList<>();
    flatten(rule.when(), parts);
    String why = impossible(rule, parts);
    if (why != null) {
      report.add(when, "the rule can never speak: " + why, "remove one of the two");
    }
    Known known = Known.of(rule, parts);
    for (Known other : before) {
      if (covers(other, known) && isWeaker(rule, other.rule)) {
        report.add(
            when,
            "the rule never matters: "
                + Report.quoted(other.rule.id())
                + " speaks whenever it does, and asks for no less",
            "remove it, or say in `when` what makes it another case");
      } else if (covers(known, other) && isWeaker(other.rule, rule)) {
        report.add(
            when,
            "the rule speaks whenever "
                + Report.quoted(other.rule.id())
                + " does, and asks for no less: that one never matters",
            "remove that one, or say in its `when` what makes it another case");
      }
    }
    before.add(known);
  }

  private static void flatten(Condition condition, List<Condition> out) {
    if (condition instanceof Condition.All(List<Condition> parts)) {
      parts.forEach(part -> flatten(part, out));
    } else {
      out.add(condition);
    }
  }

  /** Whether {@code general} holds of all that {@code special} holds of. */
  private static boolean covers(Known general, Known special) {
    return (general.marks & ~special.marks) == 0
        && general.rule.effects().containsAll(special.rule.effects())
        && general.rule.targets().containsAll(special.rule.targets())
        && special.parts.containsAll(general.parts);
  }

  /** Whether what {@code rule} says is lost beside {@code other}: the same, or weaker. */
  private static boolean isWeaker(Rule rule, Rule other) {
    boolean same =
        rule.effects().equals(other.effects())
            && rule.targets().equals(other.targets())
            && rule.when().equals(other.when());
    int action = rule.action().compareTo(other.action());
    return action < 0 || (action == 0 && same);
  }

  /** What makes it impossible, or null. */
  private static @Nullable String impossible(Rule rule, List<Condition> parts) {
    Map<Fact.About, Set<Truth>> truths = new EnumMap<>(Fact.About.class);
    Set<Facts.Kind> kinds = EnumSet.allOf(Facts.Kind.class);
    for (Condition part : parts) {
      if (part instanceof Condition.FactIs(Fact.About about, Set<Truth> wanted)) {
        truths.computeIfAbsent(about, _ -> EnumSet.allOf(Truth.class)).retainAll(wanted);
      } else if (part instanceof Condition.ThingIs(Set<Facts.Kind> wanted)) {
        kinds.retainAll(wanted);
      }
      String why = alone(rule, part);
      if (why != null) {
        return why;
      }
      if (part instanceof Condition.Not(Condition denied) && denies(denied, parts)) {
        return "its `not` excepts what it asks for";
      }
    }
    for (Map.Entry<Fact.About, Set<Truth>> entry : truths.entrySet()) {
      if (entry.getValue().isEmpty()) {
        return "it asks for two answers about `" + entry.getKey().key() + "` at once";
      }
    }
    if (kinds.isEmpty()) {
      return "nothing is two kinds of thing at once";
    }
    if (kinds.equals(EnumSet.of(Facts.Kind.MISSING))
        && Set.of(Truth.TRUE).equals(truths.get(Fact.About.EXISTS))) {
      return "what is missing does not exist";
    }
    return null;
  }

  /** Whether {@code denied} holds wherever all of {@code parts} do. */
  private static boolean denies(Condition denied, List<Condition> parts) {
    List<Condition> wanted = new ArrayList<>();
    flatten(denied, wanted);
    return wanted.stream().allMatch(each -> parts.stream().anyMatch(part -> implies(part, each)));
  }

  /** Whether one holds wherever the other does; false where that is not seen at a glance. */
  private static boolean implies(Condition part, Condition other) {
    if (part.equals(other)) {
      return true;
    }
    if (part instanceof Condition.FactIs a && other instanceof Condition.FactIs b) {
      return a.about() == b.about() && b.truths().containsAll(a.truths());
    }
    if (part instanceof Condition.NameMatches a && other instanceof Condition.NameMatches b) {
      return b.names().containsAll(a.names());
    }
    if (part instanceof Condition.PathMatches a && other instanceof Condition.PathMatches b) {
      return b.patterns().containsAll(a.patterns());
    }
    return other instanceof Condition.Any(List<Condition> several)
        && several.stream().anyMatch(each -> implies(part, each));
  }

  /** What of the rule's effects and targets never meets a condition. */
  private static @Nullable String alone(Rule rule, Condition part) {
    return switch (part) {
      case Condition.PathMatches _, Condition.PathHas _ ->
          disjoint(rule.targets(), FILES)
              ? "only targets of kind `path` and `device` have a `path`"
              : null;
      case Condition.SystemIs _ ->
          disjoint(rule.targets(), OF_A_SYSTEM)
              ? "only a volume, guest, database or cloud resource has a `system`"
              : null;
      case Condition.NameMatches _ ->
          rule.targets().equals(Set.of("unknown"))
              ? "a target of kind `unknown` has no name"
              : null;
      case Condition.EffectIs is ->
          disjoint(rule.effects(), is.kinds()) ? "it asks for two kinds of effect at once" : null;
      case Condition.TargetIs is ->
          disjoint(rule.targets(), is.keys()) ? "it asks for two kinds of target at once" : null;
      case Condition.All _, Condition.Any _, Condition.Not _, Condition.Simple _ -> null;
    };
  }

  private static boolean disjoint(Set<?> some, Set<?> others) {
    return some.stream().noneMatch(others::contains);
  }
}
