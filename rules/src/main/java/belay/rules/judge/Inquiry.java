package belay.rules.judge;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import java.util.Set;

/**
 * A probe of the team's that a pack wants asked.
 *
 * @param probe its name; who administers the machine installs what answers to it
 * @param effects of which kinds of effect it is asked
 * @param targets of which kinds of target, by {@link belay.rules.effect.Target#key}
 */
public record Inquiry(String probe, Set<EffectKind> effects, Set<String> targets) {

  public Inquiry {
    effects = Set.copyOf(effects);
    targets = Set.copyOf(targets);
  }

  /** Whether it is asked about this. */
  public boolean isAbout(Effect effect) {
    return effects.contains(effect.kind()) && targets.contains(effect.target().key());
  }
}
