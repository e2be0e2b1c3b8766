package belay.rules.effect;

import belay.rules.syntax.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Words put together from what one command hands to another. */
final class Operands {

  private Operands() {}

  /** Operands that come from standard input, at the end or in a placeholder's stead. */
  static List<Field> fed(List<Field> words, @Nullable String placeholder, @Nullable Output input) {
    if (words.isEmpty()) {
      return words;
    }
    Span at = words.getFirst().span();
    List<Field> operands =
        switch (input) {
          case Output.Words(List<Value> known, String _) ->
              known.stream().map(value -> new Field(value, at, List.of())).toList();
          case Output.Found(List<Value> roots) ->
              roots.stream().map(root -> new Field(below(root), at, List.of())).toList();
          case Output.Unknown(String from) ->
              List.of(new Field(Value.unknown("what `" + from + "` prints"), at, List.of()));
          case null ->
              List.of(new Field(Value.unknown("what standard input holds"), at, List.of()));
        };
    List<Field> out = new ArrayList<>();
    if (placeholder == null) {
      out.addAll(words);
      out.addAll(operands);
      return out;
    }
    for (Field word : words) {
      if (word.value().display().contains(placeholder)) {
        for (Field operand : operands) {
          out.add(word.with(replaced(word.value(), placeholder, operand.value())));
        }
      } else {
        out.add(word);
      }
    }
    return out;
  }

  /** What a search finds, in its placeholder's stead. */
  static List<Field> found(List<Field> words, List<Value> roots, String placeholder) {
    List<Field> out = new ArrayList<>();
    for (Field word : words) {
      if (word.value().display().contains(placeholder)) {
        for (Value root : roots) {
          out.add(word.with(replaced(word.value(), placeholder, root)));
        }
      } else {
        out.add(word);
      }
    }
    return out;
  }

  private static Value replaced(Value value, String placeholder, Value by) {
    Value out = Value.EMPTY;
    for (Value.Piece piece : value.pieces()) {
      if (piece instanceof Value.Piece.Known(String text) && text.contains(placeholder)) {
        int at = text.indexOf(placeholder);
        out =
            out.append(Value.of(text.substring(0, at)))
                .append(by)
                .append(
                    replaced(Value.of(text.substring(at + placeholder.length())), placeholder, by));
      } else {
        out = out.append(new Value(List.of(piece)));
      }
    }
    return out;
  }

  /** Something below a directory, of which no more is known. */
  static Value below(Value root) {
    String known = root.known();
    Value directory = known != null && known.endsWith("/") ? root : root.append(Value.of("/"));
    return directory.append(Value.unknown("what is found below " + root.display()));
  }

  /** All fields as one text, with blanks between them. */
  static Field joined(List<Field> fields) {
    Value value = Value.EMPTY;
    Span span = fields.getFirst().span();
    List<String> emptied = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      value = (i == 0 ? value : value.append(Value.of(" "))).append(fields.get(i).value());
      span = span.cover(fields.get(i).span());
      emptied.addAll(fields.get(i).emptied());
    }
    return new Field(value, span, emptied);
  }
}
