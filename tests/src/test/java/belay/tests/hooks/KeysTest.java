package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways of the line editors by which a line is accepted, and not only by Enter. */
@Tag("acceptance")
final class KeysTest {

  private static final String ESCAPE = "\u001b";
  private static final String UP = "\u001b[A";

  @TempDir Path home;

  /** An editor that makes its file out of {@code text}. */
  private String editor(String text) throws IOException {
    Path editor =
        Files.writeString(
            home.resolve("editor"), "#!/bin/sh\ncat >\"$1\" <<'END'\n" + text + "\nEND\n");
    Files.setPosixFilePermissions(editor, PosixFilePermissions.fromString("rwx------"));
    return editor.toString();
  }

  @ParameterizedTest
  @EnumSource
  void ctrlJIsEnterToo(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.type("touch ran-BLOCKME\n");
      daemon.await(0, "R");
      terminal.assertWell();
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theEditedLineIsJudgedBeforeItRuns(Shell shell) throws Exception {
    // bash's own Ctrl-X Ctrl-E runs what the editor leaves at once, past every key.
    String bind =
        shell == Shell.BASH
            ? "true"
            : "autoload -Uz edit-command-line; zle -N edit-command-line;"
                + " bindkey '^X^E' edit-command-line";
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .after(
                    bind, "EDITOR='" + editor("touch ran-BLOCKME\ntouch ran") + "'; unset VISUAL")
                .start()) {
      int mark = terminal.mark();
      terminal.type("touch x\u0018\u0005");
      terminal.await(mark, "ran-BLOCKME");
      assertEquals(List.of(), daemon.requests());
      terminal.type("\r");
      daemon.await(0, "R");
      terminal.assertWell();
      assertEquals("touch ran-BLOCKME\ntouch ran", daemon.requests().getFirst());
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
      assertFalse(Files.exists(home.resolve("ran")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void viModesAreGuarded(Shell shell) throws Exception {
    String vi = shell == Shell.BASH ? "set -o vi" : "bindkey -v";
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .after(vi, "EDITOR='" + editor("touch edited-BLOCKME") + "'; unset VISUAL")
                .start()) {
      int mark = daemon.mark();
      terminal.enter("touch ran-BLOCKME");
      daemon.await(mark, "R");
      terminal.assertWell();
      mark = daemon.mark();
      terminal.enter("touch ran-BLOCKME" + ESCAPE + "0");
      daemon.await(mark, "R");
      terminal.assertWell(); // in insert mode again
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
      if (shell == Shell.BASH) {
        int screen = terminal.mark();
        terminal.type("touch x" + ESCAPE + "v");
        terminal.await(screen, "edited-BLOCKME");
        mark = daemon.mark();
        terminal.type("\r");
        daemon.await(mark, "R");
        terminal.assertWell();
        assertFalse(Files.exists(home.resolve("edited-BLOCKME")));
      }
    }
  }

  @Test
  void aKeyThatChangesTheModeOfBashChangesNothing() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).start()) {
      terminal.run("true");
      terminal.type(ESCAPE + "\n"); // M-C-j: vi-editing-mode
      int mark = daemon.mark();
      terminal.enter("touch ran-BLOCKME");
      daemon.await(mark, "R");
      terminal.assertWell();
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
    }
  }

  @Test
  void operateAndGetNextOfBashIsGuarded() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).start()) {
      terminal.run("echo one >>ran");
      terminal.run("echo two >>ran");
      int mark = terminal.mark();
      terminal.type(UP + UP + "\u000f"); // Ctrl-O runs the first and brings the second
      terminal.awaitPrompt(mark);
      terminal.run("");
      assertEquals(List.of("one", "two", "one", "two"), terminal.file("ran"));
      terminal.type("touch ran-BLOCKME\u000f");
      daemon.await(0, m -> m.type().equals("R") && m.line().endsWith("BLOCKME"));
      terminal.assertWell();
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatASearchFindsIsJudged(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo found >>ran");
      terminal.run("true");
      int mark = terminal.mark();
      terminal.type("\u0012foun");
      terminal.await(mark, "echo");
      terminal.type("\r");
      terminal.awaitPrompt(mark);
      assertEquals(3, daemon.requests().size());
      assertEquals(List.of("found", "found"), terminal.file("ran"));
    }
  }

  @Test
  void theOtherWaysOfZshAreGuarded() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(Shell.ZSH, home)
                .after(
                    "bindkey '^G' accept-and-hold; bindkey '^O' accept-line-and-down-history",
                    "raw() { zle .accept-line }; zle -N raw; bindkey '^T' raw",
                    "mine() { zle .accept-line }; zle -N accept-line mine")
                .start()) {
      for (String key : List.of("\u0007", "\u000f", "\u0014", "\r")) {
        int mark = daemon.mark();
        int screen = terminal.mark();
        terminal.type("touch ran-BLOCKME" + key);
        daemon.await(mark, "R");
        terminal.awaitPrompt(screen);
        terminal.type("\u0015"); // accept-and-hold holds the line
        terminal.assertWell();
      }
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
    }
  }

  /**
   * Keys that accept a line in bash, beside Enter: what the shell is told before, the keys that run
   * {@code touch ran}, and what is judged.
   */
  static Stream<Arguments> otherKeysOfBash() {
    String bound = "bind '\"\\C-t\": accept-line'";
    String many = "for key in a b d e f g k l n p q; do bind '\"\\C-x'$key'\": accept-line'; done";
    String macro = "bind '\"\\eOM\": \"touch ran\\C-m\"'";
    return Stream.of(
            new String[][] {
              {"true", "touch ran\u001b5\r", "touch ran"}, // an argument: M-5
              {bound, "touch ran\u0014", "touch ran"},
              {many, "touch ran\u0018q", "touch ran"},
              {macro, "\u001bOM", "touch ran"},
              {"true", "\u0018(touch ran\r\u0018)\u0018e", "touch ran"}, // a keyboard macro
              {"set -o vi", "touch ran\u0004", "touch ran"}, // vi-eof-maybe
              {"set -o vi", "touch ran\u001b\u0004", "touch ran"},
              {
                "set -o vi; bind -m vi-insert '\"\\C-g\": accept-line'",
                "touch ran\u0007",
                "touch ran"
              },
              {
                "set -o vi; bind -m vi-command '\"Z\": accept-line'",
                "touch ran\u001bZ",
                "touch ran"
              },
            })
        .flatMap(
            row ->
                Stream.of("before", "after", "typed")
                    .map(when -> Arguments.of(when, row[0], row[1], row[2])));
  }

  @ParameterizedTest
  @MethodSource("otherKeysOfBash")
  void whateverKeyTakesTheLineOfBashItIsJudged(String when, String told, String keys, String line)
      throws Exception {
    Terminal.Setup setup = Terminal.of(Shell.BASH, home);
    switch (when) {
      case "before" -> setup.before(told);
      case "after" -> setup.after(told);
      default -> {}
    }
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = setup.start()) {
      if (when.equals("typed")) {
        terminal.run(told);
      }
      daemon.minding(
          (request, pipe) ->
              pipe.say((request.line().equals(line) ? "B " : "A ") + request.number()));
      int mark = daemon.mark();
      terminal.type(keys);
      daemon.await(mark, m -> m.type().equals("R") && m.line().equals(line));
      terminal.assertWell();
      assertFalse(Files.exists(home.resolve("ran")));
      daemon.minding(ScriptedDaemon::usual);
      terminal.type(keys);
      daemon.await(
          mark, m -> m.type().equals("E") && m.number() == daemon.heard("R").getLast().number());
      terminal.assertWell();
      assertTrue(Files.exists(home.resolve("ran")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, touch ran\u001b#, ",
    // With an argument readline takes the mark away, and the line runs.
    "true, #touch ran\u001b1\u001b#, #",
    "set -o vi, touch ran\u001b#, ",
    "set -o vi, #touch ran\u001b1#, #"
  })
  void aLineThatBashMakesACommentRunsNothing(String told, String keys, String more)
      throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).after(told).start()) {
      int mark = terminal.mark();
      terminal.type(keys);
      terminal.awaitPrompt(mark);
      assertEquals("#" + (more == null ? "" : more) + "touch ran", daemon.requests().getLast());
      terminal.assertWell();
      assertFalse(Files.exists(home.resolve("ran")));
    }
  }

  @Test
  void bashRunsAllWordsBehindACheck() throws Exception {
    // A command substitution of a file in a handler makes bash 5.2.15 split the next line.
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).start()) {
      for (int i = 0; i < 3; i++) {
        terminal.run("echo one two three >>ran");
      }
      assertEquals(
          List.of("one two three", "one two three", "one two three"), terminal.file("ran"));
      assertEquals(3, daemon.requests().size());
    }
  }
}
