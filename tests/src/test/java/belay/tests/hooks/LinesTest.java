package belay.tests.hooks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is judged is what runs, once and whole, or does not run at all. */
@Tag("acceptance")
final class LinesTest {

  @TempDir Path home;

  @ParameterizedTest
  @EnumSource
  void anAllowedLineRunsOnceAsTyped(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("printf '%s|' \"a  b\" 'ä€' $((1+1)) >>ran; echo >>ran");
      assertEquals(List.of("a  b|ä€|2|"), utf8(terminal.file("ran")));
      assertEquals(
          List.of("printf '%s|' \"a  b\" 'ä€' $((1+1)) >>ran; echo >>ran"), daemon.requests());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBlockedLineCanBeBroughtBack(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      int mark = terminal.mark();
      terminal.enter("touch ran-BLOCKME");
      daemon.await(0, "R");
      // bash has killed the line, zsh has it in its history.
      if (shell == Shell.ZSH) {
        terminal.awaitPrompt(mark);
      }
      terminal.type(shell == Shell.BASH ? "\u0019" : "\u001b[A");
      terminal.run("\u007f".repeat("BLOCKME".length()) + "fine");
      assertTrue(Files.exists(home.resolve("ran-fine")));
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ctrlCAtAContinuationPromptForgetsItsLines(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      int mark = terminal.mark();
      terminal.enter("echo 'first");
      terminal.await(mark, shell == Shell.BASH ? "> " : "quote> ");
      terminal.interrupt(mark);
      terminal.run("echo second >>ran");
      assertEquals("echo second >>ran", daemon.requests().getLast());
      Message outcome = daemon.await(0, "E");
      assertEquals(
          daemon.heard("R").getLast().number(), outcome.number(), "broken off: no outcome");
    }
  }

  /** Lines with no command in them; a tab is quoted, as it completes otherwise. */
  private static final List<String> EMPTY =
      List.of("", "   ", "\u0016\t ", "# comment", "  # rm -rf x", "#", "#!/bin/sh; touch ran");

  @ParameterizedTest
  @EnumSource
  void linesWithoutACommandAreAsTheyAreWithoutTheHook(Shell shell) throws Exception {
    List<List<String>> seen = new ArrayList<>();
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home)) {
      for (boolean hooked : List.of(true, false)) {
        Path directory = Files.createDirectory(home.resolve(hooked ? "hooked" : "bare"));
        try (Terminal terminal =
            Terminal.of(shell, directory)
                .with("BELAY_RUNTIME_DIR", daemon.directory().toString())
                .after(shell == Shell.ZSH ? "setopt interactive_comments" : "set -H")
                .hook(hooked)
                .start()) {
          for (String line : EMPTY) {
            terminal.run("(exit 7)");
            terminal.run(line);
            terminal.run("echo $? >>statuses");
          }
          terminal.run(shell == Shell.ZSH ? "fc -l 1 >history" : "history >history");
          terminal.assertWell();
          seen.add(terminal.file("statuses"));
          seen.add(terminal.file("history"));
          assertEquals(EMPTY.size(), terminal.file("statuses").size());
        }
      }
      assertEquals(seen.subList(2, 4), seen.subList(0, 2));
      assertFalse(daemon.requests().stream().anyMatch(String::isBlank));
    }
  }

  @Test
  void zshSendsTheLineWithItsAliasesExpanded() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(Shell.ZSH, home)
                .after("alias gone='rm -rf' ; alias -g ALL='a b'")
                .start()) {
      daemon.minding(
          (request, line) -> line.say((request.has("x") ? "B " : "A ") + request.number()));
      terminal.run("gone ALL");
      assertEquals("rm -rf a b", daemon.heard("R").getLast().value("x"));
      terminal.run("true");
      assertFalse(daemon.heard("R").getLast().has("x"));
    }
  }

  @Test
  void bashSendsWhatItsFirstWordIs() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(Shell.BASH, home).after("alias gone='true -rf'; both() { :; }").start()) {
      terminal.run("  gone x");
      Message request = daemon.heard("R").getLast();
      assertEquals("gone", request.value("w"));
      assertEquals("true -rf", request.value("a"));
      assertFalse(request.has("f"));
      terminal.run("both; true");
      request = daemon.heard("R").getLast();
      assertEquals("both", request.value("w"));
      assertEquals("1", request.value("f"));
      assertFalse(request.has("a"));
      terminal.run("./none 2>/dev/null");
      assertFalse(daemon.heard("R").getLast().has("w"));
    }
  }

  private static List<String> utf8(List<String> lines) {
    return lines.stream().map(line -> new String(line.getBytes(ISO_8859_1), UTF_8)).toList();
  }
}
