package belay.index.nearmiss;

import java.util.Locale;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;

/**
 * Whether one name may have been typed where the other was meant. What counts is the part between
 * their common beginning and end: a key beside the right one, a character doubled, missing, in
 * excess or swapped with its neighbour, characters that look alike, or the number or letter of a
 * sibling. That {@code cat} is one letter from {@code mat} is no reason to confuse them.
 */
final class Slip {

  /** The farthest apart that two names may be. */
  static final int FARTHEST = 2;

  private static final DamerauLevenshteinDistance DISTANCE =
      new DamerauLevenshteinDistance(FARTHEST);

  /** The rows of the keyboard; QWERTY's letters also stand for what is beside them on QWERTZ. */
  private static final String[] ROWS = {
    "1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"
  };

  private static final String LOOK_ALIKE = "0o o0 1l l1 1i i1 il li 5s s5 -_ _- ._ _. -. .-";

  private Slip() {}

  /** Keystrokes between the names (Damerau-Levenshtein), or -1 for more than {@link #FARTHEST}. */
  static int distance(String typed, String meant) {
    return DISTANCE.apply(typed, meant);
  }

  static boolean isLikely(String typed, String meant) {
    int distance = distance(typed, meant);
    if (distance < 1) {
      return false;
    }
    int start = 0;
    int most = Math.min(typed.length(), meant.length());
    while (start < most && typed.charAt(start) == meant.charAt(start)) {
      start++;
    }
    int tail = 0;
    while (tail < most - start
        && typed.charAt(typed.length() - 1 - tail) == meant.charAt(meant.length() - 1 - tail)) {
      tail++;
    }
    String a = typed.substring(start, typed.length() - tail);
    String b = meant.substring(start, meant.length() - tail);
    if (isInNumber(typed, a, start, tail) && isInNumber(meant, b, start, tail)) {
      return distance == 1 || Math.abs(number(typed, start) - number(meant, start)) == 1;
    }
    return distance == 1 ? isOneSlip(typed, meant, a, b, start) : isTwoSlips(typed, a, b, start);
  }

  /** The difference lies in a number, or between its digits. */
  private static boolean isInNumber(String name, String difference, int start, int tail) {
    if (!difference.chars().allMatch(Slip::isDigit)) {
      return false;
    }
    return !difference.isEmpty()
        || (start > 0 && isDigit(name.charAt(start - 1)))
        || (tail > 0 && isDigit(name.charAt(name.length() - tail)));
  }

  /** The number around this place, of a name that has one there; its last digits if it is long. */
  private static long number(String name, int at) {
    int from = at;
    while (from > 0 && isDigit(name.charAt(from - 1))) {
      from--;
    }
    int to = at;
    while (to < name.length() && isDigit(name.charAt(to))) {
      to++;
    }
    String digits = name.substring(Math.max(from, to - 18), to);
    return digits.isEmpty() ? -1 : Long.parseLong(digits);
  }

  private static boolean isOneSlip(String typed, String meant, String a, String b, int start) {
    if (a.length() == 2 && b.length() == 2) {
      return true;
    }
    if (a.isEmpty() || b.isEmpty()) {
      // A slash more or less makes another path.
      return !a.equals("/") && !b.equals("/");
    }
    return isOneKey(a.charAt(0), b.charAt(0)) || isSiblingLetter(typed, meant, start);
  }

  private static boolean isOneKey(char a, char b) {
    String pair = ("" + a + b).toLowerCase(Locale.ROOT);
    return Character.toLowerCase(a) == Character.toLowerCase(b)
        || LOOK_ALIKE.contains(pair)
        || areNeighbours(pair.charAt(0), pair.charAt(1));
  }

  private static boolean areNeighbours(char a, char b) {
    for (int row = 0; row < ROWS.length; row++) {
      int at = ROWS[row].indexOf(a);
      if (at < 0) {
        continue;
      }
      for (int other = Math.max(0, row - 1); other <= Math.min(ROWS.length - 1, row + 1); other++) {
        int there = ROWS[other].indexOf(b);
        if (there >= 0 && Math.abs(there - at) <= 1) {
          return true;
        }
      }
    }
    return false;
  }

  /** {@code sda} and {@code sdc}, {@code vm-a} and {@code vm-b}: a letter that counts. */
  private static boolean isSiblingLetter(String typed, String meant, int at) {
    char a = Character.toLowerCase(typed.charAt(at));
    char b = Character.toLowerCase(meant.charAt(at));
    if (a < 'a' || a > 'z' || b < 'a' || b > 'z') {
      return false;
    }
    boolean last = at + 1 == typed.length() || !Character.isLetter(typed.charAt(at + 1));
    boolean alone = at == 0 || !Character.isLetter(typed.charAt(at - 1));
    boolean device = typed.startsWith("/dev/");
    return last && (alone || device) && Math.abs(a - b) <= 4;
  }

  /** Two slips in one name are believed of a long one only, and of keys, not of siblings. */
  private static boolean isTwoSlips(String typed, String a, String b, int start) {
    if (a.indexOf('/') >= 0 || b.indexOf('/') >= 0) {
      return false;
    }
    int from = typed.lastIndexOf('/', Math.max(0, start - 1)) + 1;
    int to = typed.indexOf('/', start);
    int component = (to < 0 ? typed.length() : to) - from;
    if (component < 8) {
      return false;
    }
    if (a.length() == b.length()) {
      for (int i = 0; i < a.length(); i++) {
        boolean swapped =
            i + 1 < a.length() && a.charAt(i) == b.charAt(i + 1) && a.charAt(i + 1) == b.charAt(i);
        if (swapped) {
          i++;
        } else if (a.charAt(i) != b.charAt(i) && !isOneKey(a.charAt(i), b.charAt(i))) {
          return false;
        }
      }
      return true;
    }
    return Math.abs(a.length() - b.length()) == 2
        && (a.isEmpty() || b.isEmpty())
        && component >= 12;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
