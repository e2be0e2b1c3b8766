package belay.rules.effect;

/** How far an effect goes from its target. */
public enum Reach {
  /** The target alone. */
  ONE,
  /** The target and all below it. */
  RECURSIVE,
  /** Several: a pattern, a list read elsewhere. */
  MANY,
  /** Everything of its kind. */
  ALL
}
