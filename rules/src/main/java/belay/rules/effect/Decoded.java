package belay.rules.effect;

import belay.rules.syntax.Text;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Known text that a program turns into other text: what is hidden so is read all the same. */
final class Decoded {

  private Decoded() {}

  /** What the program makes of it; null where that is not followed. */
  static @Nullable Value by(String program, List<Field> operands, Value input) {
    String text = input.known();
    List<String> words = operands.stream().map(each -> each.value().display()).toList();
    if (text == null) {
      return null;
    }
    return switch (program) {
      case "base64" -> decodes(words, "d", "decode") ? base64(text) : null;
      case "xxd" -> decodes(words, "r", "revert") && flag(words, "p") ? hex(text) : null;
      case "rev" -> Value.of(text.lines().map(Decoded::reversed).collect(Collectors.joining("\n")));
      case "tr" -> words.size() == 2 ? translated(words.getFirst(), words.getLast(), text) : null;
      default -> null;
    };
  }

  private static boolean decodes(List<String> words, String letter, String word) {
    boolean named = words.stream().anyMatch(each -> each.startsWith("--" + word));
    boolean all = words.stream().allMatch(each -> each.startsWith("-"));
    return all && (named || flag(words, letter) || flag(words, "D"));
  }

  private static boolean flag(List<String> words, String letter) {
    return words.stream()
        .anyMatch(each -> each.startsWith("-") && !each.startsWith("--") && each.contains(letter));
  }

  private static @Nullable Value base64(String text) {
    try {
      return Value.of(Text.decode(Base64.getMimeDecoder().decode(text)));
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static @Nullable Value hex(String text) {
    try {
      return Value.of(Text.decode(HexFormat.of().parseHex(text.replaceAll("\\s", ""))));
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static String reversed(String line) {
    return new StringBuilder(line).reverse().toString();
  }

  /** tr(1) with characters and ranges. */
  private static @Nullable Value translated(String from, String to, String text) {
    String one = spelledOut(from);
    String other = spelledOut(to);
    if (one == null || other == null || other.isEmpty() || from.startsWith("-")) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int at = one.lastIndexOf(c);
      out.append(at < 0 ? c : other.charAt(Math.min(at, other.length() - 1)));
    }
    return Value.of(out.toString());
  }

  private static @Nullable String spelledOut(String set) {
    if (set.contains("[") || set.contains("\\")) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < set.length(); i++) {
      boolean range = i + 2 < set.length() && set.charAt(i + 1) == '-';
      char last = range ? set.charAt(i + 2) : set.charAt(i);
      for (char c = set.charAt(i); c <= last; c++) {
        out.append(c);
      }
      i += range ? 2 : 0;
    }
    return out.toString();
  }
}
