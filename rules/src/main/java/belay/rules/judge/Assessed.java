package belay.rules.judge;

import belay.rules.effect.Effect;
import belay.rules.fact.Facts;
import java.util.List;

/**
 * An effect with all that is known of it.
 *
 * @param facts one for each thing the target turned out to be: several for a pattern, none where
 *     nothing was looked up
 * @param nearMisses most likely first
 */
public record Assessed(Effect effect, List<Facts> facts, List<NearMiss> nearMisses) {

  public Assessed {
    facts = List.copyOf(facts);
    nearMisses = List.copyOf(nearMisses);
  }
}
