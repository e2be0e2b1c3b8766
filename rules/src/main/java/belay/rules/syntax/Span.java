package belay.rules.syntax;

/**
 * A half-open range of byte offsets into the line a node was read from.
 *
 * @param from first byte, 0-based
 * @param to the byte after the last, never before {@code from}
 */
public record Span(int from, int to) {

  public Span {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("not a span: " + from + ".." + to);
    }
  }

  public int length() {
    return to - from;
  }

  /** The smallest span that covers this one and {@code other}. */
  public Span cover(Span other) {
    return new Span(Math.min(from, other.from), Math.max(to, other.to));
  }

  public boolean contains(Span other) {
    return from <= other.from && other.to <= to;
  }

  /** This span seen from a text in which its own text starts at {@code offset}. */
  public Span shift(int offset) {
    return new Span(from + offset, to + offset);
  }
}
