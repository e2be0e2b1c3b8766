package belay.rules.effect;

import belay.rules.syntax.Dialect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic (bash(1) ARITHMETIC EVALUATION) over 64-bit integers, as far as the variables in it
 * are known.
 */
final class Arithmetic {

  private static final int DEEPEST = 32;

  private final Walk walk;
  private final Parameters parameters;
  private int depth;

  Arithmetic(Walk walk, Parameters parameters) {
    this.walk = walk;
    this.parameters = parameters;
  }

  /** The value of an expression without any expansion left in it; null where it is not known. */
  @Nullable Long value(String text) {
    if (depth >= DEEPEST || text.length() > 4096) {
      return null;
    }
    depth++;
    try {
      return new Reader(text).read();
    } finally {
      depth--;
    }
  }

  /** Operators of two operands by how tightly they bind. */
  private static final List<List<String>> LEVELS =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("|"),
          List.of("^"),
          List.of("&"),
          List.of("==", "!="),
          List.of("<=", ">=", "<", ">"),
          List.of("<<", ">>"),
          List.of("+", "-"),
          List.of("*", "/", "%"),
          List.of("**"));

  private static final List<String> ASSIGNING =
      List.of("<<=", ">>=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "=");

  /** One expression; {@code null} results mean "not known" all the way up. */
  private final class Reader {
    private final String text;
    private int at;
    private boolean failed;
    private int nested;

    Reader(String text) {
      this.text = text;
    }

    @Nullable Long read() {
      blanks();
      if (at == text.length()) {
        return 0L;
      }
      Long value = comma();
      blanks();
      return failed || at < text.length() ? null : value;
    }

    private void blanks() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private boolean take(String token) {
      blanks();
      if (text.startsWith(token, at)) {
        at += token.length();
        return true;
      }
      return false;
    }

    private @Nullable Long comma() {
      Long value = assignment();
      while (take(",")) {
        value = assignment();
      }
      return value;
    }

    private @Nullable Long assignment() {
      if (nested++ > 4 * DEEPEST) {
        failed = true;
      }
      blanks();
      int start = at;
      String name = name();
      if (name != null) {
        String operator = assigning();
        if (operator != null) {
          Long right = failed ? null : assignment();
          Long value =
              operator.equals("=")
                  ? right
                  : apply(operator.substring(0, operator.length() - 1), variable(name), right);
          assign(name, value);
          nested--;
          return value;
        }
        at = start;
      }
      Long value = conditional();
      nested--;
      return value;
    }

    private @Nullable String assigning() {
      blanks();
      for (String operator : ASSIGNING) {
        if (text.startsWith(operator, at)) {
          if (operator.equals("=") && text.startsWith("==", at)) {
            return null;
          }
          at += operator.length();
          return operator;
        }
      }
      return null;
    }

    private @Nullable Long conditional() {
      Long condition = binary(0);
      if (!take("?")) {
        return condition;
      }
      Long yes = failed ? null : assignment();
      if (!take(":")) {
        failed = true;
        return null;
      }
      Long no = assignment();
      return condition == null ? null : condition != 0 ? yes : no;
    }

    private @Nullable Long binary(int level) {
      if (level == LEVELS.size()) {
        return unary();
      }
      Long left = binary(level + 1);
      while (!failed) {
        String operator = operator(LEVELS.get(level));
        if (operator == null) {
          return left;
        }
        Long right = operator.equals("**") ? binary(level) : binary(level + 1);
        left = apply(operator, left, right);
      }
      return null;
    }

    private @Nullable String operator(List<String> operators) {
      blanks();
      for (String operator : operators) {
        if (text.startsWith(operator, at) && !isPartOfLonger(operator)) {
          at += operator.length();
          return operator;
        }
      }
      return null;
    }

    private boolean isPartOfLonger(String operator) {
      int end = at + operator.length();
      char next = end < text.length() ? text.charAt(end) : ' ';
      return switch (operator) {
        case "|", "&", "*", "<", ">" -> next == operator.charAt(0) || next == '=';
        case "+", "-", "/", "%", "^", "<<", ">>" -> next == '=';
        default -> false;
      };
    }

    private @Nullable Long unary() {
      blanks();
      if (nested++ > 4 * DEEPEST) {
        failed = true;
        return null;
      }
      Long value;
      if (text.startsWith("++", at) || text.startsWith("--", at)) {
        int step = text.charAt(at) == '+' ? 1 : -1;
        int start = at;
        at += 2;
        blanks();
        String name = name();
        if (name == null) {
          at = start + 1;
          Long operand = unary();
          value = operand == null ? null : step * operand;
        } else {
          Long before = variable(name);
          value = before == null ? null : before + step;
          assign(name, value);
        }
      } else if (take("!")) {
        Long operand = unary();
        value = operand == null ? null : operand == 0 ? 1L : 0L;
      } else if (take("~")) {
        Long operand = unary();
        value = operand == null ? null : ~operand;
      } else if (take("-")) {
        Long operand = unary();
        value = operand == null ? null : -operand;
      } else if (take("+")) {
        value = unary();
      } else {
        value = primary();
      }
      nested--;
      return value;
    }

    private @Nullable Long primary() {
      if (take("(")) {
        Long value = comma();
        if (!take(")")) {
          failed = true;
        }
        return value;
      }
      if (at < text.length() && isDigit(text.charAt(at))) {
        return literal();
      }
      String name = name();
      if (name == null) {
        failed = true;
        return null;
      }
      Long value = variable(name);
      blanks();
      if (text.startsWith("++", at) || text.startsWith("--", at)) {
        assign(name, value == null ? null : text.charAt(at) == '+' ? value + 1 : value - 1);
        at += 2;
      }
      return value;
    }

    private @Nullable String name() {
      int start = at;
      while (at < text.length()
          && (isLetter(text.charAt(at)) || (at > start && isDigit(text.charAt(at))))) {
        at++;
      }
      return at == start ? null : text.substring(start, at);
    }

    /** {@code 10}, {@code 010}, {@code 0x10} or {@code 36#z}. */
    private @Nullable Long literal() {
      int start = at;
      while (at < text.length()
          && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)) || text.charAt(at) == '#')) {
        at++;
      }
      String digits = text.substring(start, at);
      try {
        int hash = digits.indexOf('#');
        if (hash > 0) {
          return Long.parseLong(
              digits.substring(hash + 1), Integer.parseInt(digits.substring(0, hash)));
        }
        if (digits.startsWith("0x") || digits.startsWith("0X")) {
          return Long.parseLong(digits.substring(2), 16);
        }
        boolean octal = digits.length() > 1 && digits.startsWith("0") && isBash();
        return Long.parseLong(digits, octal ? 8 : 10);
      } catch (NumberFormatException _) {
        failed = true;
        return null;
      }
    }
  }

  private boolean isBash() {
    return walk.scope().dialect() == Dialect.BASH;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private @Nullable Long variable(String name) {
    List<Value> values = parameters.named(name);
    if (values.isEmpty()) {
      return 0L;
    }
    String known = values.getFirst().known();
    return known == null ? null : value(known);
  }

  private void assign(String name, @Nullable Long value) {
    walk.scope()
        .set(
            name,
            List.of(
                value == null
                    ? Value.unknown("$" + name + " was computed from what is not known")
                    : Value.of(value.toString())));
  }

  private static @Nullable Long apply(String operator, @Nullable Long left, @Nullable Long right) {
    if (left == null || right == null) {
      return null;
    }
    long a = left;
    long b = right;
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> b == 0 ? null : Long.valueOf(a / b);
      case "%" -> b == 0 ? null : Long.valueOf(a % b);
      case "**" -> b < 0 || b > 64 ? null : Long.valueOf(power(a, b));
      case "<<" -> a << b;
      case ">>" -> a >> b;
      case "&" -> a & b;
      case "|" -> a | b;
      case "^" -> a ^ b;
      case "&&" -> truth(a != 0 && b != 0);
      case "||" -> truth(a != 0 || b != 0);
      case "==" -> truth(a == b);
      case "!=" -> truth(a != b);
      case "<" -> truth(a < b);
      case ">" -> truth(a > b);
      case "<=" -> truth(a <= b);
      case ">=" -> truth(a >= b);
      default -> null;
    };
  }

  private static long truth(boolean holds) {
    return holds ? 1 : 0;
  }

  private static long power(long base, long exponent) {
    long out = 1;
    for (long i = 0; i < exponent; i++) {
      out *= base;
    }
    return out;
  }
}
