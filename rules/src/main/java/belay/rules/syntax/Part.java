package belay.rules.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a {@link Word}. Text is already what it stands for: quotes and backslashes are gone.
 */
public sealed interface Part {

  /** The bytes it was read from, quotes and operators included. */
  Span span();

  /** Unquoted text without a special meaning. */
  record Literal(Span span, String text) implements Part {}

  /** A backslash and the character behind it; empty text for a line continuation. */
  record Escaped(Span span, String text) implements Part {}

  /** {@code '…'}. */
  record SingleQuoted(Span span, String text) implements Part {}

  /** {@code $'…'}, its escapes decoded. */
  record AnsiQuoted(Span span, String text) implements Part {}

  /**
   * {@code "…"}.
   *
   * @param localized {@code $"…"}
   */
  record DoubleQuoted(Span span, List<Part> parts, boolean localized) implements Part {
    public DoubleQuoted {
      parts = List.copyOf(parts);
    }
  }

  /**
   * A parameter expansion.
   *
   * @param flags zsh's {@code (flags)}, without the parentheses; empty where there are none
   * @param prefix what stands before the name inside the braces: {@code !} (bash indirection),
   *     {@code #} (length), zsh's {@code =}, {@code ~}, {@code ^} and {@code +}; else empty
   * @param name the parameter; special ones by their character
   * @param subscript the text between brackets, or null
   * @param operator what is done with the value ({@code :-}, {@code -}, {@code :=}, {@code =},
   *     {@code :?}, {@code ?}, {@code :+}, {@code +}, {@code #}, {@code ##}, {@code %}, {@code %%},
   *     {@code /}, {@code //}, {@code /#}, {@code /%}, zsh's {@code /#%} and {@code :/} for the
   *     whole value, {@code :} for a substring, {@code ^}, {@code ^^}, {@code ,}, {@code ,,},
   *     {@code @} with the letter as argument, {@code :X} for zsh's and history's modifiers); empty
   *     where there is none
   * @param argument the word behind the operator, or null; for {@code /} the pattern. Behind an
   *     empty operator: everything inside the braces besides, of an expansion whose value cannot be
   *     told by its name (zsh's nested ones, and those that the shell refuses when it runs them)
   * @param replacement the word behind the second slash, or null
   */
  record Parameter(
      Span span,
      String flags,
      String prefix,
      String name,
      @Nullable Word subscript,
      String operator,
      @Nullable Word argument,
      @Nullable Word replacement)
      implements Part {}

  /** {@code $(…)}, {@code `…`} or bash 5.3's {@code ${ …;}}. */
  record CommandSubstitution(Span span, CommandList body) implements Part {}

  /** {@code <(…)}, {@code >(…)} or zsh's {@code =(…)}. */
  record ProcessSubstitution(Span span, Direction direction, CommandList body) implements Part {

    /** What the word becomes. */
    public enum Direction {
      /** A file to read the command's output from. */
      OUTPUT_OF,
      /** A file to write the command's input to. */
      INPUT_OF,
      /** zsh: a temporary file that holds the output. */
      TEMPORARY
    }
  }

  /** {@code $((…))} or {@code $[…]}. */
  record ArithmeticExpansion(Span span, List<Part> parts) implements Part {
    public ArithmeticExpansion {
      parts = List.copyOf(parts);
    }
  }

  /** An unquoted {@code ~}, {@code ~user}, {@code ~+} or {@code ~-} where the shell expands it. */
  record Tilde(Span span, String user) implements Part {}

  /** zsh {@code =name}: the path of the command. */
  record EqualsCommand(Span span, String name) implements Part {}

  /**
   * An unquoted pattern: {@code *}, {@code ?}, {@code […]}, an extglob {@code @(…)} with all that
   * is in it, or a zsh glob qualifier or flag.
   *
   * @param text as written, quoting inside kept
   */
  record Glob(Span span, String text) implements Part {}

  /** {@code {a,b,c}}. */
  record Braces(Span span, List<Word> alternatives) implements Part {
    public Braces {
      alternatives = List.copyOf(alternatives);
    }
  }

  /** {@code {first..last}} or {@code {first..last..step}}, ends as written. */
  record BraceRange(Span span, String first, String last, @Nullable String step) implements Part {}
}
