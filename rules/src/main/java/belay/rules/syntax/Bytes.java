package belay.rules.syntax;

/** What single bytes mean to both shells, as one table look-up. */
final class Bytes {

  /** Space or tab. */
  static final int BLANK = 1;

  /** Ends an unquoted word (bash(1) DEFINITIONS, metacharacter). */
  static final int META = 2;

  /** May begin a name. */
  static final int NAME_START = 4;

  /** May stand in a name. */
  static final int NAME = 8;

  /** 0 to 9. */
  static final int DIGIT = 16;

  /** Means something other than itself somewhere in an unquoted word. */
  static final int ACTIVE = 32;

  /** May stand behind a tilde. */
  static final int LOGIN = 64;

  /** May be part of a reserved word. */
  static final int RESERVED = 128;

  private static final short[] CLASS = table();

  private Bytes() {}

  private static short[] table() {
    short[] table = new short[256];
    mark(table, " \t", BLANK);
    mark(table, " \t\n;&|<>()", META | ACTIVE);
    mark(table, "\\'\"`$*?[{},~", ACTIVE);
    for (char c = 'a'; c <= 'z'; c++) {
      table[c] |= NAME_START | NAME | LOGIN | RESERVED;
      table[c - 'a' + 'A'] |= NAME_START | NAME | LOGIN;
    }
    mark(table, "_", NAME_START | NAME | LOGIN);
    mark(table, "0123456789", DIGIT | NAME | LOGIN);
    mark(table, ".-+", LOGIN);
    mark(table, "{}![]", RESERVED);
    return table;
  }

  private static void mark(short[] table, String bytes, int kind) {
    for (int i = 0; i < bytes.length(); i++) {
      table[bytes.charAt(i)] |= (short) kind;
    }
  }

  /** Whether {@code c}, a byte or -1 for the end, is of any of {@code kinds}. */
  static boolean is(int c, int kinds) {
    return c >= 0 && (CLASS[c] & kinds) != 0;
  }
}
