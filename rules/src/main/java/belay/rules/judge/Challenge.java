package belay.rules.judge;

/** What a person must do for a command to run. */
public sealed interface Challenge {

  /** Type {@code yes} or {@code y}, then Enter. */
  record Yes() implements Challenge {}

  /** Type this text, then Enter. */
  record Type(String text) implements Challenge {}
}
