package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A text that is read as commands: the typed line, or one that stands in it or is reached through
 * it.
 *
 * @param bytes the text
 * @param place from a span of this text to one of the typed line
 * @param holes what stands where the text is not known: the character {@code U+10F000 + n} stands
 *     for the n-th
 */
record Code(byte[] bytes, UnaryOperator<Span> place, List<Piece> holes) {

  private static final int FIRST_HOLE = 0x10F000;
  private static final int MOST_HOLES = 0xFFE;
  private static final char LEAST_HIGH = Character.highSurrogate(FIRST_HOLE);

  Code {
    holes = List.copyOf(holes);
  }

  /** The line as typed. */
  static Code typed(byte[] line) {
    return new Code(line, UnaryOperator.identity(), List.of());
  }

  /** Text that is all reached through one word of the typed line. */
  static Code through(String text, Span word) {
    return new Code(Text.encode(text), _ -> word, List.of());
  }

  /** Text of which parts may not be known. */
  static Code through(Value value, Span word) {
    String known = value.known();
    if (known != null && !mayHoldHoles(known)) {
      return through(known, word);
    }
    List<Piece> holes = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Piece piece : value.pieces()) {
      switch (piece) {
        case Piece.Known(String all) ->
            all.codePoints()
                .forEach(
                    c -> {
                      if (c >= FIRST_HOLE) {
                        punch(new Piece.Known(Character.toString(c)), text, holes);
                      } else {
                        text.appendCodePoint(c);
                      }
                    });
        case Piece.Pattern _, Piece.Unknown _ -> punch(piece, text, holes);
      }
    }
    return new Code(Text.encode(text.toString()), _ -> word, holes);
  }

  private static void punch(Piece piece, StringBuilder text, List<Piece> holes) {
    if (holes.size() < MOST_HOLES) {
      holes.add(piece);
    }
    text.appendCodePoint(FIRST_HOLE + holes.size() - 1);
  }

  /**
   * This text with a word of it replaced, as by an alias.
   *
   * @param kept the part of this text that is wanted at all
   * @param word the part of it that is replaced
   */
  Code replaced(Span kept, Span word, byte[] by) {
    int head = word.from() - kept.from();
    byte[] joined = new byte[head + by.length + Math.max(0, kept.to() - word.to())];
    System.arraycopy(bytes, kept.from(), joined, 0, head);
    System.arraycopy(by, 0, joined, head, by.length);
    System.arraycopy(bytes, word.to(), joined, head + by.length, joined.length - head - by.length);
    int moved = word.to() - head - by.length;
    return new Code(
        joined,
        span -> {
          if (span.to() <= head) {
            return place.apply(span.shift(kept.from()));
          }
          return span.from() >= head + by.length
              ? place.apply(new Span(span.from() + moved, span.to() + moved))
              : place.apply(word);
        },
        holes);
  }

  /** Bytes {@code [from, to)} of this text. */
  byte[] slice(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  Span at(Span span) {
    return place.apply(span);
  }

  /** Whether literal text has holes in it that {@link #fill} would fill. */
  boolean hasHoles(String text) {
    return !holes.isEmpty() && mayHoldHoles(text);
  }

  private static boolean mayHoldHoles(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= LEAST_HIGH && c <= Character.MAX_HIGH_SURROGATE) {
        return true;
      }
    }
    return false;
  }

  /** What literal text of this code stands for. */
  List<Piece> fill(String text) {
    if (!hasHoles(text)) {
      return List.of(new Piece.Known(text));
    }
    List<Piece> out = new ArrayList<>();
    StringBuilder known = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (c >= FIRST_HOLE && c - FIRST_HOLE < holes.size()) {
                out.add(new Piece.Known(known.toString()));
                known.setLength(0);
                out.add(holes.get(c - FIRST_HOLE));
              } else {
                known.appendCodePoint(c);
              }
            });
    out.add(new Piece.Known(known.toString()));
    return out;
  }
}
