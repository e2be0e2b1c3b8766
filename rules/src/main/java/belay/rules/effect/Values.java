package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values taken apart the way programs take their arguments apart. */
final class Values {

  private Values() {}

  /** {@code value} without its first {@code count} characters, which must be known. */
  static Value without(Value value, int count) {
    List<Piece> rest = new ArrayList<>(value.pieces());
    if (count > 0 && rest.removeFirst() instanceof Piece.Known(String text)) {
      rest.addFirst(new Piece.Known(text.substring(count)));
    }
    return new Value(rest);
  }

  /** Both with a blank between them. */
  static Value joined(Value left, Value right) {
    return left.append(Value.of(" ")).append(right);
  }

  /**
   * What cp(1), mv(1) and ln(1) call their source in a directory: the last part of its name. Null
   * for a name that ends in {@code .} or {@code ..}: that puts its contents there.
   */
  static @Nullable Value baseName(Value name) {
    List<Piece> pieces = new ArrayList<>(name.pieces());
    if (!pieces.isEmpty() && pieces.getLast() instanceof Piece.Known(String text)) {
      int end = text.length();
      while (end > 1 && text.charAt(end - 1) == '/') {
        end--;
      }
      pieces.set(pieces.size() - 1, new Piece.Known(text.substring(0, end)));
    }
    List<Piece> base = new ArrayList<>();
    for (int i = pieces.size() - 1; i >= 0; i--) {
      Piece piece = pieces.get(i);
      String text =
          switch (piece) {
            case Piece.Known(String known) -> known;
            case Piece.Pattern(String glob) -> glob;
            case Piece.Unknown _ -> "";
          };
      int slash = text.lastIndexOf('/');
      String part = text.substring(slash + 1);
      base.addFirst(
          switch (piece) {
            case Piece.Known _ -> new Piece.Known(part);
            case Piece.Pattern _ -> new Piece.Pattern(part);
            case Piece.Unknown unknown -> unknown;
          });
      if (slash >= 0) {
        break;
      }
    }
    Value value = new Value(base);
    String known = value.known();
    return ".".equals(known) || "..".equals(known) || "".equals(known) ? null : value;
  }
}
