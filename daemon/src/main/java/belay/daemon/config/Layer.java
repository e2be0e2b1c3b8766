package belay.daemon.config;

import java.util.Locale;

/**
 * Where rules and settings come from; each may tighten what those before it say, and loosen what
 * they leave open. See docs/configuration.md.
 */
public enum Layer {
  /** What Belay comes with. */
  BUILT_IN,
  /** What the machine's administrator says, below {@code /etc/belay}. */
  SYSTEM,
  /** Packs that were installed. */
  TEAM,
  /** What the user says. */
  USER;

  /** The name used for people and in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
