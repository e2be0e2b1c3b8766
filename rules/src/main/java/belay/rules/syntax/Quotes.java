package belay.rules.syntax;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Quoting (POSIX.1-2024 2.2; bash(1) QUOTING). */
final class Quotes {

  private final Cursor in;
  private final Reading all;

  Quotes(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
  }

  /**
   * A backslash and what stands behind it. Null, but moved, for a backslash-newline pair: it is
   * removed before anything else is looked at.
   */
  @Nullable Part escaped() {
    int from = in.pos;
    int c = in.at(from + 1);
    if (c == '\n') {
      in.pos = from + 2;
      return null;
    }
    if (c == Cursor.END) {
      in.pos = from + 1;
      in.incomplete(from, from + 1, "a line behind the backslash");
      return new Part.Escaped(in.spanFrom(from), "\\");
    }
    in.pos = from + 1 + characterLength(from + 1);
    return new Part.Escaped(in.spanFrom(from), in.text(from + 1, in.pos));
  }

  /** How many bytes the UTF-8 character at an offset has; 1 where it is none. */
  private int characterLength(int at) {
    int c = in.at(at);
    int length = c < 0xC2 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 1;
    for (int i = 1; i < length; i++) {
      if ((in.at(at + i) & 0xC0) != 0x80 || in.at(at + i) == Cursor.END) {
        return 1;
      }
    }
    return length;
  }

  /** {@code '…'}. */
  Part single() {
    int from = in.pos;
    int p = from + 1;
    while (p < in.limit && in.bytes[p] != '\'') {
      p++;
    }
    if (p >= in.limit) {
      in.pos = in.limit;
      Part part = new Part.SingleQuoted(in.spanFrom(from), in.text(from + 1, in.pos));
      in.incomplete(from, from + 1, "'");
      return part;
    }
    in.pos = p + 1;
    return new Part.SingleQuoted(in.spanFrom(from), in.text(from + 1, p));
  }

  /**
   * {@code "…"} or {@code $"…"}.
   *
   * @param from where it begins; the place reached is the quote
   */
  Part doubled(int from, boolean localized) {
    int quote = in.pos;
    in.pos++;
    Parts parts = new Parts(in);
    if (in.enter()) {
      text(parts, '"', false);
      in.leave();
    }
    if (in.peek() == '"') {
      in.pos++;
    } else {
      in.unexpected(quote, quote + 1, "\"");
    }
    return new Part.DoubleQuoted(in.spanFrom(from), parts.toList(), localized);
  }

  /**
   * Text in which only dollars, backquotes and some backslashes are special, up to an unescaped
   * {@code close} or the end.
   *
   * @param close {@code "}, or the brace behind an operand in double quotes
   * @param operand double quotes may stand inside
   */
  void text(Parts parts, char close, boolean operand) {
    int run = in.pos;
    while (true) {
      int at = in.pos;
      int c = in.next();
      if (c == Cursor.END || c == close) {
        parts.literal(run, at);
        return;
      }
      Part part;
      switch (c) {
        case '\\' -> {
          int next = in.at(at + 1);
          if (next == '\n') {
            parts.literal(run, at);
            in.pos += 2;
            run = in.pos;
            continue;
          }
          if (next != '$' && next != '`' && next != '"' && next != '\\' && next != close) {
            in.pos += next == Cursor.END ? 1 : 2;
            continue;
          }
          in.pos += 2;
          part = new Part.Escaped(in.spanFrom(at), in.text(at + 1, in.pos));
        }
        case '`' -> part = all.expansions.backquotes(true);
        case '$' -> part = all.expansions.dollar(true);
        case '"' -> part = operand ? doubled(at, false) : null;
        default -> part = null;
      }
      if (part == null) {
        in.pos = at + 1;
        continue;
      }
      parts.literal(run, at);
      parts.add(part);
      run = in.pos;
    }
  }

  /** {@code $'…'}; the place reached is the dollar. */
  Part ansi() {
    int from = in.pos;
    in.pos = from + 2;
    var out = new Decoded();
    while (true) {
      int c = in.peek();
      if (c == Cursor.END) {
        in.incomplete(from, from + 2, "'");
        break;
      }
      in.pos++;
      if (c == '\'') {
        break;
      }
      if (c != '\\') {
        out.write(c);
        continue;
      }
      int before = out.size();
      decode(out);
      // A null byte ends the string, though not the quotes: neither can be an argument.
      if (out.size() == before + 1 && out.last() == 0) {
        return ansiCut(from, out, before);
      }
    }
    return new Part.AnsiQuoted(in.spanFrom(from), Text.decode(out.toByteArray()));
  }

  private static final class Decoded extends ByteArrayOutputStream {
    int last() {
      return buf[count - 1];
    }
  }

  /** The rest behind a null byte is passed over. */
  private Part ansiCut(int from, ByteArrayOutputStream out, int length) {
    while (in.peek() != '\'' && !in.atEnd()) {
      in.pos += in.peek() == '\\' && in.pos + 1 < in.limit ? 2 : 1;
    }
    if (in.atEnd()) {
      in.incomplete(from, from + 2, "'");
    } else {
      in.pos++;
    }
    return new Part.AnsiQuoted(in.spanFrom(from), Text.decode(out.toByteArray(), 0, length));
  }

  /** One escape of {@code $'…'} (bash(1) QUOTING; zshmisc(1) and the print builtin). */
  private void decode(ByteArrayOutputStream out) {
    int c = in.peek();
    if (c == Cursor.END) {
      out.write('\\');
      return;
    }
    in.pos++;
    switch (c) {
      case 'a' -> out.write(7);
      case 'b' -> out.write(8);
      case 'e', 'E' -> out.write(27);
      case 'f' -> out.write(12);
      case 'n' -> out.write(10);
      case 'r' -> out.write(13);
      case 't' -> out.write(9);
      case 'v' -> out.write(11);
      case '\\', '\'', '"', '?' -> out.write(c);
      case 'x' -> {
        if (digit(in.peek(), 16) < 0) {
          out.write('\\');
          out.write('x');
        } else {
          out.write((int) number(16, 2) & 0xFF);
        }
      }
      case 'u' -> unicode(out, 'u', 4);
      case 'U' -> unicode(out, 'U', 8);
      case 'c' -> {
        if (in.zsh()) {
          out.write('c');
        } else if (in.peek() != Cursor.END && in.peek() != '\'') {
          int control = in.peek();
          in.pos++;
          if (control == '\\' && in.peek() == '\\') {
            in.pos++;
          }
          out.write(control == '?' ? 127 : Character.toUpperCase(control) & 31);
        } else {
          out.write('\\');
          out.write('c');
        }
      }
      default -> {
        if (digit(c, 8) >= 0) {
          in.pos--;
          out.write((int) number(8, 3) & 0xFF);
        } else if (in.bash()) {
          out.write('\\');
          out.write(c);
        } else {
          zshDefault(out, c);
        }
      }
    }
  }

  /** {@code \C-a}, {@code \M-a}, and otherwise a backslash that goes away (zshmisc(1) QUOTING). */
  private void zshDefault(ByteArrayOutputStream out, int c) {
    int next = in.peek() == '-' ? in.at(in.pos + 1) : in.peek();
    if ((c != 'C' && c != 'M') || next == Cursor.END || next == '\'' || next == '\\') {
      out.write(c);
      return;
    }
    in.pos += in.peek() == '-' ? 2 : 1;
    out.write(c == 'M' ? next | 0x80 : next == '?' ? 0x7F : next & 0x9F);
  }

  private void unicode(ByteArrayOutputStream out, char letter, int digits) {
    if (digit(in.peek(), 16) < 0) {
      out.write('\\');
      out.write(letter);
      return;
    }
    long code = number(16, digits);
    if (code <= Character.MAX_CODE_POINT && (code < 0xD800 || code > 0xDFFF)) {
      out.writeBytes(Character.toString((int) code).getBytes(StandardCharsets.UTF_8));
    } else {
      out.writeBytes("\uFFFD".getBytes(StandardCharsets.UTF_8));
    }
  }

  private long number(int radix, int most) {
    long value = 0;
    for (int i = 0; i < most && digit(in.peek(), radix) >= 0; i++) {
      value = value * radix + digit(in.peek(), radix);
      in.pos++;
    }
    return value;
  }

  private static int digit(int c, int radix) {
    return c < 0 || c > 127 ? -1 : Character.digit(c, radix);
  }
}
