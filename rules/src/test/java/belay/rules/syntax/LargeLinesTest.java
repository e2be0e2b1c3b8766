package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as long as they may be, made to make a parser slow or deep. */
@Timeout(120)
class LargeLinesTest {

  private static final int MEGABYTE = 1 << 20;

  private static final int SHORT = 1 << 16;
  private static final int LONG = 4 * SHORT;

  /** Time that grows with the line takes 4 times as long for {@link #LONG}, with its square 16. */
  private static final int MOST_GROWTH = 9;

  private static final long PATIENCE = Duration.ofSeconds(20).toNanos();
  private static final long TOO_SHORT_TO_TELL = Duration.ofMillis(2).toNanos();

  static List<String> units() {
    return List.of(
        "a",
        "a ",
        "(",
        "((",
        "( ",
        "$(",
        "$((",
        "\"$(",
        "\"",
        "'",
        "`",
        "``",
        "`\\`",
        "{",
        "{a,",
        "{a,b}",
        "{a,{",
        "{}",
        "{ ",
        "}",
        "[",
        "[[",
        "[[ ",
        "[[ ( ",
        "[a",
        "[$",
        "<<",
        "<<a ",
        "<<a\n",
        "<<'",
        "<(",
        ">",
        "> a ",
        "$",
        "${",
        "${a",
        "${a:-",
        "${a[",
        "\"${a:-",
        "${${",
        "$a[",
        "$a",
        "$[",
        "a[",
        "a[0]=",
        "a=(",
        "a=([",
        "a=([x]=",
        "@(",
        "@(a",
        "@($a",
        "*",
        "*(",
        "?",
        "(a|",
        "a(",
        "\\",
        "\\\n",
        "\n",
        "\\\n\n",
        ";",
        ";a",
        "&",
        "a&",
        "a&&",
        "a|",
        "|",
        "!",
        "! ",
        "!(",
        "time ",
        "if ",
        "if a;then ",
        "for x in a;do ",
        "while ",
        "case a in ",
        "case a in a) ",
        "f()",
        "f() ",
        "f(){ ",
        "function f ",
        "coproc ",
        "repeat 1 ",
        "#",
        " #",
        "~",
        "~/",
        ":~",
        "a=~:",
        "=",
        "=(",
        "=a ",
        ",",
        "..",
        "{1..",
        "{a}",
        "$'",
        "$'\\",
        "$\"",
        "x\\",
        "((a);",
        "((a);(",
        "$((a);",
        "\u00e9",
        "do ",
        "a<<b;",
        "a[b[",
        "() ",
        "{ a;} always ",
        "a()",
        "<1-",
        "<1-2>",
        "$a:h",
        "${(",
        "${a/",
        "$x[$",
        "`$(",
        "$(`",
        "\"`",
        "declare a[",
        "declare a=(",
        "[[ a && ",
        "[[ ! ",
        "(a;",
        "{ a;",
        "((a;",
        "(( $((",
        "$(( $(",
        "for ((",
        "for ((;;)) ",
        "<<a;`<<b\n",
        "{~,",
        "`a(`",
        "`((`",
        "@(a)",
        "a(b)",
        "`[`",
        "a[;",
        "declare a[ ",
        "@(a)*(",
        "f() *(",
        "a(b)(a|..",
        "\n`@($a",
        "$'→\\E",
        "((a);→\u00ff\n",
        "cat <<E\nE\n",
        "a <<E\n$(b)\nE\n",
        "`a` ",
        "`\\``",
        "$(a) ",
        "<(a) ",
        "${a[1]} ",
        "[[ a ]];",
        "case a in a) b;; esac;",
        "if a; then b; fi;",
        "{1..3} ",
        "$'\\n' ",
        "x[' ",
        "$(\"",
        "a <<<b ",
        "a&>b ",
        "\0",
        "\u00ff\n");
  }

  @ParameterizedTest
  @MethodSource("units")
  void theTimeForALineOfNothingElseGrowsWithItsLengthAndNoFaster(String unit) {
    for (Dialect dialect : Dialect.values()) {
      long little = Long.MAX_VALUE;
      long much = Long.MAX_VALUE;
      long spent = 0;
      // A compiler that is late or a busy machine spoils some tries, a square spoils them all.
      while (spent == 0 || (tooMuch(little, much) && spent < PATIENCE)) {
        little = Math.min(little, processorTime(line(unit, SHORT), dialect));
        long last = processorTime(line(unit, LONG), dialect);
        much = Math.min(much, last);
        spent += last;
      }
      assertFalse(
          tooMuch(little, much),
          dialect + " takes " + little / 1000 + " µs, then " + much / 1000 + " µs for " + unit);
      byte[] shorter = line(unit, 20_000);
      assertNull(Spans.fault(Parser.parse(shorter, dialect, true), shorter.length));
    }
  }

  private static boolean tooMuch(long little, long much) {
    return much > MOST_GROWTH * Math.max(little, TOO_SHORT_TO_TELL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a ", "(", "\"$(", "{a,", "<<", "`", "[[ ", "a;", "{a,b}", "$(("})
  void nothingOfAMegabyteIsPassedOverInSilence(String unit) {
    byte[] line = line(unit, MEGABYTE);
    for (Dialect dialect : Dialect.values()) {
      Script script = Parser.parse(line, dialect, true);
      assertEquals(MEGABYTE, script.body().span().to(), "what is not read is said to be unread");
    }
  }

  @Test
  void aLineOfMoreCommandsThanAnybodyMeansKeepsTheFirstAndIsBounded() {
    Script script = Parser.parse(line("a;", MEGABYTE), Dialect.BASH);
    Script.Status.Invalid status = assertInstanceOf(Script.Status.Invalid.class, script.status());
    assertEquals("too many words and commands", status.message());
    List<CommandList.Item> items = script.body().items();
    assertTrue(items.size() > 100_000 && items.size() < 200_000, "items: " + items.size());
    assertInstanceOf(Command.Simple.class, items.getFirst().command());
    assertInstanceOf(Command.Unparsed.class, items.getLast().command());
  }

  @ParameterizedTest
  @MethodSource("units")
  void whereverTheBoundIsMetTheRestIsUnreadAndNothingElse(String unit) {
    for (Dialect dialect : Dialect.values()) {
      byte[] line = line(unit, MEGABYTE);
      Script script = Parser.parse(line, dialect, true);
      assertTrue(script.body().span().to() <= MEGABYTE);
      if (script.status() instanceof Script.Status.Invalid(Span _, String message)
          && message.startsWith("too many")) {
        assertEquals(MEGABYTE, script.body().span().to(), unit);
      }
    }
  }

  @Test
  void aMegabyteOfFileNamesIsReadWhole() {
    String line = "rm -f " + "dir/file-12345.txt ".repeat(MEGABYTE / 19 - 1);
    Script script = Parser.parse(line.getBytes(StandardCharsets.UTF_8), Dialect.ZSH);
    assertInstanceOf(Script.Status.Complete.class, script.status());
  }

  /** A unit over and over; before an arrow stands what begins the line. */
  static byte[] line(String unit, int length) {
    byte[] head =
        unit.substring(0, Math.max(0, unit.indexOf('→'))).getBytes(StandardCharsets.UTF_8);
    byte[] one = unit.substring(unit.indexOf('→') + 1).getBytes(StandardCharsets.UTF_8);
    byte[] line = Arrays.copyOf(head, length);
    for (int i = head.length; i < line.length; i++) {
      line[i] = one[(i - head.length) % one.length];
    }
    return line;
  }

  private static long processorTime(byte[] line, Dialect dialect) {
    // The machine may be busy with other things.
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Parser.parse(line, dialect, true);
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
  }

  @Test
  void nestingBeyondWhatTheStackBearsIsRefusedAndWhatCameBeforeKept() {
    String line = "rm x; " + "( ".repeat(100_000);
    Script script = Parser.parse(line.getBytes(StandardCharsets.UTF_8), Dialect.BASH);
    Script.Status.Invalid status = assertInstanceOf(Script.Status.Invalid.class, script.status());
    assertEquals("nested too deeply", status.message());
    assertTrue(Outline.of(script).startsWith("[rm x] (subshell (subshell "));
  }

  @Test
  void aHundredAndFiftyLevelsAreRead() {
    String line = "$( ".repeat(150) + "a" + ")".repeat(150);
    Script script = Parser.parse(line.getBytes(StandardCharsets.UTF_8), Dialect.BASH);
    assertInstanceOf(Script.Status.Complete.class, script.status());
  }

  @Test
  void aLineOverTheCapIsOneUnparsedCommand() {
    Script script = Parser.parse(new byte[Parser.LENGTH_CAP + 1], Dialect.ZSH);
    assertInstanceOf(Script.Status.Invalid.class, script.status());
    Command only = script.body().items().getFirst().command();
    assertEquals(
        new Span(0, Parser.LENGTH_CAP + 1), assertInstanceOf(Command.Unparsed.class, only).span());
  }

  @Test
  void threeQuartersOfAThreadsStackAreEnoughForTheDeepestLine() throws InterruptedException {
    for (String unit : units()) {
      byte[] line = unit.replace("→", "").repeat(2_000).getBytes(StandardCharsets.UTF_8);
      StringBuilder failed = new StringBuilder();
      Thread thread =
          new Thread(
              null,
              () -> {
                try {
                  Parser.parse(line, Dialect.BASH);
                  Parser.parse(line, Dialect.ZSH);
                } catch (StackOverflowError e) {
                  failed.append("the stack overflows on ").append(unit);
                }
              },
              "small stack",
              768 * 1024);
      thread.start();
      thread.join();
      assertEquals("", failed.toString());
    }
  }
}
