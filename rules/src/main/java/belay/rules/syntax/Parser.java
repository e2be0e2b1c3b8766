package belay.rules.syntax;

import java.util.List;

/**
 * Reads a command line the way bash or zsh would (bash(1) SHELL GRAMMAR; zshmisc(1) GRAMMAR;
 * POSIX.1-2024 2.10), without running or expanding anything.
 *
 * <p>A recursive descent over the bytes themselves: what ends a word, what a quote means and what a
 * newline does depend on where one stands, so there are no tokens. It takes time in proportion to
 * the line, never throws, and never gives up what it has read: behind the first thing it cannot
 * follow stands a {@link Command.Unparsed}, and the {@link Script.Status} says why.
 */
public final class Parser {

  /** Longest line that is read, in bytes. */
  public static final int LENGTH_CAP = 1 << 20;

  private Parser() {}

  /**
   * Reads a line as the shell reads it at its prompt with its default options: bash knows comments
   * there, zsh does not.
   */
  public static Script parse(byte[] line, Dialect dialect) {
    return parse(line, dialect, dialect == Dialect.BASH);
  }

  /**
   * Reads a line.
   *
   * @param comments whether {@code #} begins a comment: always in a script, in bash unless {@code
   *     interactive_comments} is off, at a zsh prompt only when INTERACTIVE_COMMENTS is set
   */
  public static Script parse(byte[] line, Dialect dialect, boolean comments) {
    if (line.length > LENGTH_CAP) {
      Span span = new Span(0, line.length);
      String message = "longer than " + LENGTH_CAP + " bytes";
      var unparsed =
          new CommandList.Item(
              new Command.Unparsed(span, message), CommandList.Terminator.SEQUENCE);
      return new Script(
          dialect,
          new CommandList(span, List.of(unparsed)),
          new Script.Status.Invalid(span, message));
    }
    return new Reading(new Cursor(line, dialect, comments)).script();
  }
}
