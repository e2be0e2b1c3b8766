package belay.rules.judge;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression in the syntax of RE2, which takes time in proportion to the text, whatever
 * the expression. It is sought anywhere in a text.
 */
public final class Regex implements NamePattern {

  /** Far more than anybody writes; {@code (a{100}){100}} is refused. */
  private static final int LARGEST_PROGRAM = 10_000;

  private final Pattern pattern;

  private Regex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException when it is none, or too large; the message says which
   */
  public static Regex of(String source) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(source);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getDescription() + ": " + e.getPattern(), e);
    }
    if (pattern.programSize() > LARGEST_PROGRAM) {
      throw new IllegalArgumentException("its repetitions make it too large");
    }
    return new Regex(pattern);
  }

  @Override
  public boolean matches(String text) {
    return pattern.matcher(text).find();
  }

  @Override
  public boolean isPlain() {
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Regex regex && pattern.pattern().equals(regex.pattern.pattern());
  }

  @Override
  public int hashCode() {
    return pattern.pattern().hashCode();
  }

  /** The expression between slashes. */
  @Override
  public String toString() {
    return "/" + pattern.pattern() + "/";
  }
}
