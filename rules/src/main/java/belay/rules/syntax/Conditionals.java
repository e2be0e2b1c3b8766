package belay.rules.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code [[ … ]]} (bash(1) Compound Commands; zshmisc(1) CONDITIONAL EXPRESSIONS). */
final class Conditionals {

  private final Cursor in;
  private final Reading all;

  Conditionals(Cursor in, Reading all) {
    this.in = in;
    this.all = all;
  }

  /** From the opening brackets on. */
  Command conditional() {
    int from = in.pos;
    in.pos += 2;
    List<Word> words = new ArrayList<>();
    or(words, from);
    all.lists.newlines();
    if (atEnd()) {
      in.pos += 2;
    } else {
      in.unexpected(from, from + 2, "]]");
    }
    return new Command.Conditional(in.spanFrom(from), words);
  }

  private boolean atEnd() {
    int next = in.at(in.pos + 2);
    return in.looking("]]") && (next == Cursor.END || Bytes.is(next, Bytes.META) || in.zsh());
  }

  private void or(List<Word> words, int from) {
    and(words, from);
    while (operator(words, "||")) {
      and(words, from);
    }
  }

  private void and(List<Word> words, int from) {
    term(words, from);
    while (operator(words, "&&")) {
      term(words, from);
    }
  }

  private boolean operator(List<Word> words, String operator) {
    all.lists.newlines();
    int from = in.pos;
    if (in.failed() || !in.take(operator)) {
      return false;
    }
    words.add(literal(from));
    return true;
  }

  private Word literal(int from) {
    Span span = in.spanFrom(from);
    return new Word(span, List.of(new Part.Literal(span, in.text(from, in.pos))));
  }

  private void term(List<Word> words, int from) {
    if (!in.enter()) {
      return;
    }
    boolean negated = true;
    while (negated) {
      all.lists.newlines();
      int at = in.pos;
      negated = in.peek() == '!' && isBlank(in.at(at + 1));
      if (negated) {
        in.pos++;
        words.add(literal(at));
      }
    }
    int at = in.pos;
    if (in.peek() == '(') {
      in.pos++;
      words.add(literal(at));
      or(words, from);
      all.lists.newlines();
      int close = in.pos;
      if (in.peek() == ')') {
        in.pos++;
        words.add(literal(close));
      } else {
        in.unexpected(at, at + 1, ")");
      }
    } else {
      test(words);
    }
    in.leave();
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '(';
  }

  private void test(List<Word> words) {
    if (in.bash() && atEnd()) {
      // bash takes a missing term for a true one.
      return;
    }
    Word first = operand(words, Words.Place.SINGLE);
    if (first == null) {
      return;
    }
    in.skipBlanks();
    String text = first.bareText();
    if (text != null && isUnary(text)) {
      if (in.zsh() && over()) {
        return;
      }
      operand(words, Words.Place.SINGLE);
      return;
    }
    if (over()) {
      if (in.bash() && (in.peek() == '\n' || in.atEnd())) {
        in.unexpected();
      }
      return;
    }
    int at = in.pos;
    if (in.take("<") || in.take(">")) {
      words.add(literal(at));
      operand(words, Words.Place.SINGLE);
      return;
    }
    Word operator = operand(words, Words.Place.SINGLE);
    if (operator == null) {
      return;
    }
    String name = operator.bareText();
    Words.Place place = name == null ? null : operandOf(name);
    if (place == null && in.zsh() && (name == null || name.startsWith("-"))) {
      // zsh looks among its modules for the operator when it runs it.
      place = Words.Place.SINGLE;
    }
    if (place == null) {
      words.removeLast();
      in.pos = at;
      in.invalid(at, at + 1, "expected an operator of `[[`");
      return;
    }
    operand(words, place);
  }

  /** Whether nothing of the current test follows. */
  private boolean over() {
    int c = in.peek();
    return c == Cursor.END || c == '\n' || c == ')' || c == '|' || c == '&' || c == ';' || atEnd();
  }

  private @Nullable Word operand(List<Word> words, Words.Place place) {
    in.skipBlanks();
    if (atEnd()) {
      in.unexpected();
      return null;
    }
    Word word = all.words.required(place);
    if (word != null) {
      words.add(word);
    }
    return word;
  }

  private static boolean isUnary(String text) {
    return text.length() == 2
        && text.charAt(0) == '-'
        && "abcdefghknoprstuvwxzGLNORS".indexOf(text.charAt(1)) >= 0;
  }

  /** How the right side of a binary operator reads; null for what is none. */
  private static Words.@Nullable Place operandOf(String operator) {
    return switch (operator) {
      case "=", "==", "!=" -> Words.Place.PATTERN;
      case "=~" -> Words.Place.REGEX;
      case "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef" -> Words.Place.SINGLE;
      default -> null;
    };
  }
}
