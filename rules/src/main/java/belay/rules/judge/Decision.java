package belay.rules.judge;

import java.util.Locale;

/** What becomes of a line; the gravest last. */
public enum Decision {
  /** It runs, nothing is said. */
  ALLOW,
  /** It runs, one line is said. */
  NOTE,
  /** It runs if the person passes the challenge. */
  CONFIRM,
  /** It does not run. */
  BLOCK;

  /** The name used in packs and in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public Decision max(Decision other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
