package belay.daemon.fact;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * One path component of a shell pattern: POSIX.1-2024 2.14 with the groups of bash's extglob
 * ({@code bash(1)}, Pattern Matching), zsh's plain groups, number ranges and glob qualifiers. Where
 * shells differ it matches what either would: a name too many is only looked at for nothing.
 */
final class GlobPattern {

  private sealed interface Node {
    record Char(int codePoint) implements Node {}

    record One(IntPredicate set) implements Node {}

    record Star() implements Node {}

    /** Digits: zsh's {@code <1-20>}. */
    record Digits() implements Node {}

    record Group(char operator, List<List<Node>> alternatives) implements Node {}
  }

  @FunctionalInterface
  private interface Then {
    boolean at(int position);
  }

  /** Past this many steps a name counts as matched: nested groups can take exponential time. */
  private static final int MOST_STEPS = 20_000;

  private final List<List<Node>> readings = new ArrayList<>();
  private int steps;

  private GlobPattern() {}

  /** Reads a component in shell pattern notation. */
  static GlobPattern of(String text) {
    GlobPattern pattern = new GlobPattern();
    pattern.readings.add(new Reader(text).sequence());
    int open = text.lastIndexOf('(');
    if (text.endsWith(")") && open > 0 && text.indexOf('|', open) < 0) {
      // In zsh what stands in parentheses at the end may be a glob qualifier.
      pattern.readings.add(new Reader(text.substring(0, open)).sequence());
    }
    return pattern;
  }

  /** Whether every name but the hidden ones is matched. */
  boolean isEverything() {
    return readings.stream()
        .anyMatch(
            nodes -> !nodes.isEmpty() && nodes.stream().allMatch(Node.Star.class::isInstance));
  }

  boolean matches(String name) {
    int[] text = name.codePoints().toArray();
    boolean hidden = text.length > 0 && text[0] == '.';
    for (List<Node> nodes : readings) {
      boolean explicit = !nodes.isEmpty() && nodes.getFirst().equals(new Node.Char('.'));
      steps = 0;
      if ((!hidden || explicit) && matches(nodes, 0, text, 0, end -> end == text.length)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(List<Node> nodes, int i, int[] text, int at, Then then) {
    if (++steps > MOST_STEPS) {
      return true;
    }
    if (i == nodes.size()) {
      return then.at(at);
    }
    Then rest = end -> matches(nodes, i + 1, text, end, then);
    return switch (nodes.get(i)) {
      case Node.Char(int codePoint) -> at < text.length && text[at] == codePoint && rest.at(at + 1);
      case Node.One(IntPredicate set) -> at < text.length && set.test(text[at]) && rest.at(at + 1);
      case Node.Star() -> {
        for (int end = at; end <= text.length; end++) {
          if (rest.at(end)) {
            yield true;
          }
        }
        yield false;
      }
      case Node.Digits() -> {
        for (int end = at; end < text.length && Character.isDigit(text[end]); end++) {
          if (rest.at(end + 1)) {
            yield true;
          }
        }
        yield false;
      }
      case Node.Group(char operator, List<List<Node>> alternatives) ->
          switch (operator) {
            case '?' -> rest.at(at) || any(alternatives, text, at, rest);
            case '*' -> rest.at(at) || many(alternatives, text, at, rest);
            case '+' -> many(alternatives, text, at, rest);
            case '!' -> {
              for (int end = at; end <= text.length; end++) {
                int stop = end;
                if (!any(alternatives, text, at, reached -> reached == stop) && rest.at(end)) {
                  yield true;
                }
              }
              yield false;
            }
            default -> any(alternatives, text, at, rest);
          };
    };
  }

  private boolean any(List<List<Node>> alternatives, int[] text, int at, Then then) {
    for (List<Node> alternative : alternatives) {
      if (matches(alternative, 0, text, at, then)) {
        return true;
      }
    }
    return false;
  }

  private boolean many(List<List<Node>> alternatives, int[] text, int at, Then then) {
    return any(
        alternatives,
        text,
        at,
        end -> then.at(end) || (end > at && many(alternatives, text, end, then)));
  }

  /** Reads pattern notation; what is not closed stands for itself. */
  private static final class Reader {
    private final int[] text;
    private int at;

    Reader(String text) {
      this.text = text.codePoints().toArray();
    }

    List<Node> sequence() {
      List<Node> nodes = new ArrayList<>();
      while (at < text.length) {
        nodes.add(node());
      }
      return nodes;
    }

    private Node node() {
      int c = text[at++];
      if (c == '\\' && at < text.length) {
        return new Node.Char(text[at++]);
      }
      boolean operator = c == '?' || c == '*' || c == '+' || c == '@' || c == '!';
      if (operator && at < text.length && text[at] == '(' && closing(at) > 0) {
        at++;
        return group((char) c);
      }
      return switch (c) {
        case '*' -> new Node.Star();
        case '?' -> new Node.One(_ -> true);
        case '[' -> bracket();
        case '(' -> closing(at - 1) > 0 ? group('@') : new Node.Char(c);
        case '<' -> number();
        default -> new Node.Char(c);
      };
    }

    private int closing(int open) {
      int depth = 0;
      for (int i = open; i < text.length; i++) {
        switch (text[i]) {
          case '\\' -> i++;
          case '(' -> depth++;
          case ')' -> {
            if (--depth == 0) {
              return i;
            }
          }
          default -> {}
        }
      }
      return -1;
    }

    private Node group(char operator) {
      List<List<Node>> alternatives = new ArrayList<>();
      List<Node> nodes = new ArrayList<>();
      while (text[at] != ')') {
        if (text[at] == '|') {
          at++;
          alternatives.add(nodes);
          nodes = new ArrayList<>();
        } else {
          nodes.add(node());
        }
      }
      at++;
      alternatives.add(nodes);
      return new Node.Group(operator, alternatives);
    }

    private Node number() {
      int i = at;
      while (i < text.length && (Character.isDigit(text[i]) || text[i] == '-')) {
        i++;
      }
      if (i > at && i < text.length && text[i] == '>') {
        at = i + 1;
        return new Node.Digits();
      }
      return new Node.Char('<');
    }

    private Node bracket() {
      int start = at;
      boolean negated = at < text.length && (text[at] == '!' || text[at] == '^');
      if (negated) {
        at++;
      }
      IntPredicate set = _ -> false;
      boolean first = true;
      while (at < text.length) {
        int c = text[at];
        if (c == ']' && !first) {
          at++;
          return new Node.One(negated ? set.negate() : set);
        }
        first = false;
        if (c == '[' && at + 1 < text.length && text[at + 1] == ':') {
          int end = at + 2;
          while (end < text.length && text[end] != ':') {
            end++;
          }
          if (end + 1 < text.length && text[end + 1] == ']') {
            set = set.or(named(new String(text, at + 2, end - at - 2)));
            at = end + 2;
            continue;
          }
        }
        int low = member();
        if (at + 1 < text.length && text[at] == '-' && text[at + 1] != ']') {
          at++;
          int high = member();
          set = set.or(x -> low <= x && x <= high);
        } else {
          set = set.or(x -> x == low);
        }
      }
      at = start;
      return new Node.Char('[');
    }

    private int member() {
      int c = text[at++];
      return c == '\\' && at < text.length ? text[at++] : c;
    }

    private static IntPredicate named(String name) {
      return switch (name) {
        case "alpha" -> Character::isLetter;
        case "digit" -> x -> x >= '0' && x <= '9';
        case "alnum" -> Character::isLetterOrDigit;
        case "upper" -> Character::isUpperCase;
        case "lower" -> Character::isLowerCase;
        case "space" -> Character::isWhitespace;
        case "blank" -> x -> x == ' ' || x == '\t';
        case "cntrl" -> Character::isISOControl;
        case "xdigit" -> x -> x < 128 && Character.digit(x, 16) >= 0;
        case "punct" -> x -> x > ' ' && x < 127 && !Character.isLetterOrDigit(x);
        case "graph" -> x -> x > ' ' && x != 127;
        case "print" -> x -> x >= ' ' && x != 127;
        case "word" -> x -> x == '_' || Character.isLetterOrDigit(x);
        default -> _ -> false;
      };
    }
  }
}
