package belay.rules.judge;

import belay.rules.effect.EffectKind;
import java.util.List;
import java.util.Set;

/**
 * What is to be done about effects of some kind.
 *
 * @param id pack first: {@code core.storage/live-image}
 * @param effects the kinds it is about, never none
 * @param targets the keys of the targets it is about ({@link belay.rules.effect.Target#key}), never
 *     none
 * @param when what else must hold
 * @param passable whether what it blocks may run once by a pass
 * @param demand what is to be done before a line runs that it has confirmed
 * @param message what would happen and why it matters
 * @param general whether it says nothing of what another rule speaks of as strongly
 * @param links where more is to be read, {@code https} addresses
 */
public record Rule(
    String id,
    String title,
    Set<EffectKind> effects,
    Set<String> targets,
    Condition when,
    Severity severity,
    Decision action,
    boolean passable,
    boolean general,
    Demand demand,
    Phrase message,
    Advice advice,
    List<String> links) {

  public Rule {
    effects = Set.copyOf(effects);
    targets = Set.copyOf(targets);
    links = List.copyOf(links);
  }

  /** The same rule, weighed otherwise. */
  public Rule with(Severity severity, Decision action, boolean passable) {
    return new Rule(
        id, title, effects, targets, when, severity, action, passable, general, demand, message,
        advice, links);
  }
}
