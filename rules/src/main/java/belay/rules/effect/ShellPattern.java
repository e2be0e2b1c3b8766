package belay.rules.effect;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Shell pattern notation (POSIX.1-2024 2.14) as an expression that takes linear time. */
final class ShellPattern {

  private ShellPattern() {}

  /** Null for what is no such pattern, extglob included. */
  static @Nullable Pattern compile(String glob) {
    StringBuilder out = new StringBuilder("(?s)");
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      switch (c) {
        case '*' -> out.append(".*");
        case '?' -> out.append('.');
        case '[' -> {
          int end = glob.indexOf(']', i + 2);
          if (end < 0) {
            out.append("\\[");
          } else {
            String set = glob.substring(i + 1, end);
            boolean negated = set.startsWith("!") || set.startsWith("^");
            out.append(negated ? "[^" : "[")
                .append((negated ? set.substring(1) : set).replace("\\", "\\\\"))
                .append(']');
            i = end;
          }
        }
        case '(' -> {
          return null;
        }
        case '\\' -> {
          if (i + 1 < glob.length()) {
            i++;
          }
          out.append(Pattern.quote(glob.substring(i, i + 1)));
        }
        default -> out.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.compile(out.toString());
    } catch (PatternSyntaxException _) {
      return null;
    }
  }

  /** Takes the shortest or longest match off the front; null where the pattern is none. */
  static @Nullable String withoutPrefix(String text, String glob, boolean longest) {
    Pattern pattern = compile(glob);
    if (pattern == null) {
      return null;
    }
    for (int n = 0; n <= text.length(); n++) {
      int cut = longest ? text.length() - n : n;
      if (pattern.matches(text.substring(0, cut))) {
        return text.substring(cut);
      }
    }
    return text;
  }

  /** Takes the shortest or longest match off the end; null where the pattern is none. */
  static @Nullable String withoutSuffix(String text, String glob, boolean longest) {
    Pattern pattern = compile(glob);
    if (pattern == null) {
      return null;
    }
    for (int n = 0; n <= text.length(); n++) {
      int cut = longest ? n : text.length() - n;
      if (pattern.matches(text.substring(cut))) {
        return text.substring(0, cut);
      }
    }
    return text;
  }

  /**
   * {@code ${text/glob/by}} and its kin; null where the pattern is none.
   *
   * @param how {@code /}, {@code //}, {@code /#} or {@code /%}
   */
  static @Nullable String replace(String text, String glob, String by, String how) {
    Pattern pattern = compile(glob);
    if (pattern == null || glob.isEmpty()) {
      return glob.isEmpty() ? text : null;
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    boolean once = !how.equals("//");
    while (at <= text.length()) {
      int end = longestFrom(pattern, text, at, how.equals("/%"));
      boolean anchored = !how.equals("/#") || at == 0;
      if (end > at && anchored) {
        out.append(by);
        at = end;
        if (once) {
          break;
        }
      } else if (at < text.length()) {
        out.append(text.charAt(at++));
      } else {
        break;
      }
    }
    return out.append(text.substring(Math.min(at, text.length()))).toString();
  }

  private static int longestFrom(Pattern pattern, String text, int from, boolean toTheEnd) {
    for (int end = text.length(); end > from; end--) {
      if (pattern.matches(text.substring(from, end))) {
        return end;
      }
      if (toTheEnd) {
        return -1;
      }
    }
    return -1;
  }
}
