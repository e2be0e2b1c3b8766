package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.daemon.libc.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Shells in shells, in place of shells, and of other users: sessions do not mix. */
@Tag("acceptance")
final class NestedTest {

  @TempDir Path home;

  private ScriptedDaemon daemon() throws IOException {
    return new ScriptedDaemon(Files.createDirectories(home.resolve("run")));
  }

  /** How a shell is started from another, with a start file that loads the hook. */
  private String inner(Shell shell) throws IOException {
    Path hook = Terminal.HOOKS.resolve("belay." + shell.command());
    Path directory = Files.createDirectories(home.resolve("inner"));
    Files.writeString(
        directory.resolve("." + shell.command() + "rc"),
        "source '" + hook + "'\nPS1='inner''-reads> '\n");
    return shell == Shell.BASH
        ? "bash --noprofile --rcfile " + directory + "/.bashrc -i"
        : "ZDOTDIR=" + directory + " zsh -d -i";
  }

  /** Has a line stopped and another run, each seen by its own marks. */
  private void assertGuarded(ScriptedDaemon daemon, Terminal terminal, String name)
      throws IOException, InterruptedException {
    int heard = daemon.mark();
    terminal.enter("touch BLOCKME-" + name);
    daemon.await(heard, m -> m.type().equals("R") && m.line().endsWith("BLOCKME-" + name));
    int shown = terminal.mark();
    terminal.enter("echo one two >>ran; echo all\"\"-" + name);
    terminal.await(shown, "all-" + name);
    daemon.await(heard, m -> m.type().equals("R") && m.line().contains("all\"\"-" + name));
    assertFalse(Files.exists(home.resolve("BLOCKME-" + name)));
    assertEquals("one two", terminal.file("ran").getLast());
    Files.delete(home.resolve("ran"));
  }

  static Stream<Arguments> pairs() {
    return Stream.of(Shell.values())
        .flatMap(outer -> Stream.of(Shell.values()).map(inner -> Arguments.of(outer, inner)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aShellInAShellIsASessionOfItsOwn(Shell outer, Shell inner) throws Exception {
    try (ScriptedDaemon daemon = daemon();
        Terminal terminal = Terminal.of(outer, home).start()) {
      assertGuarded(daemon, terminal, "outer");
      int mark = daemon.mark();
      int shown = terminal.mark();
      terminal.enter(inner(inner));
      terminal.await(shown, "inner-reads> ");
      assertGuarded(daemon, terminal, "inner");
      terminal.enter("exit 3");
      // To the outer shell all of that was one command.
      daemon.await(mark, m -> m.type().equals("E") && m.value("s").equals("3"));
      assertGuarded(daemon, terminal, "again");
      List<Message> hellos = daemon.heard("H");
      assertEquals(2, hellos.size());
      assertNotEquals(hellos.get(0).value("n"), hellos.get(1).value("n"));
      assertNotEquals(hellos.get(0).value("pid"), hellos.get(1).value("pid"));
      assertEquals(hellos.get(0).value("tty"), hellos.get(1).value("tty"));
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void aShellInPlaceOfAShellIsASessionOfItsOwn(Shell outer, Shell inner) throws Exception {
    try (ScriptedDaemon daemon = daemon();
        Terminal terminal = Terminal.of(outer, home).start()) {
      assertGuarded(daemon, terminal, "outer");
      int shown = terminal.mark();
      terminal.enter("exec " + inner(inner).replace("ZDOTDIR", "env ZDOTDIR"));
      terminal.await(shown, "inner-reads> ");
      assertGuarded(daemon, terminal, "inner");
      List<Message> hellos = daemon.heard("H");
      assertNotEquals(hellos.get(0).value("n"), hellos.get(1).value("n"));
      assertEquals(hellos.get(0).value("pid"), hellos.get(1).value("pid"));
    }
  }

  /** Programs that give a shell a terminal of its own. */
  static Stream<Arguments> terminals() {
    return Stream.of(Shell.values())
        .flatMap(
            shell ->
                Stream.of(
                        "script -qc '%s' /dev/null",
                        "tmux -f /dev/null -S tmux.socket new-session '%s'",
                        "screen -c /dev/null sh -c '%s'")
                    .map(command -> Arguments.of(shell, command)));
  }

  @ParameterizedTest
  @MethodSource("terminals")
  void aShellOnATerminalInATerminalIsToldWhereItIs(Shell shell, String command) throws Exception {
    Files.createDirectory(home.resolve("screens"));
    Files.setPosixFilePermissions(
        home.resolve("screens"), PosixFilePermissions.fromString("rwx------"));
    try (ScriptedDaemon daemon = daemon();
        Terminal terminal = Terminal.of(shell, home).with("SCREENDIR", home + "/screens").start()) {
      assertGuarded(daemon, terminal, "outer");
      int mark = daemon.mark();
      int shown = terminal.mark();
      terminal.enter(command.formatted(inner(shell)));
      terminal.await(shown, "inner-reads> ");
      assertGuarded(daemon, terminal, "inner");
      terminal.enter("exit 0");
      daemon.await(mark, m -> m.type().equals("E") && m.number() == 3);
      assertGuarded(daemon, terminal, "again");
      List<Message> hellos = daemon.heard("H");
      assertNotEquals(hellos.get(0).value("tty"), hellos.get(1).value("tty"));
    }
  }

  @Test
  void halfAHookSaysSoAndLeavesTheShellAlone() throws Exception {
    Path half = Files.createDirectory(home.resolve("half"));
    Files.copy(Terminal.HOOKS.resolve("belay.bash"), half.resolve("belay.bash"));
    try (ScriptedDaemon daemon = daemon();
        Terminal terminal =
            Terminal.of(Shell.BASH, home)
                .hook(false)
                .after("source '" + half + "/belay.bash'")
                .start()) {
      int shown = terminal.mark();
      terminal.enter("echo \"half\"-$((6 * 7))");
      terminal.await(shown, "half-42");
      String all = terminal.since(0);
      assertTrue(
          all.contains(half + "/belay-line.bash cannot be read, so commands are not checked"), all);
      assertEquals(List.of(), daemon.heard("R"));
    }
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void aShellOfAnotherUserKeepsFromOurDaemonAndSaysSo(Shell shell) throws Exception {
    assumeTrue(User.effective() == 0, "only root can become somebody else without a password");
    Path open = Files.createTempDirectory("belay-other");
    try (ScriptedDaemon daemon = daemon();
        Terminal terminal = Terminal.of(shell, home).start()) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
      String hook = "belay." + shell.command();
      for (String file : List.of(hook, "belay-line.bash")) {
        Files.copy(Terminal.HOOKS.resolve(file), open.resolve(file));
      }
      Files.writeString(
          open.resolve("." + shell.command() + "rc"), "source " + open.resolve(hook) + "\n");
      String command =
          shell == Shell.BASH ? "bash --noprofile --rcfile " + open + "/.bashrc -i" : "zsh -d -i";
      int heard = daemon.mark();
      int shown = terminal.mark();
      terminal.enter(
          "setpriv --reuid=65534 --regid=65534 --clear-groups env ZDOTDIR="
              + open
              + " HOME=/nonexistent "
              + command);
      daemon.await(heard, "R");
      int before = daemon.mark();
      terminal.enter("echo user\"\"-$EUID");
      String told = terminal.await(shown, "user-65534");
      assertTrue(told.contains("commands are not checked"), told);
      terminal.enter("rm -rf /");
      terminal.await(shown, "Type yes");
      terminal.enter("n");
      assertEquals(before, daemon.mark());
      terminal.enter("exit");
      assertGuarded(daemon, terminal, "own");
    } finally {
      try (Stream<Path> files = Files.walk(open)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
