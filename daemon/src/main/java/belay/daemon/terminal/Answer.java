package belay.daemon.terminal;

/** How a question on the terminal ended. Only {@link Accepted} lets the line run. */
public sealed interface Answer {

  /**
   * The challenge was met.
   *
   * @param typed what was typed
   */
  record Accepted(String typed) implements Answer {}

  /**
   * Something else was typed.
   *
   * @param typed what was typed
   */
  record Refused(String typed) implements Answer {}

  /** Ctrl-C. */
  record Interrupted() implements Answer {}

  /** Ctrl-D. */
  record EndOfInput() implements Answer {}

  /** The terminal went away. */
  record HungUp() implements Answer {}

  /** Nobody answered in time. */
  record TimedOut() implements Answer {}
}
