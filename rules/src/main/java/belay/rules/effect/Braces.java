package belay.rules.effect;

import belay.rules.syntax.Dialect;
import belay.rules.syntax.Part;
import belay.rules.syntax.Span;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brace expansion (bash(1) Brace Expansion), bounded: what is beyond stays as it is written. */
final class Braces {

  private static final int MOST = 1000;

  private Braces() {}

  /** The words a word stands for; itself where there are no braces in it. */
  static List<List<Part>> words(List<Part> parts, Dialect dialect) {
    for (Part part : parts) {
      if (part instanceof Part.Braces || part instanceof Part.BraceRange) {
        List<List<Part>> out = expand(parts);
        return dialect == Dialect.BASH ? out.stream().map(Braces::readAgain).toList() : out;
      }
    }
    return List.of(parts);
  }

  /**
   * bash expands braces in the text, before it looks for anything else: {@code $x{1,2}} is {@code
   * $x1 $x2}, and a tilde that comes to stand first counts.
   */
  private static List<Part> readAgain(List<Part> parts) {
    List<Part> out = new ArrayList<>(parts.size());
    boolean name = false;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (!(part instanceof Part.Literal(Span span, String text))) {
        name = part instanceof Part.Parameter parameter && isPlain(parameter);
        out.add(part);
        continue;
      }
      int taken = 0;
      while (name && taken < text.length() && isName(text.charAt(taken))) {
        taken++;
      }
      if (taken > 0 && out.getLast() instanceof Part.Parameter parameter) {
        out.set(out.size() - 1, named(parameter, parameter.name() + text.substring(0, taken)));
      }
      if (taken < text.length()) {
        out.add(new Part.Literal(span, text.substring(taken)));
        name = false;
      }
    }
    retilde(out);
    return out;
  }

  /** A tilde that comes to stand first counts, up to a slash; one before an expansion does not. */
  private static void retilde(List<Part> parts) {
    if (parts.isEmpty()) {
      return;
    }
    Part first = parts.getFirst();
    StringBuilder text = new StringBuilder();
    int count = 0;
    if (first instanceof Part.Tilde(Span _, String user)) {
      text.append('~').append(user);
      count = 1;
    }
    while (count < parts.size() && parts.get(count) instanceof Part.Literal(Span _, String more)) {
      text.append(more);
      count++;
    }
    if (text.isEmpty() || text.charAt(0) != '~') {
      return;
    }
    int slash = text.indexOf("/");
    boolean counts = slash > 0 || count == parts.size();
    String rest = counts ? slash < 0 ? "" : text.substring(slash) : text.toString();
    parts.subList(0, count).clear();
    parts.addFirst(new Part.Literal(first.span(), rest));
    if (counts) {
      String user = text.substring(1, slash < 0 ? text.length() : slash);
      parts.addFirst(new Part.Tilde(first.span(), user));
    }
  }

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
    return texts.stream().map(text -> List.<Part>of(new Part.Literal(range.span(), text))).toList();
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

  /** {@code $name}, not {@code ${name}}. */
  private static boolean isPlain(Part.Parameter parameter) {
    return parameter.span().length() == parameter.name().length() + 1
        && isName(parameter.name().charAt(0))
        && (parameter.name().charAt(0) > '9');
  }

  private static Part named(Part.Parameter parameter, String name) {
    return new Part.Parameter(parameter.span(), "", parameter.prefix(), name, null, "", null, null);
  }

  private static boolean isName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
}
