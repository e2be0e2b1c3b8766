package belay.rules.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.syntax.Command;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Script;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Made-up words, expanded by us and by the real bash. What we call unknown is not held against us,
 * but must stay rare; what we call known must be what bash makes of it, to the byte.
 */
final class ExpansionAgainstBashTest {

  private static final int WORDS = 3000;

  private static final String STATE =
      """
      E= S='a b  c' P=/usr/local/lib.tar.gz N=7 G='x*y' Q="it's" R=P L=hello
      A=(one 'two words' three)
      unset U
      set -- 'p 1' p2 ''
      """;

  private static final Map<String, List<String>> VARIABLES =
      Map.of(
          "E", List.of(""),
          "S", List.of("a b  c"),
          "P", List.of("/usr/local/lib.tar.gz"),
          "N", List.of("7"),
          "G", List.of("x*y"),
          "Q", List.of("it's"),
          "R", List.of("P"),
          "L", List.of("hello"),
          "A", List.of("one", "two words", "three"));

  private static final String ORACLE =
      """
      set -f
      shopt -s extglob
      w() { printf '%s\\1' "$#" "$@"; printf '\\0'; }
      while IFS= read -r -d '' word; do
        (
      """
          + STATE
          + """
                eval "w $word"
              ) 2>/dev/null || printf '\\2\\0'
          done
          """;

  @TempDir Path empty;

  @Test
  void whatIsKnownOfAWordIsWhatBashMakesOfIt() throws IOException, InterruptedException {
    List<String> words = new Generator(new Random(20260401)).words(WORDS);
    List<String> real = bash(words);
    assertEquals(words.size(), real.size(), "bash answers every word");
    int compared = 0;
    int unknown = 0;
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (real.get(i).equals("\2")) {
        continue; // bash refuses it
      }
      String ours = expanded(words.get(i));
      if (ours == null) {
        unknown++;
        continue;
      }
      compared++;
      if (!ours.equals(real.get(i))) {
        wrong.add(words.get(i) + "\n  bash " + shown(real.get(i)) + "\n  ours " + shown(ours));
      }
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(compared > WORDS * 3 / 4, "compared " + compared + ", unknown " + unknown);
  }

  private static String shown(String fields) {
    return fields.replace('\1', '|');
  }

  private static @Nullable String expanded(String word) {
    byte[] line = Text.encode("w " + word);
    Script script = Parser.parse(line, Dialect.BASH);
    if (!(script.status() instanceof Script.Status.Complete)
        || script.body().items().size() != 1
        || !(script.body().items().getFirst().command() instanceof Command.Simple simple)) {
      return null;
    }
    Scope scope =
        new Scope(
            FixedShell.complete(Dialect.BASH, "/w", "/home/user", VARIABLES, Map.of(), Map.of()));
    scope.setPositional(
        List.of("p 1", "p2", "").stream()
            .map(text -> new Field(Value.of(text), simple.span(), List.of()))
            .toList());
    Walk walk = new Walk(CommandModels.builtIn(), new Findings(), scope, Code.typed(line));
    List<Field> fields = walk.expander().fields(simple.words());
    StringBuilder out = new StringBuilder().append(fields.size() - 1).append('\1');
    for (Field field : fields.subList(1, fields.size())) {
      if (field.value().hasUnknown()) {
        return null;
      }
      out.append(field.value().display()).append('\1');
    }
    return out.toString();
  }

  private List<String> bash(List<String> words) throws IOException, InterruptedException {
    Path script = Files.writeString(empty.resolve("oracle"), ORACLE);
    Path answers = empty.resolve("answers");
    Path elsewhere = Files.createDirectory(empty.resolve("empty"));
    ProcessBuilder builder =
        new ProcessBuilder("bash", "--norc", "--noprofile", script.toString())
            .directory(elsewhere.toFile())
            .redirectOutput(answers.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("HOME", "/home/user");
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      for (String word : words) {
        in.write(word.getBytes(StandardCharsets.UTF_8));
        in.write(0);
      }
    }
    process.waitFor();
    String all = Files.readString(answers);
    return List.of(all.substring(0, Math.max(0, all.length() - 1)).split("\0", -1));
  }

  /** Words without substitutions of commands and without anything that ends a word. */
  private static final class Generator {
    private final Random random;

    Generator(Random random) {
      this.random = random;
    }

    List<String> words(int count) {
      List<String> out = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        StringBuilder word = new StringBuilder();
        for (int parts = 1 + random.nextInt(4); parts > 0; parts--) {
          word.append(part(2));
        }
        out.add(word.toString());
      }
      return out;
    }

    private String of(String... choices) {
      return choices[random.nextInt(choices.length)];
    }

    private String part(int depth) {
      return switch (random.nextInt(depth > 0 ? 16 : 8)) {
        case 0, 1, 2 -> of("a", "b1", "/", ".img", "-x", "_", "=", "x:y", ",", "%", "ö");
        case 3 -> "'" + of("", "a b", "*", "$S", "\"", "\\") + "'";
        case 4 -> "\\" + of("$", " ", "'", "\"", "a", "*", "{", "~");
        case 5 ->
            "$" + of("E", "U", "S", "P", "N", "G", "Q", "A", "1", "2", "3", "4", "#", "@", "*");
        case 6 -> of("~", "*", "?", "[ab]", "$'\\t'", "$'\\x41'");
        case 7 -> "${" + name() + "}";
        case 8, 9 -> "\"" + quoted(depth - 1) + "\"";
        case 10 -> "{" + part(depth - 1) + "," + part(depth - 1) + "}";
        case 11 ->
            of("{1..3}", "{a..e..2}", "{3..1}", "{01..10..4}", "{-1..1}", "{a}", "{x,}", "{}");
        case 12 -> "$((" + number(2) + "))";
        default -> operated(depth - 1);
      };
    }

    private String quoted(int depth) {
      StringBuilder out = new StringBuilder();
      for (int parts = random.nextInt(3); parts >= 0; parts--) {
        out.append(
            switch (random.nextInt(7)) {
              case 0, 1 -> of("a", " ", "*", "'", "\\$", "\\\\", "\\a", "{a,b}", "~");
              case 2 -> "${" + name() + "}";
              case 3 -> "$" + of("E", "U", "S", "P", "@", "*", "1", "3");
              case 4 -> "$((" + number(1) + "))";
              default -> operated(depth);
            });
      }
      return out.toString();
    }

    private String name() {
      return of(
          "E", "U", "S", "P", "N", "G", "Q", "L", "A[@]", "A[*]", "A[1]", "A[9]", "A[-1]", "@", "*",
          "2", "#S", "#A[@]", "#U", "#", "!R");
    }

    private String operated(int depth) {
      String name = of("E", "U", "S", "P", "N", "G", "L", "1", "3");
      return switch (random.nextInt(9)) {
        case 0, 1 ->
            "${"
                + name
                + of(":-", "-", ":+", "+", ":=", "=").replaceAll("=", isNumber(name) ? "-" : "=")
                + word(depth)
                + "}";
        case 2 -> "${" + name + of("#", "##") + pattern() + "}";
        case 3 -> "${" + name + of("%", "%%") + pattern() + "}";
        case 4 ->
            "${"
                + name
                + of("/", "//", "/#", "/%")
                + pattern().replaceAll("^/", "")
                + "/"
                + of("", "X", "$N")
                + "}";
        case 5 ->
            "${" + name + ":" + of("0", "1", "3", " -2", "N-5") + of("", ":2", ":0", ":-1") + "}";
        case 6 -> "${" + name + of("^", "^^", ",", ",,") + "}";
        case 7 -> "${" + of("A[@]", "@") + ":" + of("1", "2", "1:1", "2:5") + "}";
        default -> "${" + name + "@" + of("U", "L", "u") + "}";
      };
    }

    private static boolean isNumber(String name) {
      return Character.isDigit(name.charAt(0));
    }

    private String word(int depth) {
      return depth > 0
          ? of("d", "", "a b", "'q q'", "\"$S\"", "$S", "~", "*", "${E:-n}", "a'b c'd")
          : of("d", "", "x y");
    }

    private String pattern() {
      return of(
          "*",
          "?",
          "/*/",
          "*/",
          ".*",
          "*.",
          "l*",
          "[a-h]*",
          "*[!a-z]",
          "a",
          "'*'",
          "\\*",
          "l",
          "*' '",
          "*(a|l)",
          "+([a-z])",
          "$N",
          ".gz",
          "?(x)*",
          "[[:alpha:]]");
    }

    private String number(int depth) {
      return switch (random.nextInt(depth > 0 ? 8 : 3)) {
        case 0 -> of("0", "1", "7", "010", "0x1f", "2#101", "12");
        case 1 -> of("N", "U", "E", "$N", "${N}");
        case 2 -> "-" + of("3", "N");
        case 3 -> "(" + number(depth - 1) + ")";
        case 4 -> number(depth - 1) + of("?", " ? ") + number(depth - 1) + ":" + number(depth - 1);
        case 5 -> of("!", "~", "- ") + number(depth - 1);
        default ->
            number(depth - 1)
                + of(
                    "+", " - ", "*", " ** ", "<", "<=", "==", "!=", "&&", "||", "&", "|", "^",
                    "<<1+", "%5+", "/3-")
                + of("1", "N", "2");
      };
    }
  }
}
