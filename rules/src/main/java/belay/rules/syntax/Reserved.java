package belay.rules.syntax;

import org.jspecify.annotations.Nullable;

/** Reserved words, which are special only where a command may begin (POSIX.1-2024 2.4). */
enum Reserved {
  IF("if"),
  THEN("then"),
  ELIF("elif"),
  ELSE("else"),
  FI("fi"),
  FOR("for"),
  SELECT("select"),
  FOREACH("foreach"),
  REPEAT("repeat"),
  WHILE("while"),
  UNTIL("until"),
  DO("do"),
  DONE("done"),
  END("end"),
  CASE("case"),
  IN("in"),
  ESAC("esac"),
  FUNCTION("function"),
  COPROC("coproc"),
  TIME("time"),
  NOT("!"),
  OPEN("{"),
  CLOSE("}"),
  CONDITION("[["),
  CONDITION_END("]]");

  private static final int LONGEST = 8;

  private static final @Nullable Reserved[] TABLE = table();

  private final String written;
  private final long letters;

  Reserved(String written) {
    this.written = written;
    long packed = 0;
    for (int i = 0; i < written.length(); i++) {
      packed = packed << 8 | written.charAt(i);
    }
    letters = packed;
  }

  /** Whether it ends a list. */
  boolean closes(Dialect dialect) {
    return switch (this) {
      case THEN, ELIF, ELSE, FI, DO, DONE, ESAC, CLOSE -> true;
      case END -> dialect == Dialect.ZSH;
      case IF, FOR, SELECT, FOREACH, REPEAT, WHILE, UNTIL, CASE, FUNCTION, COPROC -> false;
      case IN, TIME, NOT, OPEN, CONDITION, CONDITION_END -> false;
    };
  }

  /** The reserved word at the place reached, or null. */
  static @Nullable Reserved at(Cursor in) {
    int end = end(in);
    return end < 0 ? null : named(letters(in, end), in.dialect);
  }

  /** Passes the reserved word at the place reached. */
  static void take(Cursor in) {
    int end = end(in);
    if (end >= 0) {
      in.pos = end;
    }
  }

  /** Takes the reserved word if it stands here. */
  static boolean take(Cursor in, Reserved wanted) {
    if (at(in) != wanted) {
      return false;
    }
    take(in);
    return true;
  }

  /** Where the word that may be reserved ends, or -1. */
  private static int end(Cursor in) {
    int p = in.pos;
    int c = in.at(p);
    if (!Bytes.is(c, Bytes.RESERVED)) {
      return -1;
    }
    if (in.zsh() && c == '{') {
      // zsh needs no blank behind it where a command may begin.
      return p + 1;
    }
    int length = 0;
    while (Bytes.is(in.at(p), Bytes.RESERVED)) {
      if (++length > LONGEST) {
        return -1;
      }
      p = in.joined(p + 1);
    }
    c = in.at(p);
    if ((c == '<' || c == '>') && in.at(p + 1) == '(') {
      // A process substitution goes on with the word.
      return -1;
    }
    if (in.zsh() && c == '(' && in.at(p + 1) != ')') {
      // So does a pattern.
      return -1;
    }
    return c == Cursor.END || Bytes.is(c, Bytes.META) || (in.zsh() && c == '}') ? p : -1;
  }

  /** The letters of a word that may be reserved, one to a byte, as every word is asked for. */
  private static long letters(Cursor in, int end) {
    long letters = 0;
    int p = in.pos;
    while (p < end) {
      letters = letters << 8 | in.bytes[p];
      p = in.joined(p + 1);
    }
    return letters;
  }

  private static @Nullable Reserved named(long letters, Dialect dialect) {
    int slot = slot(letters);
    while (TABLE[slot] != null && TABLE[slot].letters != letters) {
      slot = (slot + 1) % TABLE.length;
    }
    Reserved word = TABLE[slot];
    return word == null || (dialect == Dialect.ZSH ? word.bashOnly() : word.zshOnly())
        ? null
        : word;
  }

  private static int slot(long letters) {
    return (int) (letters * 0x9E3779B97F4A7C15L >>> 57);
  }

  private static @Nullable Reserved[] table() {
    @Nullable Reserved[] table = new Reserved[128];
    for (Reserved word : values()) {
      int slot = slot(word.letters);
      while (table[slot] != null) {
        slot = (slot + 1) % table.length;
      }
      table[slot] = word;
    }
    return table;
  }

  private boolean zshOnly() {
    return this == FOREACH || this == REPEAT || this == END;
  }

  /** zsh knows these two only where they belong. */
  private boolean bashOnly() {
    return this == IN || this == CONDITION_END;
  }

  /** What closes or continues a construct, as the operator would type it. */
  String written() {
    return written;
  }
}
