package belay.rules.effect;

/** How sure it is that the effect follows when the line runs; the surest first. */
public enum Certainty {
  /** It follows whenever the command is reached. */
  CERTAIN,
  /** It depends on a value or condition that is not known. */
  LIKELY,
  /** The place it comes from could not be parsed or is made at run time. */
  POSSIBLE
}
