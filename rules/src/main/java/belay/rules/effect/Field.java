package belay.rules.effect;

import belay.rules.syntax.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A word of a command after expansion.
 *
 * @param value what it stands for
 * @param span the word in the typed line it came from
 * @param emptied variables in it that turned out unset or empty
 */
record Field(Value value, Span span, List<String> emptied) {

  Field {
    emptied = List.copyOf(emptied);
  }

  /** The whole text where all of it is known, else null. */
  @Nullable String known() {
    return value.known();
  }

  Field with(Value other) {
    return new Field(other, span, emptied);
  }
}
