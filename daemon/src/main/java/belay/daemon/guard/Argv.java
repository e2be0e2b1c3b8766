package belay.daemon.guard;

import belay.rules.syntax.Quoted;
import belay.rules.syntax.Text;
import java.util.List;
import java.util.Set;

/**
 * The words of a command that no shell will read, written as a line that a shell would read as
 * exactly these words, because a line is what is judged and recorded. Words that need no quotes
 * have none: so it is the line a person would have typed, and can be compared with what was typed
 * before.
 */
public final class Argv {

  /**
   * What a shell would take for syntax in command position (bash(1) RESERVED WORDS, zshmisc(1)).
   */
  private static final Set<String> RESERVED =
      Set.of(
          "if",
          "then",
          "else",
          "elif",
          "fi",
          "case",
          "esac",
          "for",
          "select",
          "while",
          "until",
          "do",
          "done",
          "in",
          "function",
          "time",
          "coproc",
          "repeat",
          "foreach",
          "end",
          "nocorrect",
          "noglob",
          "declare",
          "typeset",
          "export",
          "readonly",
          "local",
          "integer",
          "float");

  private Argv() {}

  /** The line for {@code words}, the first of which is the program. */
  public static String line(List<String> words) {
    StringBuilder out = new StringBuilder();
    for (String word : words) {
      boolean program = out.isEmpty();
      out.append(program ? "" : " ").append(word(word, program));
    }
    return out.toString();
  }

  /** Text as it is decoded by {@link Text}, so that the line has the words' bytes. */
  public static byte[] bytes(List<String> words) {
    return Text.encode(line(words));
  }

  /** What a shell takes for more in command position needs quotes it would not need elsewhere. */
  private static String word(String word, boolean program) {
    boolean more = program && (RESERVED.contains(word) || word.indexOf('=') >= 0);
    return more && Quoted.isPlain(word) ? "'" + word + "'" : Quoted.word(word);
  }
}
