package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import belay.daemon.libc.Tty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What stands on the screen when a line was stopped: the prompt whole, and what was typed above.
 */
@Tag("acceptance")
final class RedrawTest {

  private static final int COLUMNS = 40;
  private static final int ROWS = 12;

  @TempDir Path home;

  private DrawnScreen start(Shell shell, String... startFile) throws Exception {
    List<String> lines = new ArrayList<>(List.of(startFile));
    lines.add("unset HISTFILE"); // the directory goes when the shell does
    lines.add("source '" + Terminal.HOOKS.resolve("belay." + shell.command()) + "'");
    Files.write(home.resolve("." + shell.command() + "rc"), lines);
    return new DrawnScreen(
        home,
        COLUMNS,
        ROWS,
        shell == Shell.BASH
            ? List.of("bash", "--noprofile", "--rcfile", home.resolve(".bashrc").toString(), "-i")
            : List.of("zsh", "-d", "-i"));
  }

  /**
   * Prompts, lines, and the last rows of the screen when the line was stopped with two rows said.
   */
  static Stream<Arguments> screens() {
    String two = "PS1=$'first row\\nsecond> '";
    return Stream.of(Shell.values())
        .flatMap(
            shell ->
                Stream.of(
                    Arguments.of(shell, "PS1='p> '", "echo BLOCKME", "p>"),
                    Arguments.of(shell, two, "echo BLOCKME", "second>"),
                    // over the edge of the screen, and over all of it
                    Arguments.of(shell, "PS1='p> '", "echo BLOCKME " + "x".repeat(60), "p>"),
                    Arguments.of(shell, two, "echo BLOCKME " + "x".repeat(60), "second>"),
                    Arguments.of(shell, "PS1='p> '", "echo BLOCKME " + "x".repeat(700), "p>"),
                    Arguments.of(shell, "PS1='p> '", "echo 'BLOCKME ä€漢字'", "p>"),
                    Arguments.of(
                        shell,
                        shell == Shell.ZSH
                            ? "PS1='p> ' RPROMPT='[right]'"
                            : "PS1='\\[\\e[1m\\]p> \\[\\e[0m\\]'",
                        "echo BLOCKME",
                        shell == Shell.ZSH ? "p>" + " ".repeat(30) + "[right]" : "p>")));
  }

  @ParameterizedTest
  @MethodSource("screens")
  void thePromptStandsWholeBelowWhatWasSaid(Shell shell, String prompt, String line, String last)
      throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home)) {
      daemon.minding(
          (request, pipe) -> {
            if (request.line().contains("BLOCKME")) {
              pipe.say("W " + request.number());
              panel(daemon, "belay: this is a question");
              panel(daemon, "belay: not run");
            }
            ScriptedDaemon.usual(request, pipe);
          });
      try (DrawnScreen screen = start(shell, prompt)) {
        screen.await(rows -> !rows.isEmpty() && rows.getLast().equals(last));
        screen.type(line);
        screen.press("Enter");
        List<String> rows =
            screen.await(now -> now.indexOf("belay: not run") >= 0 && now.getLast().equals(last));
        List<String> below = rows.subList(rows.indexOf("belay: not run") + 1, rows.size());
        assertFalse(below.toString().contains("xx"), below::toString);
        assertFalse(below.toString().contains("BLOCKME"), below::toString);
        // The prompt once, and in zsh perhaps no more than its own rows.
        assertEquals(1, below.stream().filter(row -> row.equals(last)).count(), below::toString);
        // What is typed now stands where it should, and runs.
        screen.type("echo a{b,c} >ran");
        List<String> typed = screen.await(now -> now.getLast().contains("echo a{b,c} >ran"));
        assertEquals(
            last.split(" ")[0] + " echo a{b,c} >ran",
            typed.getLast().replaceAll(" +\\[right\\]", ""));
        screen.press("Enter");
        screen.await(_ -> Files.exists(home.resolve("ran")));
        daemon.await(0, m -> m.type().equals("E"));
        assertEquals("ab ac\n", Files.readString(home.resolve("ran")));
      }
    }
  }

  /** Draws a row as the daemon does: on the terminal itself, from the beginning of a row. */
  private static void panel(ScriptedDaemon daemon, String text) throws IOException {
    try (Tty tty = Tty.open(daemon.heard("H").getLast().value("tty"))) {
      tty.write(("\r" + text + "\u001b[K\r\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}
