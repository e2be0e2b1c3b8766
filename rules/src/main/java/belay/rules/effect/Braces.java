package belay.rules.effect;

import belay.rules.syntax.Part;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brace expansion (bash(1) Brace Expansion), bounded: what is beyond stays as it is written. */
final class Braces {

  private static final int MOST = 1000;

  private Braces() {}

  static List<List<Part>> expand(List<Part> parts) {
    List<List<Part>> out = List.of(List.of());
    for (Part part : parts) {
      List<List<Part>> alternatives =
          switch (part) {
            case Part.Braces braces -> alternatives(braces);
            case Part.BraceRange range -> range(range);
            case Part.Literal _,
                Part.Escaped _,
                Part.SingleQuoted _,
                Part.AnsiQuoted _,
                Part.DoubleQuoted _,
                Part.Parameter _,
                Part.CommandSubstitution _,
                Part.ProcessSubstitution _,
                Part.ArithmeticExpansion _,
                Part.Tilde _,
                Part.EqualsCommand _,
                Part.Glob _ ->
                List.of(List.of(part));
          };
      if ((long) out.size() * alternatives.size() > MOST) {
        alternatives = List.of(List.of(part));
      }
      List<List<Part>> longer = new ArrayList<>(out.size() * alternatives.size());
      for (List<Part> before : out) {
        for (List<Part> more : alternatives) {
          List<Part> joined = new ArrayList<>(before);
          joined.addAll(more);
          longer.add(joined);
        }
      }
      out = longer;
    }
    return out;
  }

  private static List<List<Part>> alternatives(Part.Braces braces) {
    List<List<Part>> out = new ArrayList<>();
    for (Word word : braces.alternatives()) {
      out.addAll(expand(word.parts()));
      if (out.size() > MOST) {
        return List.of(List.of(braces));
      }
    }
    return out;
  }

  private static List<List<Part>> range(Part.BraceRange range) {
    List<String> texts = range(range.first(), range.last(), range.step());
    if (texts == null) {
      return List.of(List.of(range));
    }
    return texts.stream()
        .map(text -> List.<Part>of(new Part.SingleQuoted(range.span(), text)))
        .toList();
  }

  private static @Nullable List<String> range(String first, String last, @Nullable String step) {
    boolean letters = first.length() == 1 && last.length() == 1 && !isNumber(first + last);
    if (!letters && !(isNumber(first) && isNumber(last)) || step != null && !isNumber(step)) {
      return null;
    }
    long from = letters ? first.charAt(0) : Long.parseLong(first);
    long to = letters ? last.charAt(0) : Long.parseLong(last);
    long stride = step == null ? 1 : Math.max(1, Math.abs(Long.parseLong(step)));
    if (Math.abs(to - from) / stride >= MOST) {
      return null;
    }
    int width = isPadded(first) || isPadded(last) ? Math.max(first.length(), last.length()) : 0;
    List<String> out = new ArrayList<>();
    for (long n = from; from <= to ? n <= to : n >= to; n += from <= to ? stride : -stride) {
      out.add(letters ? String.valueOf((char) n) : padded(n, width));
    }
    return out;
  }

  private static boolean isNumber(String text) {
    return text.matches("[+-]?[0-9]{1,17}");
  }

  private static boolean isPadded(String text) {
    return text.matches("-?0[0-9]+");
  }

  private static String padded(long number, int width) {
    String digits = String.valueOf(Math.abs(number));
    String sign = number < 0 ? "-" : "";
    return sign + "0".repeat(Math.max(0, width - digits.length() - sign.length())) + digits;
  }
}
