package belay.rules.judge;

import java.util.Locale;

/** How bad it would be; the worst last. */
public enum Severity {
  LOW,
  MEDIUM,
  HIGH,
  CRITICAL;

  /** The name used in packs and in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
