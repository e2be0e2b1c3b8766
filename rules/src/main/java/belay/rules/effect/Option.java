package belay.rules.effect;

/**
 * An option of one program, under all its names. Compared by identity: git's {@code -c} is another
 * option than that of {@code git branch}.
 */
final class Option {

  private final String name;
  private final Takes takes;

  Option(String name, Takes takes) {
    this.name = name;
    this.takes = takes;
  }

  /** Whether the option takes a value, and from where (getopt_long(3)). */
  enum Takes {
    NOTHING,
    /** Glued to it or the next argument. */
    VALUE,
    /** Only glued to it. */
    MAYBE
  }

  Takes takes() {
    return takes;
  }

  @Override
  public String toString() {
    return name;
  }
}
