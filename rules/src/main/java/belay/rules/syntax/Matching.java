package belay.rules.syntax;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds what closes a bracket by quoting and nesting alone, as the shells do before they know what
 * is inside. One pass, no recursion.
 */
final class Matching {

  /** Nothing that could be looked into closes it. */
  static final int NOT_PLAIN = -1;

  /** The input ends first. */
  static final int UNCLOSED = -2;

  private Matching() {}

  /** The offset behind the quoted text that begins at {@code from}, or -1. */
  static int quoteEnd(Cursor in, int from) {
    int quote = in.at(from);
    int p = from + 1;
    while (p < in.limit) {
      int c = in.at(p);
      if (c == quote) {
        return p + 1;
      }
      p += c == '\\' && quote == '"' ? 2 : 1;
    }
    return -1;
  }

  /**
   * Finds the parentheses that close others when nothing in between is expanded. What one search
   * passes on its way is remembered, so that a row of parentheses is searched once.
   */
  static final class PlainGroups {
    private final Cursor in;
    private int limit = -1;

    /** The parentheses met by the last search, by their place, and what closes each. */
    private int[] openers = new int[4];

    private int[] ends = new int[4];
    private int count;

    PlainGroups(Cursor in) {
      this.in = in;
    }

    /** What closes the parenthesis at an offset, else {@link #NOT_PLAIN} or {@link #UNCLOSED}. */
    int end(int paren) {
      int known = limit == in.limit ? Arrays.binarySearch(openers, 0, count, paren) : -1;
      if (known < 0) {
        known = 0;
        limit = in.limit;
        count = 0;
        search(paren);
      }
      return ends[known];
    }

    private void search(int paren) {
      ends[0] = NOT_PLAIN;
      int[] open = new int[4];
      int nesting = 0;
      int outcome = UNCLOSED;
      int p = paren;
      while (p < in.limit) {
        int c = in.at(p);
        if (c == '(') {
          if (nesting == open.length) {
            open = Arrays.copyOf(open, nesting * 2);
          }
          open[nesting++] = met(p);
        } else if (c == ')') {
          ends[open[--nesting]] = p;
          if (nesting == 0) {
            return;
          }
        } else if (c == '\'' || c == '"') {
          int end = quoteEnd(in, p);
          if (end < 0 || (c == '"' && expands(p, end))) {
            outcome = NOT_PLAIN;
            break;
          }
          p = end - 1;
        } else if (c == '\\') {
          p++;
        } else if (endsPlainness(c, in.at(p + 1))) {
          outcome = NOT_PLAIN;
          break;
        }
        p++;
      }
      while (nesting > 0) {
        ends[open[--nesting]] = outcome;
      }
    }

    private int met(int paren) {
      if (count == openers.length) {
        openers = Arrays.copyOf(openers, count * 2);
        ends = Arrays.copyOf(ends, count * 2);
      }
      openers[count] = paren;
      return count++;
    }

    private boolean expands(int from, int to) {
      for (int i = from; i < to; i++) {
        if (in.at(i) == '$' || in.at(i) == '`') {
          return true;
        }
      }
      return false;
    }

    private boolean endsPlainness(int c, int next) {
      return switch (c) {
        case '$', '`' -> true;
        case '<', '>' -> next == '(';
        case ';', '&', '\n' -> in.zsh();
        default -> false;
      };
    }
  }

  /**
   * The offset of what closes the bracket that was opened before {@code from}: one of {@code )},
   * {@code ]}, {@code }}; -1 where nothing does.
   */
  static int closing(Cursor in, int from, char close) {
    return new Scan(in).run(from, close, null);
  }

  /** As {@link #closing}; also tells {@code pairs} the end of every parenthesis met on the way. */
  static int closing(Cursor in, int from, int[] pairs) {
    return new Scan(in).run(from, ')', pairs);
  }

  private static final class Scan {
    private final Cursor in;
    private byte[] closers = new byte[16];
    private int[] openers = new int[16];
    private int top = -1;

    Scan(Cursor in) {
      this.in = in;
    }

    private void push(int closer, int opener) {
      top++;
      if (top == closers.length) {
        closers = Arrays.copyOf(closers, top * 2);
        openers = Arrays.copyOf(openers, top * 2);
      }
      closers[top] = (byte) closer;
      openers[top] = opener;
    }

    int run(int from, char close, int @Nullable [] pairs) {
      push(close, from - 1);
      int p = from;
      while (p < in.limit) {
        int c = in.at(p);
        int closer = closers[top];
        if (c == '\\') {
          p += 2;
          continue;
        }
        if (c == closer) {
          if (c == ')' && pairs != null) {
            pairs[openers[top]] = p;
          }
          top--;
          if (top < 0) {
            return p;
          }
        } else if (closer == '`') {
          p++;
          continue;
        } else if (c == '$' && (in.at(p + 1) == '(' || in.at(p + 1) == '{')) {
          p++;
          push(in.at(p) == '(' ? ')' : '}', p);
        } else if (c == '`') {
          push('`', p);
        } else if (c == '"') {
          push('"', p);
        } else if (closer != '"') {
          if (c == '\'') {
            p = singleQuoteEnd(p);
            if (p < 0) {
              return -1;
            }
          } else if (c == '(' && closer == ')') {
            push(')', p);
          } else if (c == '[' && closer == ']') {
            push(']', p);
          }
        }
        p++;
      }
      return -1;
    }

    private int singleQuoteEnd(int from) {
      boolean ansi = from > 0 && in.at(from - 1) == '$';
      int p = from + 1;
      while (p < in.limit) {
        int c = in.at(p);
        if (c == '\'') {
          return p;
        }
        p += c == '\\' && ansi ? 2 : 1;
      }
      return -1;
    }
  }
}
