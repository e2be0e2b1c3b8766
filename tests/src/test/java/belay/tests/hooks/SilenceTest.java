package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.libc.Tty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A daemon that is away, slow, silent, killed or replaced: the shell goes on, and says so once. */
@Tag("acceptance")
final class SilenceTest {

  private static final String NOTICE = "so commands are not checked";
  private static final String GAVE_UP = "belay: not run, as the daemon stopped";

  @TempDir Path home;

  @ParameterizedTest
  @EnumSource
  void withoutADaemonLinesRunAndOneNoticeSaysSo(Shell shell) throws Exception {
    try (Terminal terminal = Terminal.of(shell, home).start()) {
      String first = terminal.run("echo a >>ran");
      assertTrue(first.contains("belay: no daemon runs, " + NOTICE), first);
      String second = terminal.run("echo b >>ran");
      assertFalse(second.contains("belay"), second);
      assertEquals(List.of("a", "b"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void itIsSaidAgainOnlyWhenSomebodyHasJudgedMeanwhile(Shell shell) throws Exception {
    String later = "__belay_told=-1000"; // as if an hour had gone
    try (Terminal terminal = Terminal.of(shell, home).start()) {
      assertTrue(terminal.run("true 1").contains(NOTICE));
      terminal.run(later);
      assertFalse(terminal.run("true 2").contains(NOTICE));
      try (ScriptedDaemon daemon = ScriptedDaemon.in(home)) {
        terminal.run("true 3");
        assertEquals("true 3", daemon.requests().getLast());
      }
      assertTrue(terminal.run("true 4").contains(NOTICE));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDaemonIsStartedOnceWithoutWaitingForIt(Shell shell) throws Exception {
    Path launcher =
        Files.writeString(
            home.resolve("launcher"), "#!/bin/sh\necho \"$@\" >>launched\nexec sleep 60\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    try (Terminal terminal =
        Terminal.of(shell, home).before("__belay_launcher='" + launcher + "'").start()) {
      terminal.run("echo a >>ran");
      terminal.run("jobs >jobs; echo b >>ran");
      terminal.run("until [[ -s launched ]]; do :; done");
      assertEquals(List.of(""), terminal.file("jobs"));
      assertEquals(List.of("a", "b"), terminal.file("ran"));
      assertEquals(List.of("daemon start"), terminal.file("launched"));
      assertEquals(
          List.of(),
          ProcessHandle.of(terminal.pty().pid()).orElseThrow().children().toList(),
          "it is nobody's child, and no zombie");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDaemonThatComesLaterIsFound(Shell shell) throws Exception {
    try (Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("true");
      try (ScriptedDaemon daemon = ScriptedDaemon.in(home)) {
        terminal.run("echo a >>ran");
        assertEquals(List.of("echo a >>ran"), daemon.requests());
        Message hello = daemon.heard("H").getFirst();
        assertEquals(1, hello.number());
        assertEquals(shell.command(), hello.value("shell"));
        assertEquals(Long.toString(terminal.pty().pid()), hello.value("pid"));
        assertTrue(hello.value("tty").startsWith("/dev/pts/"));
        assertEquals(home.toString(), hello.value("home"));
        assertTrue(hello.value("n").startsWith(terminal.pty().pid() + "-"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDaemonThatSaysNothingIsWaitedForHalfASecondOnce(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home).minding((request, line) -> {});
        Terminal terminal = Terminal.of(shell, home).start()) {
      long before = System.nanoTime();
      String first = terminal.run("echo a >>ran");
      long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
      assertTrue(first.contains("belay: the daemon does not answer, " + NOTICE), first);
      assertTrue(waited >= 500, waited + " ms");
      terminal.run("echo b >>ran");
      terminal.run("echo c >>ran");
      assertEquals(1, daemon.requests().size(), "it is not asked while it owes an answer");
      assertEquals(List.of("a", "b", "c"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDaemonThatSpeaksAgainIsAskedAgain(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      ScriptedDaemon.Line[] pipe = new ScriptedDaemon.Line[1];
      daemon.minding((request, line) -> pipe[0] = line);
      terminal.run("echo a >>ran");
      // Late, and to a line that has long run.
      pipe[0].say("B " + daemon.heard("R").getFirst().number());
      daemon.minding(ScriptedDaemon::usual);
      terminal.run("echo b >>ran");
      terminal.enter("echo BLOCKME >>ran");
      terminal.assertWell();
      assertEquals(List.of("a", "b"), terminal.file("ran"));
      assertEquals(4, daemon.requests().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoppedDaemonCannotHoldUpALineOfAnyLength(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      // Far more than a pipe takes, to somebody who reads nothing after the first line.
      daemon.deafAfter(1);
      terminal.run("true");
      terminal.run(
          shell == Shell.BASH
              ? "printf -v big '%*s' 200000 ''; bind -x '\"\\C-g\": READLINE_LINE=\": $big\";"
                  + " __belay_check 1 x 7>&2; READLINE_LINE='"
              : "big=${(l:200000:)}; fill() { BUFFER=\": $big\" }; zle -N fill; bindkey ^G fill");
      for (int i = 0; i < 3; i++) {
        terminal.type("\u0007");
        terminal.run("");
      }
      terminal.assertWell();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDaemonThatIsReplacedIsGreeted(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo a >>ran");
      daemon.kill();
      daemon.restart();
      terminal.run("echo b >>ran");
      terminal.enter("echo BLOCKME >>ran");
      terminal.assertWell();
      assertEquals(List.of("a", "b"), terminal.file("ran"));
      assertEquals(4, daemon.requests().size());
      assertEquals(2, daemon.heard("H").size());
      assertEquals(daemon.heard("H").get(0).value("n"), daemon.heard("H").get(1).value("n"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDirectoryThatIsMadeAnewIsFound(Shell shell) throws Exception {
    try (ScriptedDaemon first = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo a >>ran");
      first.kill();
      Files.move(home.resolve("run"), home.resolve("gone"));
      terminal.run("echo b >>ran");
      try (ScriptedDaemon second = ScriptedDaemon.in(home)) {
        terminal.run("echo c >>ran");
        assertEquals(List.of("echo c >>ran"), second.requests());
      }
      assertEquals(List.of("a", "b", "c"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void afterItSaidWaitOnlyAnAllowRuns(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      daemon.minding(
          (request, line) -> {
            line.say("W " + request.number());
            if (request.line().contains("yes")) {
              line.say("A " + request.number());
            } else if (request.line().contains("no")) {
              line.say("B " + request.number());
            }
          });
      terminal.run("echo yes >>ran");
      terminal.enter("echo no >>ran");
      int mark = terminal.mark();
      terminal.enter("echo perhaps >>ran");
      terminal.await(mark, GAVE_UP);
      daemon.minding(ScriptedDaemon::usual);
      daemon.kill();
      daemon.restart();
      terminal.assertWell();
      assertEquals(List.of("yes"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whileAPersonThinksTheShellWaits(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      daemon.minding(
          (request, line) -> {
            for (int i = 0; i < 4; i++) {
              line.say("W " + request.number());
              // Longer than the shell would wait for a first answer.
              daemon.pause(800);
            }
            line.say("A " + request.number());
          });
      terminal.run("echo a >>ran");
      assertEquals(List.of("a"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDaemonThatDiesWhileItAsksLeavesTheTerminalWell(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      daemon.minding(
          (request, line) -> {
            line.say("W " + request.number());
            // The mode object is left as it is: nobody puts the terminal back.
            Tty.open(daemon.heard("H").getFirst().value("tty")).rawMode();
            daemon.kill();
          });
      int mark = terminal.mark();
      terminal.enter("echo a >>ran");
      terminal.await(mark, GAVE_UP);
      terminal.assertWell();
      terminal.run("stty -a >modes");
      String modes = String.join(" ", terminal.file("modes"));
      for (String mode : List.of("isig", "icanon", "echo", "opost", "icrnl", "iexten", "onlcr")) {
        assertTrue((" " + modes.replace(';', ' ') + " ").contains(" " + mode + " "), modes);
      }
      assertEquals(List.of(), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ctrlCEndsTheWaitAndNotTheShell(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      daemon.minding((request, line) -> line.say("W " + request.number()));
      int mark = terminal.mark();
      terminal.enter("echo a >>ran");
      daemon.await(0, "R");
      terminal.interrupt(mark);
      daemon.minding(ScriptedDaemon::usual);
      terminal.assertWell();
      assertEquals(List.of(), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheDaemonCannotDrawTheHookPrints(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      daemon.minding(
          (request, line) -> {
            line.say("M " + request.number(), "  a  message\nof two lines\n");
            line.say("A " + request.number());
          });
      String shown = terminal.run("echo a >>ran");
      assertTrue(shown.contains("  a  message\r\nof two lines\r\n"), shown);
    }
  }

  @ParameterizedTest
  @EnumSource
  void adviceOfANewerDaemonIsPrintedOnceAndLinesRun(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      daemon.minding((request, line) -> line.say("U " + request.number(), "belay: start anew"));
      assertTrue(terminal.run("echo a >>ran").contains("belay: start anew\r\n"));
      assertFalse(terminal.run("echo b >>ran").contains("start anew"));
      assertEquals(List.of("a", "b"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherUsersDirectoryIsNotTrusted(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .with("BELAY_RUNTIME_DIR", home.resolve("link").toString())
                .before("ln -s run link")
                .start()) {
      assertTrue(terminal.run("true").contains(NOTICE));
      assertEquals(List.of(), daemon.requests());
      assertNotEquals(List.of(), terminal.file("link/daemon.pid"));
    }
  }
}
