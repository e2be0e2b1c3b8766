package belay.index.nearmiss;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.text.diff.CommandVisitor;
import org.apache.commons.text.diff.StringsComparator;

/**
 * Where two strings differ, to be marked for a person.
 *
 * @param left the ranges of the first that are not in the second, in chars
 * @param right the ranges of the second that are not in the first
 */
public record Differences(List<Range> left, List<Range> right) {

  /** A half-open range of chars. */
  public record Range(int from, int to) {

    /** This range as carets below the text it is of: blanks up to it, then carets. */
    private void draw(StringBuilder line) {
      line.append(" ".repeat(from - line.length())).append("^".repeat(to - from));
    }
  }

  public Differences {
    left = List.copyOf(left);
    right = List.copyOf(right);
  }

  /**
   * The difference of two strings: what is between their common beginning and end, and there by a
   * shortest edit script (Myers 1986), so that what is one piece to the eye is marked as one.
   */
  public static Differences mark(String a, String b) {
    int most = Math.min(a.length(), b.length());
    int start = 0;
    while (start < most && a.charAt(start) == b.charAt(start)) {
      start++;
    }
    int tail = 0;
    while (tail < most - start
        && a.charAt(a.length() - 1 - tail) == b.charAt(b.length() - 1 - tail)) {
      tail++;
    }
    var ranges = new Ranges(start);
    new StringsComparator(
            a.substring(start, a.length() - tail), b.substring(start, b.length() - tail))
        .getScript()
        .visit(ranges);
    return new Differences(ranges.left, ranges.right);
  }

  /** A line of carets that marks {@link #left} when printed below the first string. */
  public String caretsLeft() {
    return carets(left);
  }

  /** A line of carets that marks {@link #right} when printed below the second string. */
  public String caretsRight() {
    return carets(right);
  }

  private static String carets(List<Range> ranges) {
    var line = new StringBuilder();
    ranges.forEach(range -> range.draw(line));
    return line.toString();
  }

  private static final class Ranges implements CommandVisitor<Character> {

    private final List<Range> left = new ArrayList<>();
    private final List<Range> right = new ArrayList<>();
    private int inLeft;
    private int inRight;

    Ranges(int start) {
      inLeft = start;
      inRight = start;
    }

    @Override
    public void visitKeepCommand(Character object) {
      inLeft++;
      inRight++;
    }

    @Override
    public void visitDeleteCommand(Character object) {
      extend(left, inLeft++);
    }

    @Override
    public void visitInsertCommand(Character object) {
      extend(right, inRight++);
    }

    private static void extend(List<Range> ranges, int at) {
      if (!ranges.isEmpty() && ranges.getLast().to() == at) {
        ranges.set(ranges.size() - 1, new Range(ranges.getLast().from(), at + 1));
      } else {
        ranges.add(new Range(at, at + 1));
      }
    }
  }
}
