package belay.rules.effect;

import java.util.Locale;

/** What the options of a command say of the way it does something. */
public enum Trait {
  /** What it would check or refuse by itself is overridden: {@code --force}. */
  FORCED,
  /** It does not ask, though it would: {@code -auto-approve}, {@code --quiet}. */
  UNATTENDED,
  /** Nothing is kept from which it could be brought back: {@code --skip-final-snapshot}. */
  UNRECOVERABLE,
  /** What depends on it goes as well: {@code CASCADE}. */
  CASCADING,
  /** The data behind it goes as well: {@code --volumes}, {@code --remove-all-storage}. */
  DATA_TOO,
  /** Without the time to end in order: {@code --grace-period=0}, {@code -m immediate}. */
  AT_ONCE,
  /** Everybody may see it or come in: {@code --acl public-read}, {@code 0.0.0.0/0}. */
  PUBLIC;

  /** The name used in models, in packs and in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
