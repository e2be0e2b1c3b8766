package belay.rules.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A word as written, in parts; joining what the parts stand for gives what the shell would make of
 * it.
 *
 * @param span the bytes it covers
 * @param parts in order; empty only for an empty value such as {@code x=}
 */
public record Word(Span span, List<Part> parts) {

  public Word {
    parts = List.copyOf(parts);
  }

  /**
   * The text of a word that is nothing but unquoted literal text, as reserved words, options and
   * most command names are; null for any other.
   */
  public @Nullable String bareText() {
    if (parts.size() == 1 && parts.getFirst() instanceof Part.Literal(Span _, String text)) {
      return text;
    }
    return null;
  }

  /**
   * The text of a word that quoting alone can have shaped: literals, backslashes and quotes without
   * any expansion inside. Null where the text depends on the shell's state.
   */
  public @Nullable String constantText() {
    StringBuilder out = new StringBuilder();
    return appendConstant(parts, out) ? out.toString() : null;
  }

  private static boolean appendConstant(List<Part> parts, StringBuilder out) {
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(Span _, String text) -> out.append(text);
        case Part.Escaped(Span _, String text) -> out.append(text);
        case Part.SingleQuoted(Span _, String text) -> out.append(text);
        case Part.AnsiQuoted(Span _, String text) -> out.append(text);
        case Part.DoubleQuoted quoted -> {
          if (!appendConstant(quoted.parts(), out)) {
            return false;
          }
        }
        case Part.Parameter _,
            Part.CommandSubstitution _,
            Part.ProcessSubstitution _,
            Part.ArithmeticExpansion _,
            Part.Tilde _,
            Part.EqualsCommand _,
            Part.Glob _,
            Part.Braces _,
            Part.BraceRange _ -> {
          return false;
        }
      }
    }
    return true;
  }
}
