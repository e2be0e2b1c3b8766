package belay.rules.syntax;

/** Text as a word of a shell's line: bash and zsh read it as exactly this text, and no more. */
public final class Quoted {

  private Quoted() {}

  /** The word, without quotes where it needs none. */
  public static String word(String text) {
    return isPlain(text) ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /** Whether nothing in it means anything to a shell. */
  public static boolean isPlain(String text) {
    // zsh: `=` before a name stands for the path of a command.
    return !text.isEmpty() && !text.startsWith("=") && text.chars().allMatch(Quoted::isPlain);
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_@%+=:,./-".indexOf(c) >= 0;
  }
}
