package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Signals, jobs and ends, of lines and of shells. */
@Tag("acceptance")
final class InterruptionsTest {

  private static final String CTRL_D = "\u0004";
  private static final String CTRL_Z = "\u001a";
  private static final String CTRL_BACKSLASH = "\u001c";

  @TempDir Path home;

  @ParameterizedTest
  @EnumSource
  void ctrlCAtThePromptForgetsTheLine(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      int mark = terminal.mark();
      terminal.type("touch ran");
      terminal.await(mark, "ran");
      terminal.interrupt(mark);
      terminal.run("echo a >>ran");
      assertEquals(List.of("echo a >>ran"), daemon.requests());
      terminal.assertStops(daemon, "echo BLOCKME >>ran");
      assertEquals(List.of("a"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ctrlDEndsTheShellAndSaysBye(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after("trap 'echo bye >>ran' EXIT").start()) {
      terminal.run("echo a >>ran");
      terminal.type(CTRL_D);
      terminal.pty().awaitEnd();
      assertEquals(List.of("a", "bye"), terminal.file("ran"));
      assertEquals(1, daemon.requests().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void noKeyThatSignalsRunsALineThatIsBeingJudged(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      // The terminal throws away what is typed just behind such a key.
      CountDownLatch typed = new CountDownLatch(1);
      daemon.minding(
          (request, line) -> {
            if (request.line().contains("BLOCKME")) {
              line.say("W " + request.number());
              terminal.type(CTRL_Z + CTRL_BACKSLASH);
              typed.countDown();
              line.say("W " + request.number());
              line.say("B " + request.number());
            } else {
              ScriptedDaemon.usual(request, line);
            }
          });
      terminal.enter("touch ran-BLOCKME");
      typed.await();
      terminal.assertWell();
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
      terminal.run("jobs >jobs");
      assertEquals(List.of(""), terminal.file("jobs"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTrapOfTheUsersIsNotForOurInterrupt(Shell shell) throws Exception {
    // INT is how a line is thrown away; DEBUG and ERR would be run for each command of ours.
    String trap =
        "trap 'echo $? INT >>trapped' INT; trap 'echo DEBUG $BASH_COMMAND >>trapped' DEBUG";
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .after(
                    shell == Shell.BASH ? "set -ET; trap 'echo ERR >>trapped' ERR" : "true", trap)
                .start()) {
      Files.deleteIfExists(home.resolve("trapped"));
      terminal.assertStops(daemon, "touch ran-BLOCKME");
      terminal.assertStops(daemon, "for i in 1\rdo touch ran-BLOCKME\rdone");
      terminal.run("(exit 3)");
      List<String> trapped = terminal.file("trapped");
      assertEquals(shell == Shell.BASH ? 1 : 0, count(trapped, "ERR"), trapped::toString);
      for (String ours : List.of("INT", "BLOCKME", "__belay_judge", "kill -")) {
        assertEquals(0, count(trapped, ours), trapped::toString);
      }
      // And afterwards it is the user's again.
      int mark = terminal.mark();
      terminal.enter("builtin kill -INT $$; echo 'af''ter'");
      terminal.awaitPrompt(mark);
      assertEquals(1, count(terminal.file("trapped"), "INT$"));
    }
  }

  private static long count(List<String> lines, String pattern) {
    return lines.stream().filter(line -> Pattern.compile(pattern).matcher(line).find()).count();
  }

  static Stream<Arguments> ends() {
    return Stream.of(
            new String[][] {
              {"true", "0"},
              {"false", "1"},
              {"./not-executable", "126"},
              {"nosuchcommand", "127"},
              {"sh -c 'kill -INT $$'", "130"},
              {"sh -c 'kill -KILL $$'", "137"},
              {"sh -c 'kill -TERM $$'", "143"},
              {"(exit 255)", "255"},
              {"false | true", "0"},
              {"! true", "1"},
              {"if true; then (exit 9); fi", "9"},
            })
        .flatMap(
            row -> Stream.of(Shell.values()).map(shell -> Arguments.of(shell, row[0], row[1])));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void howALineEndedIsToldAndKept(Shell shell, String line, String status) throws Exception {
    Files.writeString(home.resolve("not-executable"), "");
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run(line);
      Message outcome = daemon.await(0, "E");
      assertEquals(status, outcome.value("s"));
      assertEquals(daemon.heard("R").getFirst().number(), outcome.number());
      terminal.run("echo $? >>status");
      assertEquals(List.of(status), terminal.file("status"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoppedJobHasEndedForNow(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      int mark = terminal.mark();
      terminal.enter("sh -c 'echo ru\"\"ns; exec sleep 60'");
      terminal.await(mark, "runs");
      terminal.type(CTRL_Z);
      terminal.awaitPrompt(mark);
      assertEquals("148", daemon.await(0, "E").value("s"));
      terminal.assertStops(daemon, "fg; : BLOCKME");
      terminal.run("jobs >jobs; kill %1; wait; true");
      assertTrue(terminal.file("jobs").getFirst().contains("sleep 60"));
      assertEquals(1, terminal.file("jobs").size());
      terminal.assertWell();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ctrlCEndsTheCommandAndItsOutcomeIsTold(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      int mark = terminal.mark();
      terminal.enter("sh -c 'echo ru\"\"ns; exec sleep 60'");
      terminal.await(mark, "runs");
      terminal.type(Terminal.CTRL_C);
      terminal.awaitPrompt(mark);
      assertEquals("130", daemon.await(0, "E").value("s"));
      terminal.assertWell();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theDurationIsThatOfTheLine(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      for (String line :
          List.of("sleep 0.3", "sleep 0.1; sleep 0.1", "for i in 1\rdo sleep 0.1\rdone")) {
        int mark = daemon.mark();
        long before = System.nanoTime();
        terminal.run(line);
        long around = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - before);
        long micros = Long.parseLong(daemon.await(mark, "E").value("d"));
        int least = line.equals("sleep 0.3") ? 300_000 : line.contains(";") ? 200_000 : 100_000;
        assertTrue(micros >= least && micros <= around, micros + " of " + around);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void jobsAreAnnouncedAsWithoutUs(Shell shell) throws Exception {
    List<String> seen = null;
    for (boolean hooked : new boolean[] {false, true}) {
      Path directory = Files.createDirectory(home.resolve("hooked-" + hooked));
      try (ScriptedDaemon daemon = ScriptedDaemon.in(directory);
          Terminal terminal = Terminal.of(shell, directory).hook(hooked).start()) {
        terminal.run("mkfifo wait; true");
        int mark = terminal.mark();
        terminal.run("read line <wait &");
        terminal.run("echo >wait; while kill -0 $! 2>/dev/null; do :; done");
        terminal.run("true");
        terminal.run("jobs >jobs; echo ended >>jobs");
        assertEquals(hooked ? 5 : 0, daemon.requests().size());
        assertEquals(List.of("ended"), terminal.file("jobs"));
        List<String> announced =
            terminal
                .since(mark)
                .lines()
                .filter(row -> row.matches(".*\\[1\\].*"))
                .map(row -> row.replaceAll(".*(\\[1\\])", "$1").replaceAll("\\d{2,}", "N").strip())
                .toList();
        if (!hooked) {
          seen = announced;
          assertFalse(announced.isEmpty());
        } else {
          assertEquals(seen, announced);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingOfOursIsAChildOfTheShell(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("true");
      terminal.assertStops(daemon, "for i in 1\rdo BLOCKME\rdone");
      daemon.kill();
      terminal.run("true");
      daemon.restart();
      terminal.run("true");
      terminal.run("ps -o stat=,args= --ppid $$ | grep -v 'ps -o\\|grep' >children; :");
      assertEquals(List.of(""), terminal.file("children"));
    }
  }
}
