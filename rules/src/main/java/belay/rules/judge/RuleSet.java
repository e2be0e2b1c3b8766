package belay.rules.judge;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rules in force, laid out so that judging an effect looks only at those about its kind, its kind
 * of target and, where they name it, its name. Immutable.
 */
public final class RuleSet {

  /** No rules. */
  public static final RuleSet EMPTY = new RuleSet(List.of());

  private final List<Rule> rules;
  private final List<Inquiry> inquiries;
  private final Map<EffectKind, Map<String, RuleIndex>> byKindAndTarget;
  private final Set<String> impassable = new HashSet<>();

  /** The order of {@code rules} is the order findings of equal weight are told in. */
  public RuleSet(List<Rule> rules) {
    this(rules, List.of());
  }

  /** The same with the probes that its rules want asked. */
  public RuleSet(List<Rule> rules, List<Inquiry> inquiries) {
    this.rules = List.copyOf(rules);
    this.inquiries = List.copyOf(inquiries);
    this.byKindAndTarget = new EnumMap<>(EffectKind.class);
    for (Rule rule : this.rules) {
      if (!rule.passable()) {
        impassable.add(rule.id());
      }
      for (EffectKind kind : rule.effects()) {
        Map<String, RuleIndex> byTarget =
            byKindAndTarget.computeIfAbsent(kind, _ -> new HashMap<>());
        for (String target : rule.targets()) {
          byTarget.computeIfAbsent(target, _ -> new RuleIndex()).add(rule);
        }
      }
    }
  }

  /** All rules, in order. */
  public List<Rule> rules() {
    return rules;
  }

  /** Whether the rule of this id lets a pass by; one that is not here does, as near misses do. */
  public boolean isPassable(String id) {
    return !impassable.contains(id);
  }

  /** The probes to be asked before these rules judge. */
  public List<Inquiry> inquiries() {
    return inquiries;
  }

  /** The rules about {@code effect}'s kind and its kind of target, in order. */
  List<Rule> about(Effect effect) {
    return index(effect).all();
  }

  /** Those of them that may have something to say about one of these, in order. */
  List<Rule> about(Effect effect, List<Case> cases) {
    return index(effect).about(cases);
  }

  private RuleIndex index(Effect effect) {
    return byKindAndTarget
        .getOrDefault(effect.kind(), Map.of())
        .getOrDefault(effect.target().key(), NONE);
  }

  private static final RuleIndex NONE = new RuleIndex();
}
