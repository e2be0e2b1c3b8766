package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.util.List;

/** Numbers and lists of things in words. */
final class Counted {

  /** From here on a number is only a lower bound. */
  static final int MOST = 10_000;

  private static final int MOST_NAMED = 3;

  private Counted() {}

  static String of(long number, String one, String many) {
    String more = number >= MOST ? "at least " : "";
    return more + number + " " + (number == 1 ? one : many);
  }

  /** The first few of them, fit for a person to see. */
  static String named(List<String> names) {
    String first =
        String.join(", ", names.stream().limit(MOST_NAMED).map(Text::printable).toList());
    return names.size() > MOST_NAMED ? first + ", …" : first;
  }
}
