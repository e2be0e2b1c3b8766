package belay.rules.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code name=value}, {@code name+=value}, {@code name[subscript]=value} or {@code name=(…)}.
 *
 * @param name the variable
 * @param subscript the text between brackets, or null
 * @param append {@code +=}
 * @param value a scalar or an array
 */
public record Assignment(
    Span span, String name, @Nullable Word subscript, boolean append, Value value) {

  /** What is assigned. */
  public sealed interface Value {

    /** One word; empty for {@code name=}. */
    record Scalar(Word word) implements Value {}

    /** {@code ( … )}; keys of {@code [key]=value} elements are left in the word. */
    record Array(List<Word> elements) implements Value {
      public Array {
        elements = List.copyOf(elements);
      }
    }
  }
}
