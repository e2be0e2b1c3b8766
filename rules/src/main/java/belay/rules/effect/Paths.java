package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** File names made absolute, by their text alone. */
final class Paths {

  private Paths() {}

  /**
   * {@code value} below {@code directory} unless it is absolute; as typed where neither is known.
   */
  static Value absolute(Value value, @Nullable Value directory) {
    String prefix = value.knownPrefix();
    boolean unknownStart =
        !value.pieces().isEmpty() && value.pieces().getFirst() instanceof Piece.Unknown;
    if (prefix.startsWith("/") || unknownStart || directory == null) {
      return normalised(value);
    }
    if (value.pieces().isEmpty()) {
      return value;
    }
    return normalised(directory.append(Value.of("/")).append(value));
  }

  /**
   * Without {@code .}, {@code ..} and doubled slashes, in the part before the first piece that is
   * not known. Lexical, so that {@code a/../b} through a symbolic link is taken for {@code b}: the
   * fact finder looks at what the kernel would reach.
   */
  private static Value normalised(Value value) {
    List<Piece> pieces = new ArrayList<>(value.pieces());
    if (pieces.isEmpty() || !(pieces.getFirst() instanceof Piece.Known(String text))) {
      return value;
    }
    boolean whole = pieces.size() == 1;
    int cut = whole ? text.length() : text.lastIndexOf('/') + 1;
    String clean = normalised(text.substring(0, cut));
    String tail = text.substring(cut);
    if (!whole && !clean.endsWith("/") && cut > 0) {
      clean += "/";
    }
    pieces.set(0, new Piece.Known(clean + tail));
    return new Value(pieces);
  }

  static String normalised(String path) {
    if (path.isEmpty()) {
      return path;
    }
    boolean absolute = path.startsWith("/");
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      switch (part) {
        case "", "." -> {}
        case ".." -> {
          if (!parts.isEmpty() && !parts.getLast().equals("..")) {
            parts.removeLast();
          } else if (!absolute) {
            parts.addLast("..");
          }
        }
        default -> parts.addLast(part);
      }
    }
    String joined = String.join("/", parts);
    return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
  }
}
