package belay.daemon.terminal;

import belay.index.journal.JournalRecord.Answer.How;

/**
 * How a question ended, on the terminal or by what was said beforehand. {@link #runs} says whether
 * the line runs.
 */
public sealed interface Answer {

  /** What was typed; empty where nothing was. */
  default String typed() {
    return "";
  }

  default boolean runs() {
    return switch (this) {
      case Accepted _ -> true;
      case ByPolicy(boolean allowed) -> allowed;
      case ByPass _ -> true;
      case Refused _, Interrupted _, EndOfInput _, HungUp _, TimedOut _ -> false;
    };
  }

  /** What the journal calls it. */
  default How how() {
    return switch (this) {
      case Accepted _ -> How.ACCEPTED;
      case Refused _ -> How.REFUSED;
      case Interrupted _ -> How.INTERRUPTED;
      case EndOfInput _ -> How.END_OF_INPUT;
      case HungUp _ -> How.HUNG_UP;
      case TimedOut _ -> How.TIMED_OUT;
      case ByPolicy(boolean allowed) -> allowed ? How.POLICY_ALLOWED : How.POLICY_REFUSED;
      case ByPass _ -> How.PASSED;
    };
  }

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

  /**
   * It was blocked, and a pass was taken for it before.
   *
   * @param typed its code
   */
  record ByPass(String typed) implements Answer {}

  /**
   * Nobody was asked: no terminal, or an answer that was given beforehand.
   *
   * @param allowed whether it runs nevertheless
   */
  record ByPolicy(boolean allowed) implements Answer {}
}
