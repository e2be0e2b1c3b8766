package belay.index.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * Commands and their words as spans of a text, read by quotes, blanks and operators alone: what a
 * line has to offer that no parser follows.
 */
final class RoughWords {

  /** A half-open range of the text. */
  record Range(int from, int to) {}

  /**
   * A word as written.
   *
   * @param quoted the insides of its quoted pieces
   */
  record Word(int from, int to, List<Range> quoted) {

    String raw(String text) {
      return text.substring(from, to);
    }

    boolean isQuoted(int at) {
      return quoted.stream().anyMatch(range -> range.from <= at && at < range.to);
    }
  }

  private final String text;
  private final int end;
  private final List<List<Word>> commands = new ArrayList<>();
  private List<Word> words = new ArrayList<>();
  private List<Range> quoted = new ArrayList<>();
  private int wordFrom = -1;

  private RoughWords(String text, int end) {
    this.text = text;
    this.end = end;
  }

  /** The commands in {@code text[from, to)}. */
  static List<List<Word>> commands(String text, int from, int to) {
    return new RoughWords(text, to).read(from);
  }

  private List<List<Word>> read(int from) {
    int i = from;
    while (i < end) {
      char c = text.charAt(i);
      switch (c) {
        case ' ', '\t', '<', '>' -> {
          endWord(i);
          i++;
        }
        case '\n', ';', '|', '&', '(', ')', '`' -> {
          endCommand(i);
          i++;
        }
        case '\'' -> i = quote(i, false);
        case '"' -> i = quote(i, true);
        case '\\' -> {
          begin(i);
          i += 2;
        }
        default -> {
          begin(i);
          i++;
        }
      }
    }
    endCommand(end);
    return commands;
  }

  private int quote(int at, boolean escapes) {
    char mark = text.charAt(at);
    begin(at);
    // In $'…' a backslash escapes, too (POSIX.1-2024 2.2.4).
    boolean backslash = escapes || (at > wordFrom && text.charAt(at - 1) == '$');
    int i = at + 1;
    while (i < end && text.charAt(i) != mark) {
      i += backslash && text.charAt(i) == '\\' ? 2 : 1;
    }
    i = Math.min(i, end);
    quoted.add(new Range(at + 1, i));
    return Math.min(i + 1, end);
  }

  private void begin(int at) {
    if (wordFrom < 0) {
      wordFrom = at;
    }
  }

  private void endWord(int at) {
    if (wordFrom >= 0) {
      words.add(new Word(wordFrom, Math.min(at, end), List.copyOf(quoted)));
      quoted = new ArrayList<>();
      wordFrom = -1;
    }
  }

  private void endCommand(int at) {
    endWord(at);
    if (!words.isEmpty()) {
      commands.add(words);
      words = new ArrayList<>();
    }
  }
}
