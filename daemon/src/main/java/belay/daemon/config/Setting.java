package belay.daemon.config;

import java.util.Locale;

/** The one table of settings: name, default, meaning. Documentation and errors are made from it. */
public enum Setting {
  MODE("guard", "observe (record only), guard, or strict (what is not understood is confirmed)"),
  FACTS_DEADLINE("50ms", "how long the machine is looked at before a target counts as unknown"),
  HELPER(
      "/run/belay-holders/socket",
      "the socket of the privileged helper, which is asked where it is there; off for none"),
  NEAR_MISS("on", "on or off: compare with what you habitually do"),
  IMPORT_HISTORY("on", "on or off: read the shell's history file when it is first seen"),
  LABELS(
      "prod: prod production prd !*non[-_]prod* !*pre[-_]prod*; stage: stage staging stg preprod",
      "which hosts, clusters, accounts and databases are called what, by patterns"),
  PROTECTED_BRANCHES(
      "main master trunk production release release/* releases/*",
      "the branches that nobody should lose, by patterns"),
  ANSWER_TIMEOUT("300s", "how long a question on the terminal waits before it counts as no");

  private final String fallback;
  private final String meaning;

  Setting(String fallback, String meaning) {
    this.fallback = fallback;
    this.meaning = meaning;
  }

  /** The key in {@code config.yaml}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The environment variable that goes before the file. */
  public String variable() {
    return "BELAY_" + name();
  }

  public String fallback() {
    return fallback;
  }

  public String meaning() {
    return meaning;
  }
}
