package belay.rules.syntax;

import org.jspecify.annotations.Nullable;

/**
 * Patterns in words: POSIX.1-2024 2.14, bash(1) Pattern Matching with extglob, zshexpn(1) FILENAME
 * GENERATION.
 */
final class Globs {

  private final Cursor in;
  private final Reading all;

  /** No bracket that begins before this offset is closed in its word. */
  private int openBracketsUpTo;

  private final Matching.PlainGroups groups;

  Globs(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
    this.groups = new Matching.PlainGroups(in);
  }

  /** A run of one and the same of {@code *} and {@code ?}. */
  Part star() {
    int from = in.pos;
    int c = in.peek();
    in.pos++;
    while (in.peek() == c && in.at(in.pos + 1) != '(') {
      in.pos++;
    }
    return new Part.Glob(in.spanFrom(from), in.text(from, in.pos));
  }

  /**
   * A bracket expression; null, and not moved, where nothing closes it. One with an expansion
   * inside gives its opening bracket alone, so that the expansion is read as a part of its own.
   */
  @Nullable Part bracket() {
    int from = in.pos;
    if (from < openBracketsUpTo) {
      return null;
    }
    int p = from + 1;
    if (in.at(p) == '!' || in.at(p) == '^') {
      p++;
    }
    if (in.at(p) == ']') {
      p++;
    }
    while (true) {
      int c = in.at(p);
      switch (c) {
        case ']' -> {
          in.pos = p + 1;
          return new Part.Glob(in.spanFrom(from), in.text(from, in.pos));
        }
        case '[' -> {
          int kind = in.at(p + 1);
          int close = kind == ':' || kind == '.' || kind == '=' ? classEnd(p + 2, kind) : -1;
          p = close < 0 ? p + 1 : close;
        }
        case '\\' -> p += 2;
        case '\'', '"' -> {
          int close = Matching.quoteEnd(in, p);
          if (close < 0) {
            openBracketsUpTo = in.limit;
            return null;
          }
          p = close;
        }
        case '$', '`' -> {
          in.pos = from + 1;
          return new Part.Glob(in.spanFrom(from), "[");
        }
        default -> {
          if (c == Cursor.END || Bytes.is(c, Bytes.META)) {
            openBracketsUpTo = p;
            return null;
          }
          p++;
        }
      }
    }
  }

  private int classEnd(int from, int kind) {
    int p = from;
    while (Bytes.is(in.at(p), Bytes.NAME)) {
      p++;
    }
    return in.at(p) == kind && in.at(p + 1) == ']' ? p + 2 : -1;
  }

  /**
   * Where the pattern begins whose parenthesis stands at {@code paren}, in a word whose literal
   * text goes back to {@code run}; -1 where the parenthesis is not part of a word.
   */
  int groupStart(int run, int paren, boolean allowed) {
    if (!allowed) {
      return -1;
    }
    if (paren > run) {
      switch (in.at(paren - 1)) {
        case '?', '*', '+', '@', '!' -> {
          if (in.bash()) {
            return paren - 1;
          }
        }
        default -> {}
      }
    }
    // zsh: any parenthesis in a word, but `()` defines a function.
    return in.zsh() && in.at(paren + 1) != ')' ? paren : -1;
  }

  /** Reads a parenthesised pattern with the operator before it, if any. */
  void group(Parts parts) {
    int from = in.pos;
    int paren = in.peek() == '(' ? from : from + 1;
    int close = end(paren);
    if (close >= 0) {
      in.pos = close + 1;
      parts.add(new Part.Glob(in.spanFrom(from), in.text(from, in.pos)));
      return;
    }
    if (close == Matching.UNCLOSED && in.bash()) {
      in.pos = in.limit;
      parts.literal(from, in.pos);
      in.incomplete(from, paren + 1, ")");
      return;
    }
    if (!in.enter()) {
      return;
    }
    in.pos = paren + 1;
    parts.add(new Part.Glob(in.spanFrom(from), in.text(from, in.pos)));
    int run = in.pos;
    while (true) {
      int at = in.pos;
      int c = in.next();
      if (c == Cursor.END && in.bash()) {
        parts.literal(run, at);
        in.incomplete(from, paren + 1, ")");
        break;
      }
      if (c == Cursor.END || (in.zsh() && (c == ';' || c == '&' || c == '\n'))) {
        // zsh ends the word here and finds the pattern bad when it runs it.
        parts.literal(run, at);
        break;
      }
      if (c == ')' || c == '|') {
        parts.literal(run, at);
        in.pos++;
        parts.add(new Part.Glob(in.spanFrom(at), in.text(at, in.pos)));
        run = in.pos;
        if (c == ')') {
          break;
        }
        continue;
      }
      if (c == '(') {
        int inner = groupStart(run, at, true);
        int begin = inner < 0 ? at : inner;
        parts.literal(run, begin);
        in.pos = begin;
        group(parts);
        run = in.pos;
        continue;
      }
      Part part = all.words.quotedOrDollar(c);
      if (part == null) {
        in.pos = Math.max(in.pos, at + 1);
        continue;
      }
      parts.literal(run, at);
      parts.add(part);
      run = in.pos;
    }
    in.leave();
  }

  /** What closes a parenthesis in whose group nothing is expanded. */
  int end(int paren) {
    return groups.end(paren);
  }

  /** The end of zsh's {@code <from-to>} at an offset, or -1. */
  int numericEnd(int from) {
    if (!in.zsh() || in.at(from) != '<') {
      return -1;
    }
    int p = from + 1;
    while (Bytes.is(in.at(p), Bytes.DIGIT)) {
      p++;
    }
    if (in.at(p) != '-') {
      return -1;
    }
    p++;
    while (Bytes.is(in.at(p), Bytes.DIGIT)) {
      p++;
    }
    return in.at(p) == '>' ? p + 1 : -1;
  }
}
