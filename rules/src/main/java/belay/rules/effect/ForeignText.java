package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through code of one of the scripting languages by what they have in common: names with dots
 * in them, quoted texts, arguments between commas. What is not known of the code is a character of
 * its own.
 */
final class ForeignText {

  private static final char HOLE = '\uFFFC';

  private final String code;
  private final boolean loose;
  private int next;

  /**
   * @param loose whether a call needs no parentheses, and {@code $name} in double quotes is a
   *     variable
   */
  ForeignText(Value code, boolean loose) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : code.pieces()) {
      text.append(piece instanceof Piece.Known(String known) ? known : String.valueOf(HOLE));
    }
    this.code = text.toString();
    this.loose = loose;
  }

  boolean atEnd() {
    return next >= code.length();
  }

  boolean at(char c) {
    return next < code.length() && code.charAt(next) == c;
  }

  boolean atQuote() {
    return at('"') || at('\'') || at('`');
  }

  boolean follows(String text) {
    skipBlanks();
    return code.startsWith(text, next);
  }

  boolean mentions(String text) {
    return code.contains(text);
  }

  void skip(int count) {
    next += count;
  }

  void skipBlanks() {
    while (at(' ') || at('\t')) {
      next++;
    }
  }

  /** {@code # …} and {@code // …} up to the end of the line, behind a blank or first in it. */
  boolean skipComment() {
    boolean begins = next == 0 || Character.isWhitespace(code.charAt(next - 1));
    if (!begins || !(at('#') || code.startsWith("// ", next))) {
      return false;
    }
    int end = code.indexOf('\n', next);
    next = end < 0 ? code.length() : end;
    return true;
  }

  /** A name and all that is joined to it by dots or colons; null where none begins. */
  @Nullable String name() {
    int start = next;
    if (at('$') || at('@')) {
      next++;
    }
    while (next < code.length() && isNamePart(code.charAt(next))) {
      next++;
    }
    if (next == start) {
      return null;
    }
    return code.substring(start, next).replace("::", ".").replace("->", ".");
  }

  private boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c)
        || c == '_'
        || c == '.'
        || (c == ':' && (code.startsWith("::", next) || code.startsWith("::", next - 1)));
  }

  /** A quoted text, from its first quote on. */
  Value literal() {
    char quote = code.charAt(next);
    String closing = String.valueOf(quote);
    if (code.startsWith(closing.repeat(3), next)) {
      closing = closing.repeat(3);
    }
    next += closing.length();
    return until(closing, quote != '\'' && loose, quote == '`' && !loose);
  }

  /** {@code qx{…}}, {@code %x(…)}: from its first delimiter on. */
  Value delimited() {
    skipBlanks();
    if (atEnd()) {
      return Value.EMPTY;
    }
    char open = code.charAt(next++);
    char close =
        switch (open) {
          case '(' -> ')';
          case '{' -> '}';
          case '[' -> ']';
          case '<' -> '>';
          default -> open;
        };
    return until(String.valueOf(close), true, false);
  }

  /**
   * The text up to a closing quote.
   *
   * @param sigils whether {@code $name} and {@code #{…}} stand for something else
   * @param template whether <code>${…}</code> does
   */
  private Value until(String closing, boolean sigils, boolean template) {
    Value out = Value.EMPTY;
    StringBuilder known = new StringBuilder();
    while (!atEnd() && !code.startsWith(closing, next)) {
      char c = code.charAt(next);
      boolean braces = code.startsWith("${", next) || code.startsWith("#{", next);
      if (c == '\\' && next + 1 < code.length()) {
        char escaped = code.charAt(next + 1);
        known.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
        next += 2;
      } else if (c == HOLE || (braces && (sigils || template)) || (sigils && isSigil(c))) {
        out = out.append(Value.of(known.toString())).append(ForeignCode.workedOut());
        known.setLength(0);
        skipHole(braces);
      } else {
        known.append(c);
        next++;
      }
    }
    next = Math.min(code.length(), next + closing.length());
    return out.append(Value.of(known.toString()));
  }

  private boolean isSigil(char c) {
    char after = next + 1 < code.length() ? code.charAt(next + 1) : ' ';
    return (c == '$' || c == '@') && (Character.isLetter(after) || after == '_');
  }

  private void skipHole(boolean braces) {
    if (braces) {
      int end = code.indexOf('}', next);
      next = end < 0 ? code.length() : end + 1;
      return;
    }
    next++;
    while (!atEnd() && (Character.isLetterOrDigit(code.charAt(next)) || at('_'))) {
      next++;
    }
  }

  /** The arguments of a call that begins here; null where none does. */
  @Nullable List<Value> arguments() {
    skipBlanks();
    int depth = 0;
    if (at('(')) {
      depth = 1;
      next++;
    } else if (!loose
        || !(atQuote() || at('<') || at('$') || code.startsWith("glob", next) || atHandle())) {
      return null;
    }
    List<Value> out = new ArrayList<>();
    boolean plain = true;
    boolean matches = false;
    Value last = null;
    while (!atEnd()) {
      char c = code.charAt(next);
      if (atQuote() || (c == '<' && last == null)) {
        boolean angle = c == '<';
        Value literal = angle ? delimited() : literal();
        literal = matches || angle ? pattern(literal) : literal;
        last = last == null && plain ? literal : ForeignCode.workedOut();
        continue;
      }
      if (c == ',' || c == ')' || c == ']' || c == ';' || c == '\n' || c == '|' || c == '}') {
        boolean something = last != null || !plain;
        if (something) {
          out.add(last == null ? ForeignCode.workedOut() : last);
        }
        last = null;
        plain = true;
        next++;
        depth -= c == ')' ? 1 : 0;
        if ((c == ')' && depth <= 0) || c == ';' || (depth <= 0 && c != ',' && c != ']')) {
          return out;
        }
        continue;
      }
      if (c == '(' || c == '[' || Character.isWhitespace(c)) {
        depth += c == '(' ? 1 : 0;
        next++;
        continue;
      }
      if (c == '{' && last == null) {
        Value _ = delimited(); // an object of options
        continue;
      }
      String name = name();
      if (name != null && isKeyword()) {
        skipKeyword();
      } else if (name == null) {
        next++;
        boolean joins = c == '+' || c == '.' || c == '%' || c == '*';
        if (joins && last != null) {
          last = last.append(ForeignCode.workedOut());
        }
        plain = false;
      } else if (depth == 0 && (name.equals("if") || name.equals("for") || name.equals("or"))) {
        break;
      } else if (name.endsWith("glob") || name.equals("Dir")) {
        matches = true;
      } else if (!(atQuote() && name.length() <= 2)) {
        // Not the letter before a text, as in python's r'…'.
        last = last == null ? null : last.append(ForeignCode.workedOut());
        plain &= last != null;
      }
    }
    if (last != null || !plain) {
      out.add(last == null ? ForeignCode.workedOut() : last);
    }
    return out;
  }

  /** {@code shell=True}. */
  private boolean isKeyword() {
    return at('=') && !code.startsWith("==", next);
  }

  private void skipKeyword() {
    next++;
    if (atQuote()) {
      Value _ = literal();
    } else {
      String _ = name();
    }
  }

  /** A file handle of perl. */
  private boolean atHandle() {
    return next < code.length() && Character.isUpperCase(code.charAt(next));
  }

  private static Value pattern(Value literal) {
    String known = literal.known();
    return known == null ? literal : new Value(List.of(new Piece.Pattern(known)));
  }
}
