package belay.rules.judge;

/** How much of the judgement is enforced. */
public enum Mode {
  /** Everything is recorded, nothing is questioned. */
  OBSERVE,
  /** The default. */
  GUARD,
  /** What cannot be understood is confirmed too. */
  STRICT
}
