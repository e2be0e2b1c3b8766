package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Without a daemon the hook itself questions the catastrophic few. No line of these tests could do
 * harm: {@code rm} is a function here.
 */
@Tag("acceptance")
final class CatastropheTest {

  private static final String QUESTION = "anything else not to: ";

  @TempDir Path home;

  private Terminal alone(Shell shell) throws IOException, InterruptedException {
    return Terminal.of(shell, home).after("rm() { echo \"rm $*\" >>ran; }").start();
  }

  @ParameterizedTest
  @EnumSource
  void theTableHolds(Shell shell) throws Exception {
    List<String> cases;
    try (InputStream in =
        Objects.requireNonNull(CatastropheTest.class.getResourceAsStream("catastrophes.txt"))) {
      cases =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isEmpty() && !line.startsWith("#"))
              .toList();
    }
    Files.write(home.resolve("cases"), cases);
    try (Terminal terminal =
        Terminal.of(shell, home).after("EMPTY= ROOT=/ BUILD=build; unset UNSET").start()) {
      terminal.run(
          "HOME=/home/someone; while IFS= read -r belay_test_line; do if __belay_is_catastrophic"
              + " \"${belay_test_line:2}\"; then printf '? '; else printf -- '- '; fi; printf"
              + " '%s\\n' \"${belay_test_line:2}\"; done <cases >results");
      List<String> results = terminal.file("results");
      assertEquals(List.of(), results.stream().filter(line -> !cases.contains(line)).toList());
      assertEquals(cases.size(), results.size());
      assertTrue(cases.size() > 100);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aYesRunsTheLine(Shell shell) throws Exception {
    try (Terminal terminal = alone(shell)) {
      int mark = terminal.mark();
      terminal.enter("rm -rf /");
      String shown = terminal.await(mark, QUESTION);
      assertTrue(shown.contains("belay: this could destroy /"), shown);
      terminal.type("yes\r");
      terminal.awaitPrompt(mark);
      assertEquals(List.of("rm -rf /"), terminal.file("ran"));
      terminal.assertWell();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anythingElseDoesNot(Shell shell) throws Exception {
    try (Terminal terminal = alone(shell)) {
      for (String answer :
          List.of(
              "no\r",
              "\r",
              "y\r",
              "yess\r",
              "ye\u007f\r",
              "\u0004",
              Terminal.CTRL_C,
              "\u001b[A\r")) {
        int mark = terminal.mark();
        terminal.enter("rm -rf ~");
        terminal.await(mark, QUESTION);
        terminal.type(answer);
        if (answer.equals(Terminal.CTRL_C)) {
          terminal.awaitPrompt(mark); // the terminal throws away what is typed just behind it
        }
        terminal.assertWell();
      }
      assertEquals(List.of(), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysTypedAheadAreNoAnswer(Shell shell) throws Exception {
    try (Terminal terminal = alone(shell)) {
      int mark = terminal.mark();
      // All of it in one go, before there is a question.
      terminal.type("rm -rf /\ryes\r");
      terminal.await(mark, QUESTION);
      terminal.type("\r");
      terminal.assertWell();
      assertEquals(List.of(), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ctrlZSuspendsNothing(Shell shell) throws Exception {
    try (Terminal terminal = alone(shell)) {
      terminal.run("stty -a >before");
      int mark = terminal.mark();
      terminal.enter("rm -rf /");
      terminal.await(mark, QUESTION);
      terminal.type("\u001a");
      terminal.type("no\r");
      terminal.await(mark, "belay: not run");
      terminal.assertWell();
      terminal.run("stty -a >behind; jobs >jobs");
      assertEquals(List.of(), terminal.file("ran"));
      assertEquals(terminal.file("before"), terminal.file("behind"));
      assertEquals(List.of(""), terminal.file("jobs"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void atAContinuationPromptTheWholeIsQuestioned(Shell shell) throws Exception {
    try (Terminal terminal = alone(shell)) {
      int mark = terminal.mark();
      terminal.enter("if true\rthen rm -rf /\rfi");
      terminal.await(mark, QUESTION);
      terminal.type("no\r");
      terminal.assertWell();
      assertEquals(List.of(), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void controlsInTheLineAreNotSentToTheTerminal(Shell shell) throws Exception {
    try (Terminal terminal = alone(shell)) {
      int mark = terminal.mark();
      // Quoted insert; the editors themselves show ^[.
      terminal.enter("rm -rf / '\u0016\u001b]0;title'");
      terminal.await(mark, QUESTION);
      assertFalse(terminal.since(mark).contains("\u001b]0;title"));
      terminal.type("no\r");
      terminal.assertWell();
    }
  }
}
