package belay.rules.judge;

import java.time.Duration;
import java.util.List;

/**
 * What a rule wants done before a line runs that it has confirmed.
 *
 * @param target whether the target's name is to be typed
 * @param phrases what else is to be typed
 * @param delay how long the line stands still; zero for not at all
 * @param secondPerson whether another user of the machine must approve
 */
public record Demand(boolean target, List<String> phrases, Duration delay, boolean secondPerson) {

  /** To type yes. */
  public static final Demand YES = new Demand(false, List.of(), Duration.ZERO, false);

  /** To type the target's name. */
  public static final Demand TARGET = new Demand(true, List.of(), Duration.ZERO, false);

  public Demand {
    phrases = List.copyOf(phrases);
  }
}
