package belay.rules.judge;

import belay.rules.effect.EffectKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about effects of some kind.
 *
 * @param id pack first: {@code core.storage/live-image}
 * @param effects the kinds it is about, never none
 * @param targets the keys of the targets it is about ({@link belay.rules.effect.Target#key}), never
 *     none
 * @param when what else must hold
 * @param passable whether what it blocks may run once by a pass
 * @param typesTarget whether the person must type the target's name to confirm
 * @param message what would happen and why it matters
 * @param instead what to do instead, or null
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
    boolean typesTarget,
    Phrase message,
    @Nullable Phrase instead) {

  /** A rule that may be passed. */
  public Rule(
      String id,
      String title,
      Set<EffectKind> effects,
      Set<String> targets,
      Condition when,
      Severity severity,
      Decision action,
      boolean typesTarget,
      Phrase message,
      @Nullable Phrase instead) {
    this(id, title, effects, targets, when, severity, action, true, typesTarget, message, instead);
  }

  public Rule {
    effects = Set.copyOf(effects);
    targets = Set.copyOf(targets);
  }

  /** The same rule, weighed otherwise. */
  public Rule with(Severity severity, Decision action, boolean passable) {
    return new Rule(
        id,
        title,
        effects,
        targets,
        when,
        severity,
        action,
        passable,
        typesTarget,
        message,
        instead);
  }
}
