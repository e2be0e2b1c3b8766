package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Words that depend on nothing but their quotes and braces, made up by chance, expanded by what the
 * parser says of them and by bash. Nothing that bash could run is ever among them.
 */
class WordsAgainstBashTest {

  private static final int COUNT = Integer.getInteger("belay.words", 10_000);
  private static final long SEED = Long.getLong("belay.seed", 20260101L);

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  /** An expanded word; an empty one stays only where quotes stand in it. */
  private record Expanded(String text, boolean quoted) {
    Expanded then(Expanded next) {
      return new Expanded(text + next.text, quoted || next.quoted);
    }
  }

  @Test
  void constantWordsExpandAsInBash(@TempDir Path directory)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    while (words.size() < COUNT) {
      String word = word(2);
      words.add(word);
    }
    List<List<String>> real = RealShell.of(Dialect.BASH, directory).expanded(words);
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      List<String> ours = expanded(words.get(i));
      if (!ours.equals(real.get(i))) {
        differences.add(words.get(i) + "\n  we:   " + ours + "\n  bash: " + real.get(i));
      }
    }
    assertEquals(
        0,
        differences.size(),
        () ->
            "of "
                + COUNT
                + ", seed "
                + SEED
                + ":\n"
                + Text.printable(
                    String.join("\n", differences.subList(0, Math.min(20, differences.size())))));
  }

  private String word(int depth) {
    StringBuilder out = new StringBuilder();
    for (int n = random.nextInt(1, 5); n > 0; n--) {
      out.append(piece(depth));
    }
    return out.toString();
  }

  private String piece(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 6)) {
      case 0 -> chosen("abc", "x.y", "-o", "/tmp/", "é", "1", "=", ":", "a=b", "+", "%", "@");
      case 1 ->
          "\\" + chosen("a", " ", "$", "\"", "'", "\\", "`", "*", "{", ",", "}", "é", "~", "\n");
      case 2 ->
          "'"
              + chosen("", "a b", "$x", "\\", "\"", "`", "{a,b}", "\n", "*?")
              + "'"
              + (random.nextBoolean() ? "" : "x");
      case 3 ->
          "\""
              + chosen(
                  "", "a b", "\\$x", "\\\\", "\\\"", "\\`", "\\a", "'", "{a,b}", "\\\n", "~", "*")
              + chosen("", "c", "\\", "é").replace("\\", "\\\\")
              + "\"";
      case 4 ->
          "$'"
              + chosen(
                  "", "a b", "\\n", "\\t\\\\", "\\'", "\\x41", "\\x4", "\\101", "\\7z", "\\u00e9")
              + chosen(
                  "", "\\U0001F600", "\\e[", "\\cA", "\\q", "\"", "$x", "\\?", "\\xe9", "\\c\\\\")
              + "'";
      case 5 -> chosen("]", "^", "{}", "{a}", "a,b", "{1..}", "{a..1}", "{..}");
      case 6 -> "{" + inBraces(depth) + "," + inBraces(depth) + "}";
      case 7 -> "{" + inBraces(depth) + "," + inBraces(depth) + "," + inBraces(depth) + "}";
      default ->
          chosen(
              "{1..3}",
              "{3..1}",
              "{a..c}",
              "{c..a}",
              "{1..9..3}",
              "{01..03}",
              "{-1..1}",
              "{a..e..2}",
              "{9..1..3}",
              "{1..3..-1}",
              "{+1..2}",
              "{001..2}");
    };
  }

  private String inBraces(int depth) {
    return random.nextInt(4) == 0 ? "" : piece(depth - 1);
  }

  private String chosen(String... of) {
    return of[random.nextInt(of.length)];
  }

  private static List<String> expanded(String line) {
    Script script = Parser.parse(("w " + line).getBytes(StandardCharsets.UTF_8), Dialect.BASH);
    if (script.status() instanceof Script.Status.Complete
        && script.body().items().getFirst().command() instanceof Command.Simple simple) {
      List<String> out = new ArrayList<>();
      for (Word word : simple.words().subList(1, simple.words().size())) {
        for (Expanded one : expanded(word.parts())) {
          if (one.quoted || !one.text.isEmpty()) {
            out.add(one.text);
          }
        }
      }
      return out;
    }
    return List.of("not read: " + script.status());
  }

  private static List<Expanded> expanded(List<Part> parts) {
    List<Expanded> heads = List.of(new Expanded("", false));
    for (Part part : parts) {
      List<Expanded> tails = expanded(part);
      List<Expanded> joined = new ArrayList<>();
      for (Expanded head : heads) {
        for (Expanded tail : tails) {
          joined.add(head.then(tail));
        }
      }
      heads = joined;
    }
    return heads;
  }

  private static List<Expanded> expanded(Part part) {
    return switch (part) {
      case Part.Literal(Span _, String text) -> List.of(new Expanded(text, false));
      case Part.Escaped(Span _, String text) -> List.of(new Expanded(text, true));
      case Part.SingleQuoted(Span _, String text) -> List.of(new Expanded(text, true));
      case Part.AnsiQuoted(Span _, String text) -> List.of(new Expanded(text, true));
      case Part.DoubleQuoted quoted ->
          List.of(new Expanded("", true).then(expanded(quoted.parts()).getFirst()));
      case Part.Glob(Span _, String text) -> List.of(new Expanded(text, false));
      case Part.Braces(Span _, List<Word> alternatives) ->
          alternatives.stream().flatMap(word -> expanded(word.parts()).stream()).toList();
      case Part.BraceRange range -> range(range);
      case Part.Parameter _,
          Part.CommandSubstitution _,
          Part.ProcessSubstitution _,
          Part.ArithmeticExpansion _,
          Part.Tilde _,
          Part.EqualsCommand _ ->
          throw new AssertionError("no such thing was made: " + part);
    };
  }

  private static List<Expanded> range(Part.BraceRange range) {
    boolean letters = Character.isLetter(range.first().charAt(0));
    int first = letters ? range.first().charAt(0) : Integer.parseInt(range.first());
    int last = letters ? range.last().charAt(0) : Integer.parseInt(range.last());
    String written = range.step();
    int step = Math.max(1, Math.abs(written == null ? 1 : Integer.parseInt(written)));
    boolean padded = range.first().matches("-?0\\d+") || range.last().matches("-?0\\d+");
    int width = padded ? Math.max(range.first().length(), range.last().length()) : 1;
    List<Expanded> out = new ArrayList<>();
    for (int at = first;
        first <= last ? at <= last : at >= last;
        at += first <= last ? step : -step) {
      String text = letters ? String.valueOf((char) at) : String.format("%0" + width + "d", at);
      out.add(new Expanded(text, false));
    }
    return out;
  }
}
