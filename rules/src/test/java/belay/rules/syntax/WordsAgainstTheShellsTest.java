package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Words that depend on nothing but their quotes, braces and a few variables, made up by chance,
 * expanded by what the parser says of them and by the shell itself. Nothing that a shell could run
 * is ever among them. {@code -Dbelay.words=N} makes more of them.
 */
class WordsAgainstTheShellsTest {

  private static final int COUNT = Integer.getInteger("belay.words", 10_000);
  private static final long SEED = Long.getLong("belay.seed", 20260101L);

  private boolean zsh;
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  /** An expanded word; an empty one stays only where quotes stand in it. */
  private record Expanded(String text, boolean quoted) {
    Expanded then(Expanded next) {
      return new Expanded(text + next.text, quoted || next.quoted);
    }
  }

  @ParameterizedTest
  @EnumSource
  void wordsExpandAsInTheShell(Dialect dialect, @TempDir Path directory)
      throws IOException, InterruptedException {
    zsh = dialect == Dialect.ZSH;
    List<String> words = new ArrayList<>();
    while (words.size() < COUNT) {
      words.add(word(2));
    }
    List<List<String>> real = RealShell.of(dialect, directory).expanded(words);
    List<String> differences = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < words.size(); i++) {
      List<String> ours = expanded(words.get(i), dialect);
      refused += ours.equals(RealShell.REFUSED) ? 1 : 0;
      if (!ours.equals(real.get(i))) {
        differences.add(words.get(i) + "\n  we:    " + ours + "\n  shell: " + real.get(i));
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
    assertTrue(refused < COUNT / 10, "the shell refuses " + refused + " of " + COUNT);
  }

  private String word(int depth) {
    StringBuilder out = new StringBuilder();
    if (random.nextInt(8) == 0) {
      out.append(chosen("~/", "~+/", "~/a:~/", "a=~/", "a=b:~/c", "\\~", "'~'"));
    }
    for (int n = random.nextInt(1, 5); n > 0; n--) {
      out.append(piece(depth));
    }
    return out.toString();
  }

  /** zsh looks for a program behind an equals sign at the beginning. */
  private String piece(int depth) {
    return switch (random.nextInt(depth > 0 ? 12 : 7)) {
      case 0 ->
          chosen(
              "abc", "x.y", "-o", "/tmp/", "é", "1", zsh ? "x=" : "=", ":", "a=b", "+", "%", "@");
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
      case 6 -> chosen("${V}", "${N}", "\"$V\"", "${E}", "\"$E\"", "${U}", "\"$U\"", "${#V}");
      case 7 -> "${" + defaulted() + unquotedDefault() + "}";
      case 8 -> "\"" + chosen("", "a ") + "${" + defaulted() + quotedDefault() + "}\"";
      case 9 -> "{" + inBraces(depth) + "," + inBraces(depth) + "}";
      case 10 -> "{" + inBraces(depth) + "," + inBraces(depth) + "," + inBraces(depth) + "}";
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

  private String defaulted() {
    return chosen("U", "E", "V", "N") + chosen(":-", "-", ":+", "+");
  }

  private String unquotedDefault() {
    return chosen(
        "",
        "d",
        "a,b",
        "'q r'",
        "\"q r\"",
        "\"$V\"",
        "\\$x",
        "\\}",
        "'}'",
        "~",
        "~/x",
        "$N",
        "${E:-n}",
        "\"${U-'m'}\"",
        "$'\\t'",
        "a'b c'd",
        "\"\"",
        "''");
  }

  private String quotedDefault() {
    return chosen(
        "",
        "d",
        "a b",
        "'q'",
        "\"q\"",
        "\\$x",
        "\\}",
        "~",
        "$N",
        "${E:-n}",
        "\\\\",
        "\\a",
        "${U-'m'}",
        "*",
        "\\\"");
  }

  private String inBraces(int depth) {
    return random.nextInt(4) == 0 ? "" : piece(depth - 1);
  }

  private String chosen(String... of) {
    return of[random.nextInt(of.length)];
  }

  private List<String> expanded(String line, Dialect dialect) {
    Script script = Parser.parse(("w " + line).getBytes(StandardCharsets.UTF_8), dialect);
    if (script.status() instanceof Script.Status.Complete
        && script.body().items().getFirst().command() instanceof Command.Simple simple) {
      List<String> out = new ArrayList<>();
      for (Word word : simple.words().subList(1, simple.words().size())) {
        // zsh keeps the empty words that come of braces.
        boolean kept =
            dialect == Dialect.ZSH
                && word.parts().stream().anyMatch(WordsAgainstTheShellsTest::makesSeveral);
        for (Expanded one : expanded(word.parts())) {
          if (kept || one.quoted || !one.text.isEmpty()) {
            out.add(one.text);
          }
        }
      }
      return out;
    }
    return RealShell.REFUSED;
  }

  private static boolean makesSeveral(Part part) {
    return part instanceof Part.Braces || part instanceof Part.BraceRange;
  }

  private List<Expanded> expanded(List<Part> parts) {
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

  private List<Expanded> expanded(Part part) {
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
      case Part.Tilde(Span _, String user) ->
          List.of(
              new Expanded(
                  switch (user) {
                    case "" -> RealShell.HOME;
                    case "+" -> "/";
                    default -> "~" + user;
                  },
                  true));
      case Part.Parameter parameter -> List.of(parameter(parameter));
      case Part.CommandSubstitution _,
          Part.ProcessSubstitution _,
          Part.ArithmeticExpansion _,
          Part.EqualsCommand _ ->
          throw new AssertionError("no such thing was made: " + part);
    };
  }

  private Expanded parameter(Part.Parameter parameter) {
    String value = RealShell.VARIABLES.get(parameter.name());
    if (parameter.prefix().equals("#")) {
      return new Expanded(value == null ? "0" : String.valueOf(value.length()), false);
    }
    boolean set = value != null && !(value.isEmpty() && parameter.operator().startsWith(":"));
    boolean word =
        switch (parameter.operator()) {
          case "" -> false;
          case "-", ":-" -> !set;
          case "+", ":+" -> set;
          default -> throw new AssertionError("no such operator was made: " + parameter);
        };
    if (word) {
      Word argument = parameter.argument();
      return argument == null ? new Expanded("", false) : expanded(argument.parts()).getFirst();
    }
    return new Expanded(value == null || parameter.operator().endsWith("+") ? "" : value, false);
  }

  private List<Expanded> range(Part.BraceRange range) {
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
    // zsh counts the other way when the step is negative.
    return zsh && written != null && written.startsWith("-") ? out.reversed() : out;
  }
}
