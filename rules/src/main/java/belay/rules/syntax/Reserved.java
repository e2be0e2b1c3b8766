package belay.rules.syntax;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reserved words, which are special only where a command may begin (POSIX.1-2024 2.4). */
enum Reserved {
  IF,
  THEN,
  ELIF,
  ELSE,
  FI,
  FOR,
  SELECT,
  FOREACH,
  REPEAT,
  WHILE,
  UNTIL,
  DO,
  DONE,
  END,
  CASE,
  IN,
  ESAC,
  FUNCTION,
  COPROC,
  TIME,
  NOT,
  OPEN,
  CLOSE,
  CONDITION,
  CONDITION_END;

  private static final int LONGEST = 8;

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
    return end < 0 ? null : named(word(in, end), in.dialect);
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
    return c == Cursor.END || Bytes.is(c, Bytes.META) || (in.zsh() && c == '}') ? p : -1;
  }

  private static String word(Cursor in, int end) {
    String word = in.text(in.pos, end);
    return word.indexOf('\n') < 0 ? word : word.replace("\\\n", "");
  }

  private static @Nullable Reserved named(String word, Dialect dialect) {
    boolean zsh = dialect == Dialect.ZSH;
    return switch (word) {
      case "if" -> IF;
      case "then" -> THEN;
      case "elif" -> ELIF;
      case "else" -> ELSE;
      case "fi" -> FI;
      case "for" -> FOR;
      case "select" -> SELECT;
      case "foreach" -> zsh ? FOREACH : null;
      case "repeat" -> zsh ? REPEAT : null;
      case "while" -> WHILE;
      case "until" -> UNTIL;
      case "do" -> DO;
      case "done" -> DONE;
      case "end" -> zsh ? END : null;
      case "case" -> CASE;
      // zsh knows these two only where they belong.
      case "in" -> zsh ? null : IN;
      case "]]" -> zsh ? null : CONDITION_END;
      case "esac" -> ESAC;
      case "function" -> FUNCTION;
      case "coproc" -> COPROC;
      case "time" -> TIME;
      case "!" -> NOT;
      case "{" -> OPEN;
      case "}" -> CLOSE;
      case "[[" -> CONDITION;
      default -> null;
    };
  }

  /** What closes or continues a construct, as the operator would type it. */
  String written() {
    return switch (this) {
      case NOT -> "!";
      case OPEN -> "{";
      case CLOSE -> "}";
      case CONDITION -> "[[";
      case CONDITION_END -> "]]";
      case IF, THEN, ELIF, ELSE, FI, FOR, SELECT, FOREACH, REPEAT, WHILE -> lowerCase();
      case UNTIL, DO, DONE, END, CASE, IN, ESAC, FUNCTION, COPROC, TIME -> lowerCase();
    };
  }

  private String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
