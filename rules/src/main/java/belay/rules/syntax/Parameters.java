package belay.rules.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parameter expansions (POSIX.1-2024 2.6.2; bash(1) Parameter Expansion; zshexpn(1) PARAMETER
 * EXPANSION).
 *
 * <p>Where both shells would only find out when they run it that an expansion makes no sense, the
 * whole operand is kept as the argument of an empty operator.
 */
final class Parameters {

  /** A slash ends the operand, unless it is the first of a pattern behind bash's two slashes. */
  private static final int SLASH = 0;

  private static final int SLASH_LATER = 1;
  private static final int NO_SLASH = Parser.LENGTH_CAP + 1;

  private final Cursor in;
  private final Reading all;

  /** No subscript without braces that begins before this offset is closed. */
  private int openSubscriptsUpTo;

  Parameters(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
  }

  /** {@code $name} from behind the dollar; null where no parameter is named. */
  @Nullable Part plain(int from) {
    int start = in.pos;
    if (in.zsh()) {
      zshFlags();
    }
    int nameFrom = in.pos;
    String name = name(false);
    if (name.isEmpty()) {
      if (nameFrom > start) {
        in.pos = start;
        name = name(false);
        nameFrom = start;
      }
      if (name.isEmpty()) {
        return null;
      }
    }
    String prefix = in.text(start, nameFrom);
    Word subscript = null;
    String operator = "";
    if (in.zsh()) {
      if (in.peek() == '[' && closesPlainly()) {
        subscript = subscript();
      }
      operator = plainModifiers();
    }
    return new Part.Parameter(in.spanFrom(from), "", prefix, name, subscript, operator, null, null);
  }

  /** zsh's {@code ^}, {@code =}, {@code ~}, {@code +} and {@code #} before a name. */
  private void zshFlags() {
    while (true) {
      switch (in.peek()) {
        case '^', '=', '~', '+' -> in.pos++;
        case '#' -> {
          int next = in.at(in.pos + 1);
          if (!Bytes.is(next, Bytes.NAME) && next != '@' && next != '*') {
            return;
          }
          in.pos++;
        }
        default -> {
          return;
        }
      }
    }
  }

  /**
   * Whether a bracket behind an unbraced name is closed before the word can end; else it is text.
   */
  private boolean closesPlainly() {
    int p = in.pos;
    if (p < openSubscriptsUpTo) {
      return false;
    }
    int nesting = 0;
    while (true) {
      int c = in.at(p);
      switch (c) {
        case '[' -> nesting++;
        case ']' -> nesting--;
        case Cursor.END, '\n', ' ', ';', '&', '|', '"', '\'' -> {
          openSubscriptsUpTo = p;
          return false;
        }
        default -> {}
      }
      p++;
      if (nesting == 0) {
        return true;
      }
    }
  }

  /** zsh's {@code :h} and the like behind an unbraced parameter (zshexpn(1) Modifiers). */
  private String plainModifiers() {
    int from = in.pos;
    while (in.peek() == ':' && "aAcehlPpQqrtux".indexOf(Math.max(in.at(in.pos + 1), 0)) >= 0) {
      in.pos += 2;
    }
    return in.text(from, in.pos);
  }

  /** The name at the place reached: an identifier, digits, or one special character. */
  private String name(boolean braced) {
    int from = in.pos;
    int c = in.peek();
    if (Bytes.is(c, Bytes.NAME_START)) {
      while (true) {
        in.pos = in.joined(in.pos);
        if (!Bytes.is(in.peek(), Bytes.NAME)) {
          break;
        }
        in.pos++;
      }
      String name = in.text(from, in.pos);
      return name.indexOf('\n') < 0 ? name : name.replace("\\\n", "");
    }
    if (Bytes.is(c, Bytes.DIGIT)) {
      in.pos++;
      while ((braced || in.zsh()) && Bytes.is(in.peek(), Bytes.DIGIT)) {
        in.pos++;
      }
      return in.text(from, in.pos);
    }
    boolean nested = braced && in.zsh() && c == '$' && beginsExpansion(in.at(from + 1));
    if (!nested && special(c)) {
      in.pos++;
      return in.text(from, in.pos);
    }
    return "";
  }

  private static boolean beginsExpansion(int c) {
    return c == '{' || c == '(' || Bytes.is(c, Bytes.NAME_START);
  }

  /** {@code ${…}} from behind the brace. */
  Part braced(int from, boolean quoted) {
    int openerEnd = in.pos;
    if (!in.enter()) {
      return bad(from);
    }
    Part part;
    int c = in.peek();
    if (c == ' ' || c == '\t' || c == '\n' || c == '|') {
      part = commandSubstitution(from, openerEnd);
    } else {
      part = parameter(from, openerEnd, quoted);
    }
    in.leave();
    return part;
  }

  private Part bad(int from) {
    return new Part.Parameter(in.spanFrom(from), "", "", "", null, "", null, null);
  }

  /** {@code ${ list;}} of bash 5.3; older ones refuse it when they run it. */
  private Part commandSubstitution(int from, int openerEnd) {
    int end = Matching.closing(in, in.pos, '}');
    if (end < 0) {
      in.pos = in.limit;
      in.incomplete(from, openerEnd, "}");
      return bad(from);
    }
    if (in.peek() == '|') {
      in.pos++;
    }
    Cursor.Region region = in.enterRegion(end);
    CommandList body = all.documents.inSubstitution(all.lists::whole, true);
    in.leaveRegion(region, end + 1);
    return new Part.CommandSubstitution(in.spanFrom(from), body);
  }

  private Part parameter(int from, int openerEnd, boolean quoted) {
    String flags = "";
    if (in.zsh() && in.peek() == '(') {
      flags = flags();
    }
    int prefixFrom = in.pos;
    prefix();
    String prefix = in.text(prefixFrom, in.pos);
    String name = name(true);
    Part nested = name.isEmpty() && in.zsh() ? nested() : null;
    Word subscript = null;
    while (in.peek() == '[') {
      Word next = subscript();
      subscript = subscript == null ? next : both(subscript, next);
      if (in.bash()) {
        break;
      }
    }
    String operator = operator(name, prefix);
    Word argument = null;
    Word replacement = null;
    if (operator.startsWith("/") || operator.equals(":/")) {
      argument = operand(false, in.bash() && operator.equals("//") ? SLASH_LATER : SLASH);
      if (in.peek() == '/') {
        in.pos++;
        replacement = operand(false, NO_SLASH);
      }
    } else if (operator.equals("@") && !prefix.equals("!")) {
      argument = operand(false, NO_SLASH);
    } else if (!operator.isEmpty() || in.peek() != '}') {
      boolean asQuoted = quoted && !isPattern(operator);
      argument = operand(asQuoted, NO_SLASH);
      if (argument.parts().isEmpty() && !takesWord(operator)) {
        argument = null;
      }
    }
    if (in.peek() == '}') {
      in.pos++;
    } else {
      in.unexpected(from, openerEnd, "}");
    }
    if (nested != null) {
      // Its value is that of the expansion inside, which has no name to be looked up by.
      Word inside = new Word(nested.span(), List.of(nested));
      inside = argument == null ? inside : both(inside, argument);
      argument = replacement == null ? inside : both(inside, replacement);
      replacement = null;
      operator = "";
    }
    return new Part.Parameter(
        in.spanFrom(from), flags, prefix, name, subscript, operator, argument, replacement);
  }

  private Word both(Word first, Word second) {
    var parts = new ArrayList<>(first.parts());
    parts.addAll(second.parts());
    return new Word(first.span().cover(second.span()), parts);
  }

  private static boolean isPattern(String operator) {
    return !operator.isEmpty() && "#%/^,".indexOf(operator.charAt(0)) >= 0;
  }

  private static boolean takesWord(String operator) {
    return switch (operator) {
      case ":-", ":=", ":?", ":+", "-", "=", "?", "+" -> true;
      default -> false;
    };
  }

  /** zsh's {@code (flags)} (zshexpn(1) Parameter Expansion Flags). */
  private String flags() {
    int from = in.pos + 1;
    int end = Matching.closing(in, from, ')');
    if (end < 0) {
      in.incomplete(in.pos, from, ")");
      return "";
    }
    in.pos = end + 1;
    return in.text(from, end);
  }

  private void prefix() {
    if (in.bash()) {
      int c = in.peek();
      int next = in.at(in.pos + 1);
      if ((c == '!' && (Bytes.is(next, Bytes.NAME) || special(next)))
          || (c == '#'
              && (Bytes.is(next, Bytes.NAME) || (special(next) && in.at(in.pos + 2) == '}')))) {
        in.pos++;
      }
      return;
    }
    while (true) {
      int c = in.peek();
      int next = in.at(in.pos + 1);
      switch (c) {
        case '^', '=', '~' -> in.pos++;
        case '+' -> {
          if (!Bytes.is(next, Bytes.NAME_START) && next != '$' && next != '"') {
            return;
          }
          in.pos++;
        }
        case '#' -> {
          boolean length =
              Bytes.is(next, Bytes.NAME)
                  || (next == '$' && in.at(in.pos + 2) != '}' && in.at(in.pos + 2) != ':')
                  || next == '"'
                  || (special(next) && in.at(in.pos + 2) == '}')
                  || next == '@'
                  || next == '*';
          if (!length) {
            return;
          }
          in.pos++;
        }
        default -> {
          return;
        }
      }
    }
  }

  private static boolean special(int c) {
    return c != Cursor.END && "@*#?-$!".indexOf(c) >= 0;
  }

  /** zsh: an expansion in the place of the name. */
  private @Nullable Part nested() {
    return switch (in.peek()) {
      case '$' -> all.expansions.dollar(true);
      case '"' -> all.quotes.doubled(in.pos, false);
      case '`' -> all.expansions.backquotes(true);
      default -> null;
    };
  }

  /** {@code [subscript]}, which may hold brackets and quotes. */
  Word subscript() {
    int bracket = in.pos;
    int end = Matching.closing(in, bracket + 1, ']');
    if (end < 0) {
      in.pos = bracket + 1;
      in.incomplete(bracket, bracket + 1, "]");
      return new Word(in.span(in.pos, in.pos), List.of());
    }
    in.pos = bracket + 1;
    return all.expansions.expression(end, end + 1);
  }

  private String operator(String name, String prefix) {
    int from = in.pos;
    int c = in.peek();
    int next = in.at(from + 1);
    switch (c) {
      case ':' -> {
        if (next == '-' || next == '=' || next == '?' || next == '+') {
          in.pos += 2;
        } else if (in.zsh() && in.looking("::=")) {
          in.pos += 3;
        } else if (in.zsh() && next == '/') {
          in.pos += 2;
        } else if (in.zsh() && (next == '#' || next == '|' || next == '*' || next == '^')) {
          in.pos += next == '^' && in.at(from + 2) == '^' ? 3 : 2;
        } else if (in.zsh() && (Bytes.is(next, Bytes.NAME_START) || next == '&')) {
          modifiers();
        } else {
          in.pos++;
        }
      }
      case '-', '=', '?', '+' -> in.pos++;
      case '#', '%', '^', ',', '~' -> in.pos += next == c ? 2 : 1;
      case '/' -> {
        return substitution();
      }
      case '@' -> in.pos++;
      case '*' -> {
        if (prefix.equals("!") && next == '}' && !name.isEmpty()) {
          in.pos++;
        }
      }
      default -> {}
    }
    return in.text(from, in.pos);
  }

  /**
   * {@code /} and what makes it one of its kinds. zsh lets an anchor stand behind two slashes,
   * where it replaces once as ever, and both anchors in one.
   */
  private String substitution() {
    int from = in.pos++;
    if (in.peek() == '/') {
      in.pos++;
    }
    boolean anchored = in.peek() == '#' || in.peek() == '%';
    if (!anchored || (in.bash() && in.pos > from + 1)) {
      return in.text(from, in.pos);
    }
    int anchor = in.pos++;
    if (in.zsh() && in.at(anchor) == '#' && in.peek() == '%') {
      in.pos++;
    }
    return "/" + in.text(anchor, in.pos);
  }

  /** zsh's modifiers up to the brace, as written. */
  private void modifiers() {
    while (in.peek() != Cursor.END && in.peek() != '}') {
      if (in.peek() == '$' || in.peek() == '`') {
        return;
      }
      in.pos += in.peek() == '\\' && in.pos + 1 < in.limit ? 2 : 1;
    }
  }

  /**
   * The word behind an operator, up to the closing brace or, in a pattern, a slash.
   *
   * @param slash from which byte of the operand on a slash ends it
   */
  private Word operand(boolean quoted, int slash) {
    int from = in.pos;
    Parts parts = new Parts(in);
    if (quoted) {
      all.quotes.text(parts, '}', true);
    } else {
      unquoted(parts, slash);
    }
    return new Word(in.spanFrom(from), parts.toList());
  }

  private void unquoted(Parts parts, int slash) {
    int run = in.pos;
    int start = in.pos;
    int open = 0;
    while (true) {
      int at = in.pos;
      int c = in.next();
      if (c == Cursor.END || (c == '}' && open == 0) || (c == '/' && at >= start + slash)) {
        parts.literal(run, at);
        return;
      }
      Part part;
      switch (c) {
        case '{' -> {
          // zsh pairs braces in here; bash ends at the first closing one.
          open += in.zsh() ? 1 : 0;
          part = null;
        }
        case '}' -> {
          open--;
          part = null;
        }
        case '*', '?' -> part = all.globs.star();
        case '~' -> part = at == start ? tilde(at) : null;
        case '<', '>' -> part = in.at(at + 1) == '(' ? all.expansions.processSubstitution() : null;
        default -> part = all.words.quotedOrDollar(c);
      }
      if (part == null) {
        if (in.pos > at) {
          parts.literal(run, at);
          run = in.pos;
        } else {
          in.pos++;
        }
        continue;
      }
      parts.literal(run, at);
      parts.add(part);
      run = in.pos;
    }
  }

  private @Nullable Part tilde(int at) {
    int end = at + 1;
    while (Bytes.is(in.at(end), Bytes.LOGIN)) {
      end++;
    }
    if (in.at(end) != '/' && in.at(end) != '}' && in.at(end) != ':') {
      return null;
    }
    in.pos = end;
    return new Part.Tilde(in.span(at, end), in.text(at + 1, end));
  }
}
