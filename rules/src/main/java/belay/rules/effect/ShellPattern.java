package belay.rules.effect;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Shell pattern notation (POSIX.1-2024 2.14) as an expression that takes linear time. */
final class ShellPattern {

  private static final int MOST = 1 << 16;

  private ShellPattern() {}

  /** Whether all of {@code text} matches; null for what is no pattern we can follow. */
  static @Nullable Boolean matches(String text, String glob) {
    Pattern pattern = compile(glob);
    return pattern == null ? null : Boolean.valueOf(pattern.matches(text));
  }

  /** Null for what is no such pattern, and for extglob's negation, which no regular one has. */
  private static @Nullable Pattern compile(String glob) {
    StringBuilder out = new StringBuilder("(?s)");
    if (!translate(glob, out)) {
      return null;
    }
    try {
      return Pattern.compile(out.toString());
    } catch (PatternSyntaxException _) {
      return null;
    }
  }

  private static boolean translate(String glob, StringBuilder out) {
    StringBuilder groups = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      boolean group = i + 1 < glob.length() && glob.charAt(i + 1) == '(';
      if (group && "@*+?!".indexOf(c) >= 0) {
        if (c == '!') {
          return false;
        }
        groups.append(c);
        out.append("(?:");
        i++;
        continue;
      }
      switch (c) {
        case '*' -> out.append(".*");
        case '?' -> out.append('.');
        case '[' -> {
          int end = bracketEnd(glob, i);
          if (end < 0) {
            out.append("\\[");
          } else {
            bracket(glob.substring(i + 1, end), out);
            i = end;
          }
        }
        case '|', ')' -> {
          if (groups.isEmpty()) {
            out.append('\\').append(c);
          } else if (c == '|') {
            out.append('|');
          } else {
            char kind = groups.charAt(groups.length() - 1);
            groups.setLength(groups.length() - 1);
            out.append(')').append(kind == '@' ? "" : String.valueOf(kind));
          }
        }
        case '\\' -> {
          if (i + 1 < glob.length()) {
            i++;
          }
          literal(glob.charAt(i), out);
        }
        default -> literal(c, out);
      }
    }
    return groups.isEmpty();
  }

  private static void literal(char c, StringBuilder out) {
    if ("\\.[]{}()*+-?^$|".indexOf(c) >= 0) {
      out.append('\\');
    }
    out.append(c);
  }

  /** The bracket that closes a bracket expression; one right behind the opening is in it. */
  private static int bracketEnd(String glob, int open) {
    int i = open + 1;
    if (i < glob.length() && (glob.charAt(i) == '!' || glob.charAt(i) == '^')) {
      i++;
    }
    for (boolean first = true; i < glob.length(); i++, first = false) {
      char c = glob.charAt(i);
      if (c == ']' && !first) {
        return i;
      }
      if (c == '\\') {
        i++;
      } else if (c == '[' && i + 1 < glob.length() && ":.=".indexOf(glob.charAt(i + 1)) >= 0) {
        int end = glob.indexOf(glob.charAt(i + 1) + "]", i + 2);
        i = end < 0 ? i : end + 1;
      }
    }
    return -1;
  }

  private static void bracket(String set, StringBuilder out) {
    boolean negated = set.startsWith("!") || set.startsWith("^");
    out.append(negated ? "[^" : "[");
    for (int i = negated ? 1 : 0; i < set.length(); i++) {
      char c = set.charAt(i);
      if (c == '[' && set.startsWith("[:", i) && set.indexOf(":]", i) > 0) {
        int end = set.indexOf(":]", i) + 2;
        out.append(set, i, end);
        i = end - 1;
      } else if (c == '\\' && i + 1 < set.length()) {
        out.append('\\').append(set.charAt(++i));
      } else {
        out.append("[]^&\\".indexOf(c) >= 0 ? "\\" : "").append(c);
      }
    }
    out.append(']');
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
    if (glob.isEmpty()) {
      return how.equals("/#") ? by + text : how.equals("/%") ? text + by : text;
    }
    boolean odd = text.isEmpty() && glob.indexOf('(') >= 0;
    boolean tooLong = (long) text.length() * by.length() > MOST;
    Pattern pattern = odd || tooLong ? null : compile(glob);
    if (pattern == null) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    boolean all = how.equals("//");
    int at = 0;
    while (at < text.length() || at == 0 || !all) {
      int end = at > 0 && how.equals("/#") ? -1 : longestFrom(pattern, text, at, how.equals("/%"));
      if (end == at && all && !text.isEmpty()) {
        return null; // what bash puts between characters then has no rule to go by
      }
      if (end >= 0) {
        out.append(by);
        at = end;
        if (!all || text.isEmpty()) {
          break;
        }
      } else if (at < text.length()) {
        out.append(text.charAt(at++));
      } else {
        break;
      }
    }
    return out.append(text.substring(at)).toString();
  }

  /** The end of the longest match that begins there, or -1. */
  private static int longestFrom(Pattern pattern, String text, int from, boolean toTheEnd) {
    for (int end = text.length(); end >= from; end--) {
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
