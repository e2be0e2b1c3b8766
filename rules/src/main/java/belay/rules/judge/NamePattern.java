package belay.rules.judge;

/** What a name may have to look like. */
public sealed interface NamePattern permits Wildcard, Regex {

  /** Whether {@code text} matches. */
  boolean matches(String text);

  /** Whether it stands for itself. */
  boolean isPlain();
}
