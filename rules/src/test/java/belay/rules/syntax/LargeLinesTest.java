package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  /** A quiet machine takes a tenth of this at most. */
  private static final Duration BOUND = Duration.ofSeconds(2);

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
        "declare a[ ");
  }

  /** Enough of each to tell time that grows with the square: minutes, instead of milliseconds. */
  @ParameterizedTest
  @MethodSource("units")
  void aLineOfNothingElseTakesLittleTime(String unit) {
    for (Dialect dialect : Dialect.values()) {
      Script script = timed(line(unit, MEGABYTE / 4), dialect, unit);
      assertFalse(script.body().span().length() > MEGABYTE / 4);
      byte[] shorter = line(unit, 20_000);
      assertNull(Spans.fault(Parser.parse(shorter, dialect, true), shorter.length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a ", "(", "\"$(", "{a,", "<<", "`", "[[ ", "a;", "{a,b}", "$(("})
  void aMegabyteTakesLittleTime(String unit) {
    for (Dialect dialect : Dialect.values()) {
      timed(line(unit, MEGABYTE), dialect, unit);
    }
  }

  private static byte[] line(String unit, int length) {
    byte[] one = unit.getBytes(StandardCharsets.UTF_8);
    byte[] line = new byte[length];
    for (int i = 0; i < line.length; i++) {
      line[i] = one[i % one.length];
    }
    return line;
  }

  private static Script timed(byte[] line, Dialect dialect, String unit) {
    // Processor time: the machine may be busy with other things.
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Script script = Parser.parse(line, dialect, true);
    long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Duration taken = Duration.ofNanos(end - start);
    assertTrue(
        taken.compareTo(BOUND) < 0, dialect + " takes " + taken.toMillis() + " ms for " + unit);
    return script;
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
      byte[] line = unit.repeat(2_000).getBytes(StandardCharsets.UTF_8);
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
