package belay.rules.judge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What it takes to run a line that is to be confirmed. All of it is asked, in this order: to wait,
 * another person, and what is to be typed.
 *
 * @param delay how long the line stands still before anything else is asked; zero for not at all
 * @param secondPerson whether another user of the machine must approve
 * @param texts what must be typed, one after the other, each exactly; {@code yes} where there is
 *     none
 */
public record Challenge(Duration delay, boolean secondPerson, List<String> texts) {

  /** To type yes. */
  public static final Challenge YES = new Challenge(Duration.ZERO, false, List.of());

  /** Who has typed two things has read. */
  private static final int MOST_TEXTS = 2;

  public Challenge {
    texts = List.copyOf(texts);
  }

  /** To type this exactly. */
  public static Challenge type(String text) {
    return new Challenge(Duration.ZERO, false, List.of(text));
  }

  /** What both ask for, nothing twice; of what is to be typed the first two. */
  Challenge and(Challenge other) {
    List<String> all = new ArrayList<>(texts);
    other.texts.stream().filter(text -> !all.contains(text)).forEach(all::add);
    return new Challenge(
        delay.compareTo(other.delay) < 0 ? other.delay : delay,
        secondPerson || other.secondPerson,
        all.subList(0, Math.min(all.size(), MOST_TEXTS)));
  }
}
