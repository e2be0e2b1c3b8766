package belay.rules.effect;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field after expansion, as far as it could be known (POSIX.1-2024 2.6).
 *
 * @param pieces in order, neighbours of the same kind joined
 */
public record Value(List<Piece> pieces) {

  /** A piece of a value. Text is as {@link belay.rules.syntax.Text} decodes it. */
  public sealed interface Piece {

    /** Text that is known and stands for itself. */
    record Known(String text) implements Piece {}

    /** A pattern that pathname expansion matches, in shell pattern notation. */
    record Pattern(String glob) implements Piece {}

    /**
     * Text that is not known.
     *
     * @param why for a person: {@code $(date) is not run}, {@code $1 is not known}
     */
    record Unknown(String why) implements Piece {}
  }

  /** The empty field. */
  public static final Value EMPTY = new Value(List.of());

  public Value {
    pieces = joined(pieces);
  }

  public static Value of(String text) {
    return new Value(List.of(new Piece.Known(text)));
  }

  public static Value unknown(String why) {
    return new Value(List.of(new Piece.Unknown(why)));
  }

  private static List<Piece> joined(List<Piece> pieces) {
    List<Piece> out = new ArrayList<>(pieces.size());
    for (Piece piece : pieces) {
      if (piece instanceof Piece.Known(String text)) {
        if (text.isEmpty()) {
          continue;
        }
        if (!out.isEmpty() && out.getLast() instanceof Piece.Known(String before)) {
          out.set(out.size() - 1, new Piece.Known(before + text));
          continue;
        }
      }
      out.add(piece);
    }
    return List.copyOf(out);
  }

  /** The whole text where all of it is known, else null. */
  public @Nullable String known() {
    if (pieces.isEmpty()) {
      return "";
    }
    return pieces.size() == 1 && pieces.getFirst() instanceof Piece.Known(String text)
        ? text
        : null;
  }

  /** The known text it begins with; empty where it begins with something else. */
  public String knownPrefix() {
    return !pieces.isEmpty() && pieces.getFirst() instanceof Piece.Known(String text) ? text : "";
  }

  public boolean hasPattern() {
    return pieces.stream().anyMatch(Piece.Pattern.class::isInstance);
  }

  public boolean hasUnknown() {
    return pieces.stream().anyMatch(Piece.Unknown.class::isInstance);
  }

  public Value append(Value more) {
    List<Piece> all = new ArrayList<>(pieces);
    all.addAll(more.pieces);
    return new Value(all);
  }

  /** For messages and JSON: text as it is, patterns as they are, the unknown as {@code …}. */
  public String display() {
    StringBuilder out = new StringBuilder();
    for (Piece piece : pieces) {
      out.append(
          switch (piece) {
            case Piece.Known(String text) -> text;
            case Piece.Pattern(String glob) -> glob;
            case Piece.Unknown _ -> "…";
          });
    }
    return out.toString();
  }
}
