package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** History, before a line is judged and behind it. */
@Tag("acceptance")
final class HistoryTest {

  @TempDir Path home;

  @ParameterizedTest
  @EnumSource
  void historyIsExpandedBeforeTheLineIsJudged(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo first second >>ran");
      terminal.run("!!");
      assertEquals("echo first second >>ran", daemon.requests().getLast());
      terminal.run("echo !$ third >>ran");
      assertEquals("echo ran third >>ran", daemon.requests().getLast());
      terminal.run("^third^fourth");
      assertEquals("echo ran fourth >>ran", daemon.requests().getLast());
      terminal.run("echo 'kept!x' \\!y >>ran");
      assertEquals("echo 'kept!x' \\!y >>ran", daemon.requests().getLast());
      terminal.run("!nosuch");
      terminal.run("echo fifth >>ran");
      assertEquals("echo fifth >>ran", daemon.requests().getLast());
      assertEquals(
          List.of("first second", "first second", "ran third", "ran fourth", "kept!x !y", "fifth"),
          terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExpandedLineIsStopped(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo BLOCK >>ran");
      terminal.enter("!!:s/BLOCK/BLOCKME/");
      daemon.await(0, m -> m.type().equals("R") && m.line().equals("echo BLOCKME >>ran"));
      terminal.assertWell();
      assertEquals(List.of("BLOCK"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void withHistoryVerificationTheExpandedLineWaitsForEnter(Shell shell) throws Exception {
    String option = shell == Shell.BASH ? "shopt -s histverify" : "setopt hist_verify";
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after(option).start()) {
      terminal.run("echo a >>ran");
      int mark = terminal.mark();
      terminal.enter("!!");
      terminal.await(mark, "echo a >>ran");
      mark = terminal.mark();
      terminal.enter("; echo b >>ran; echo 'do''ne'");
      terminal.awaitPromptBehind(mark, "done\r\n");
      assertEquals("echo a >>ran; echo b >>ran; echo 'do''ne'", daemon.requests().getLast());
      assertEquals(List.of("a", "a", "b"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLeadingSpaceHidesNothing(Shell shell) throws Exception {
    String option =
        shell == Shell.BASH
            ? "HISTCONTROL=ignoreboth HISTIGNORE='*'"
            : "setopt hist_ignore_space hist_ignore_dups hist_no_store";
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after(option).start()) {
      terminal.run("  echo a >>ran");
      terminal.run("  echo a >>ran");
      terminal.enter("  echo BLOCKME >>ran");
      terminal.assertWell();
      assertEquals(List.of("a", "a"), terminal.file("ran"));
      assertEquals("  echo BLOCKME >>ran", daemon.requests().get(2));
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutHistoryLinesAreJudgedToo(Shell shell) throws Exception {
    String option = shell == Shell.BASH ? "set +o history; unset HISTFILE" : "HISTSIZE=0";
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after(option).start()) {
      terminal.enter("echo BLOCKME >>ran");
      terminal.assertWell();
      assertEquals("echo BLOCKME >>ran", daemon.requests().getFirst());
      assertEquals(List.of(), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theHistoryIsWhatTheShellWouldHaveMade(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo a");
      terminal.run("echo 'b\rc'");
      terminal.run("fc -ln -10 >history");
      assertEquals(
          shell == Shell.BASH
              ? List.of("\t echo a", "\t echo 'b", "c'")
              : List.of("echo a", "echo 'b\\nc'"),
          terminal.file("history").subList(0, shell == Shell.BASH ? 3 : 2));
      assertTrue(daemon.requests().contains("echo 'b\nc'"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyDesignatorIsExpandedAsTheShellWould(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo first second >>ran");
      for (String[] pair :
          new String[][] {
            {"!!", "echo first second >>ran"},
            {"!?first?", "echo first second >>ran"},
            {"command !!", "command echo first second >>ran"},
            {"echo !:2 !#", "echo first echo first "},
            {"!-2", "command echo first second >>ran"},
            {"echo !!:$ '!!' \\!x", "echo ran '!!' \\!x"},
            {"!!:s/ran/changed/", "echo changed '!!' \\!x"},
            {"^changed^again", "echo again '!!' \\!x"},
            {"!e; echo x!", "echo again '!!' \\!x; echo x!"},
            {"echo a{!,}b", "echo a{!,}b"},
          }) {
        String line = shell == Shell.BASH ? pair[0] : pair[0].replace("a{!,}b", "a!");
        String expanded = shell == Shell.BASH ? pair[1] : pair[1].replace("a{!,}b", "a!");
        if (shell == Shell.BASH && line.contains("'!!'")) {
          // Inside '…' bash expands nothing either.
          expanded = expanded.strip();
        }
        int mark = daemon.mark();
        terminal.run(line);
        assertEquals(expanded.strip(), daemon.await(mark, "R").line().strip(), line);
      }
      terminal.assertWell();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLineThatIsOnlyPrintedGluesToNothing(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo first >>ran");
      for (String line : List.of("!echo:p", "!nosuch", "!?nosuch?", "^nosuch^x")) {
        int mark = terminal.mark();
        terminal.enter(line);
        terminal.assertWell();
        assertTrue(!terminal.since(mark).contains("first second"));
        assertTrue(daemon.requests().getLast().startsWith("echo one two three >>well;"), line);
      }
      assertEquals(List.of("first"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherCharactersMayStandForHistory(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after("histchars='@%#'").start()) {
      terminal.run("echo first >>ran");
      terminal.run("@@");
      assertEquals("echo first >>ran", daemon.requests().getLast());
      terminal.run("%first%other");
      assertEquals("echo other >>ran", daemon.requests().getLast());
      terminal.run("echo a!b ^c >>ran");
      assertEquals("echo a!b ^c >>ran", daemon.requests().getLast());
      assertEquals(List.of("first", "first", "other", "a!b ^c"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereHistoryIsNotExpandedNeitherIsTheLine(Shell shell) throws Exception {
    String option = shell == Shell.BASH ? "set +H" : "setopt no_bang_hist";
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after(option).start()) {
      terminal.run("echo first >>ran");
      terminal.run("echo a!b !! '!$' >>ran");
      assertEquals("echo a!b !! '!$' >>ran", daemon.requests().getLast());
      assertEquals(List.of("first", "a!b !! !$"), terminal.file("ran"));
    }
  }

  @Test
  void aHereDocumentOfBashMayHoldAnything() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).start()) {
      terminal.run("echo first");
      terminal.run("cat >>ran <<'END'\r!x !! ^a^b\r^a^b\rEND");
      assertEquals("cat >>ran <<'END'\n!x !! ^a^b\n^a^b\nEND", daemon.requests().getLast());
      assertEquals(List.of("!x !! ^a^b", "^a^b"), terminal.file("ran"));
    }
  }

  /** Settings under which a line leaves no trace in the history. */
  static Stream<Arguments> forgetful() {
    return Stream.concat(
        Stream.of(
                "HISTCONTROL=ignoreboth",
                "HISTCONTROL=ignoredups:erasedups",
                "HISTIGNORE='*'",
                "HISTIGNORE='&:[ ]*:echo*'",
                "HISTSIZE=0",
                "HISTSIZE=1",
                "set +o history",
                "shopt -u cmdhist",
                "shopt -s lithist",
                "HISTFILE=/dev/null",
                "HISTTIMEFORMAT='%F '")
            .map(setting -> Arguments.of(Shell.BASH, setting)),
        Stream.of(
                "HISTSIZE=0",
                "HISTSIZE=1",
                "setopt hist_ignore_space hist_ignore_all_dups hist_no_functions",
                "zshaddhistory() { return 1 }",
                "zshaddhistory() { return 2 }",
                "setopt share_history; HISTFILE=~/history SAVEHIST=10",
                "setopt hist_reduce_blanks hist_expire_dups_first")
            .map(setting -> Arguments.of(Shell.ZSH, setting)));
  }

  @ParameterizedTest
  @MethodSource("forgetful")
  void aForgetfulShellIsJudgedLineByLine(Shell shell, String setting) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after(setting).start()) {
      List<String> lines =
          List.of("  echo a >>ran", "  echo a >>ran", "echo a >>ran", "echo 'b\nc' >>ran");
      for (String line : lines) {
        terminal.run(line.replace('\n', '\r'));
        // hist_reduce_blanks makes even the line to run shorter.
        assertEquals(line.strip(), daemon.requests().getLast().strip());
      }
      for (String line : List.of("  echo BLOCKME >>ran", "echo BLOCKME >>ran")) {
        terminal.assertStops(daemon, line);
      }
      assertEquals(List.of("a", "a", "a", "b", "c"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoppedLineChangesNoOtherEntry(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo a");
      terminal.run("echo b");
      terminal.assertStops(daemon, "echo BLOCKME");
      terminal.assertStops(daemon, "for i in 1\rdo echo BLOCKME\rdone");
      terminal.run("fc -ln -20 >history");
      List<String> history = terminal.file("history").stream().map(String::strip).toList();
      assertEquals(List.of("echo a", "echo b"), history.subList(0, 2));
      // zsh remembers what it did not run; bash has it under Ctrl-Y.
      assertEquals(shell == Shell.ZSH, history.contains("echo BLOCKME"), history::toString);
    }
  }
}
