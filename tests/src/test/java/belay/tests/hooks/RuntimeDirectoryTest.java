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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may lie where the daemon should be: the shell works on, says so, and trusts nothing of it.
 */
@Tag("acceptance")
final class RuntimeDirectoryTest {

  private static final String NOTICE = "so commands are not checked";

  @TempDir Path home;

  /** What somebody has made of the directory, as a script in {@code home}; and what is said. */
  static Stream<Arguments> ruins() {
    String made = "umask 077; mkdir -p run/s; mkfifo run/control; ";
    return Stream.of(
            "mkdir -p run/s", // nobody was ever there
            ": >run", // no directory
            made + "echo 999999999 >run/daemon.pid", // nobody has this number
            made + "echo 0 >run/daemon.pid; echo -1 >>run/daemon.pid",
            made + "echo 'x[$(touch ran)]' >run/daemon.pid",
            made + ": >run/daemon.pid",
            made + "printf 12 >run/daemon.pid", // torn, no line end
            made + "mkdir run/daemon.pid",
            made + "rm run/control; : >run/control; echo $PPID >run/daemon.pid", // no FIFO
            made + "mv run/control other; ln -s ../other run/control; echo $PPID >run/daemon.pid",
            made + "rmdir run/s; : >run/s; echo $PPID >run/daemon.pid", // no room for our pipes
            made + "mv run real; ln -s real run; echo $PPID >real/daemon.pid") // a link
        .flatMap(ruin -> Stream.of(Shell.values()).map(shell -> Arguments.of(shell, ruin)));
  }

  @ParameterizedTest
  @MethodSource("ruins")
  void whateverLiesThereTheShellWorksAndSaysSo(Shell shell, String ruin) throws Exception {
    ruin(ruin);
    try (Terminal terminal = Terminal.of(shell, home).start()) {
      String first = terminal.run("echo a >>ran");
      assertTrue(first.contains(NOTICE), first);
      assertFalse(terminal.run("echo b >>ran").contains("belay"));
      assertFalse(terminal.since(0).contains("rror"), terminal.since(0));
      assertFalse(terminal.since(0).contains("No such"), terminal.since(0));
      terminal.assertWell();
      assertEquals(List.of("a", "b"), terminal.file("ran"));
    }
  }

  private void ruin(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", script).directory(home.toFile()).inheritIO().start();
    assertEquals(0, process.waitFor());
  }

  @ParameterizedTest
  @EnumSource
  void aZombieAnswersNothingAndIsGivenUp(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home)) {
      // Its parent never asks after it.
      Process parent =
          new ProcessBuilder(
                  "perl", "-e", "$|=1; $p=fork; exit 0 if !$p; print \"$p\\n\"; sleep 1000")
              .start();
      try (Terminal terminal = Terminal.of(shell, home).start()) {
        terminal.run("echo a >>ran");
        daemon.kill();
        String zombie = parent.inputReader().readLine();
        Files.writeString(home.resolve("run/daemon.pid"), zombie + "\n");
        daemon.deafAfter(1);
        String shown = terminal.run("echo b >>ran");
        assertTrue(shown.contains("the daemon does not answer, " + NOTICE), shown);
        terminal.run("echo c >>ran");
        assertEquals(List.of("a", "b", "c"), terminal.file("ran"));
        terminal.assertWell();
      } finally {
        parent.destroyForcibly();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void pipesOfOthersThatAreGoneAreNotOurs(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home)) {
      ruin("for i in 1 2 3 $$; do mkfifo -m 600 run/s/$i-1.q run/s/$i-1.a; done");
      try (Terminal terminal = Terminal.of(shell, home).start()) {
        terminal.run("echo a >>ran");
        terminal.assertStops(daemon, "echo BLOCKME >>ran");
        assertEquals(List.of("a"), terminal.file("ran"));
        try (Stream<Path> pipes = Files.list(home.resolve("run/s"))) {
          List<Path> ours =
              pipes
                  .filter(p -> p.getFileName().toString().startsWith(terminal.pty().pid() + "-"))
                  .toList();
          assertEquals(2, ours.size());
          for (Path pipe : ours) {
            assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pipe)));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void pipesThatVanishAreMadeAnew(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo a >>ran");
      terminal.run("rm -rf run/s; mkdir run/s");
      terminal.run("echo b >>ran");
      terminal.assertStops(daemon, "echo BLOCKME >>ran");
      assertEquals(List.of("a", "b"), terminal.file("ran"));
      // zsh holds its own open and needs no others.
      assertEquals(shell == Shell.BASH ? 2 : 1, daemon.heard("H").size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFullDiskStopsNoLine(Shell shell) throws Exception {
    // Nothing can be made where the pipes should be: as on a full disk, or one mounted read-only.
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .before(
                    "mkfifo() { return 1; }; command() {",
                    "case $1 in mkfifo) return 1;; *) builtin command \"$@\";; esac; }")
                .start()) {
      assertTrue(terminal.run("echo a >>ran").contains(NOTICE));
      terminal.run("unset -f command mkfifo");
      terminal.run("echo b >>ran");
      terminal.assertStops(daemon, "echo BLOCKME >>ran");
      assertEquals(List.of("a", "b"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDirectoryOfAnotherUserIsNotTrusted(Shell shell) throws Exception {
    // Only root can give a directory away; another user's is one that is not owned.
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home)) {
      Path run = home.resolve("run");
      if (Files.getOwner(home).getName().equals("root")) {
        ruin("chown nobody run");
        try (Terminal terminal = Terminal.of(shell, home).start()) {
          assertTrue(terminal.run("echo a >>ran").contains(NOTICE));
          assertEquals(List.of(), daemon.heard("H"));
        }
        ruin("chown root run; chown nobody run/control");
      } else {
        Files.move(run.resolve("control"), run.resolve("other"));
      }
      try (Terminal terminal = Terminal.of(shell, home).start()) {
        assertTrue(terminal.run("echo b >>ran").contains(NOTICE));
        assertEquals(List.of(), daemon.heard("H"));
      }
    }
  }
}
