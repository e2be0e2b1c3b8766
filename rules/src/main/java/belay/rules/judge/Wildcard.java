package belay.rules.judge;

import java.util.ArrayList;
import java.util.List;

/**
 * A shell pattern over one text (POSIX.1-2024 2.14.1): {@code *}, {@code ?}, {@code [a-z]}, {@code
 * [!a-z]} and {@code \} before what stands for itself. Matching takes at most the product of the
 * two lengths, whatever the pattern.
 */
public final class Wildcard implements NamePattern {

  private sealed interface Token {

    record Exactly(char c) implements Token {}

    record AnyOne() implements Token {}

    record AnyRun() implements Token {}

    /**
     * @param ranges pairs of first and last character
     */
    record OneOf(String ranges, boolean negated) implements Token {}
  }

  private final String source;
  private final List<Token> tokens;

  private final boolean plain;

  public Wildcard(String source) {
    this.source = source;
    this.tokens = tokens(source);
    this.plain = source.chars().noneMatch(c -> "*?[\\".indexOf(c) >= 0);
  }

  private static List<Token> tokens(String source) {
    List<Token> out = new ArrayList<>(source.length());
    int i = 0;
    while (i < source.length()) {
      char c = source.charAt(i);
      int close = c == '[' ? closingBracket(source, i) : -1;
      if (close > 0) {
        out.add(bracket(source, i, close));
        i = close + 1;
      } else if (c == '\\' && i + 1 < source.length()) {
        out.add(new Token.Exactly(source.charAt(i + 1)));
        i += 2;
      } else {
        if (c != '*') {
          out.add(c == '?' ? new Token.AnyOne() : new Token.Exactly(c));
        } else if (out.isEmpty() || !(out.getLast() instanceof Token.AnyRun)) {
          out.add(new Token.AnyRun());
        }
        i++;
      }
    }
    return List.copyOf(out);
  }

  /** The index of the bracket that closes the one at {@code open}, or -1: then it is plain text. */
  private static int closingBracket(String source, int open) {
    int first = open + 1;
    if (first < source.length() && isNegation(source.charAt(first))) {
      first++;
    }
    // A bracket in the first place stands for itself.
    return source.indexOf(']', first + 1);
  }

  private static boolean isNegation(char c) {
    return c == '!' || c == '^';
  }

  private static Token bracket(String source, int open, int close) {
    int i = open + 1;
    boolean negated = isNegation(source.charAt(i));
    if (negated) {
      i++;
    }
    var ranges = new StringBuilder();
    while (i < close) {
      boolean range = i + 2 < close && source.charAt(i + 1) == '-';
      ranges.append(source.charAt(i)).append(source.charAt(range ? i + 2 : i));
      i += range ? 3 : 1;
    }
    return new Token.OneOf(ranges.toString(), negated);
  }

  @Override
  public boolean isPlain() {
    return plain;
  }

  /** Whether the whole of {@code text} matches. */
  @Override
  public boolean matches(String text) {
    if (plain) {
      return source.equals(text);
    }
    int t = 0;
    int i = 0;
    int lastRun = -1;
    int resume = 0;
    while (i < text.length()) {
      if (t < tokens.size() && tokens.get(t) instanceof Token.AnyRun) {
        lastRun = t++;
        resume = i;
      } else if (t < tokens.size() && matchesOne(tokens.get(t), text.charAt(i))) {
        t++;
        i++;
      } else if (lastRun >= 0) {
        t = lastRun + 1;
        i = ++resume;
      } else {
        return false;
      }
    }
    while (t < tokens.size() && tokens.get(t) instanceof Token.AnyRun) {
      t++;
    }
    return t == tokens.size();
  }

  private static boolean matchesOne(Token token, char c) {
    return switch (token) {
      case Token.Exactly(char wanted) -> wanted == c;
      case Token.AnyOne _ -> true;
      case Token.AnyRun _ -> false;
      case Token.OneOf(String ranges, boolean negated) -> inside(ranges, c) != negated;
    };
  }

  private static boolean inside(String ranges, char c) {
    for (int i = 0; i < ranges.length(); i += 2) {
      if (ranges.charAt(i) <= c && c <= ranges.charAt(i + 1)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Wildcard wildcard && source.equals(wildcard.source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  /** The pattern as written. */
  @Override
  public String toString() {
    return source;
  }
}
