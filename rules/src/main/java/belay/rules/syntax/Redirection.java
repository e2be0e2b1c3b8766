package belay.rules.syntax;

import org.jspecify.annotations.Nullable;

/**
 * A redirection (POSIX.1-2024 2.7; bash(1) REDIRECTION; zshmisc(1) REDIRECTION).
 *
 * @param descriptor the number or {@code {name}} before the operator, or null for the default
 * @param operator which one
 * @param target the word behind it; the delimiter for a here-document
 * @param document the here-document's body, else null
 */
public record Redirection(
    Span span,
    @Nullable String descriptor,
    Operator operator,
    Word target,
    @Nullable HereDocument document) {

  /**
   * The body of a here-document.
   *
   * @param quoted the delimiter was quoted, so that nothing in the body is expanded
   * @param body its text as parts: one literal when quoted
   */
  public record HereDocument(Span span, boolean quoted, Word body) {}

  /** The operators, by what they do. */
  public enum Operator {
    /** {@code <}. */
    INPUT,
    /** {@code >}. */
    OUTPUT,
    /** {@code >|}, zsh also {@code >!}: truncates in spite of noclobber. */
    CLOBBER,
    /** {@code >>}, zsh also {@code >>|} and {@code >>!}. */
    APPEND,
    /** {@code <>}: opens for both, creates, does not truncate. */
    READ_WRITE,
    /** {@code &>}, {@code >&} with a file name, zsh also {@code &>|}. */
    OUTPUT_BOTH,
    /** {@code &>>}, zsh also {@code >>&}. */
    APPEND_BOTH,
    /** {@code <&}. */
    DUPLICATE_INPUT,
    /** {@code >&} with a number, {@code -}, or an expansion. */
    DUPLICATE_OUTPUT,
    /** {@code <<}. */
    HERE_DOCUMENT,
    /** {@code <<-}. */
    HERE_DOCUMENT_TABS,
    /** {@code <<<}. */
    HERE_STRING
  }
}
