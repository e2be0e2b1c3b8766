package belay.rules.fact;

/** What is known of a statement. Unknown is never false. */
public enum Truth {
  TRUE,
  FALSE,
  UNKNOWN
}
