package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many shells at once: each has its own answers. */
@Tag("acceptance")
@Isolated
final class CrowdTest {

  @TempDir Path home;

  @ParameterizedTest
  @EnumSource
  void twentyShellsAtOnceHaveTheirOwnAnswers(Shell shell) throws Exception {
    List<Terminal> terminals = new ArrayList<>();
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home)) {
      // Half of the lines are stopped, and none is answered before all were asked.
      for (int i = 0; i < 20; i++) {
        terminals.add(Terminal.of(shell, home).start());
      }
      // A shell says Hello with its first line, and twenty Hellos at once are not meant here.
      for (Terminal terminal : terminals) {
        terminal.assertWell();
      }
      int mark = daemon.mark();
      List<ScriptedDaemon.Line> pipes = new ArrayList<>();
      List<Message> requests = new ArrayList<>();
      CountDownLatch answered = new CountDownLatch(20);
      daemon.minding(
          (request, line) -> {
            line.say("W " + request.number());
            synchronized (requests) {
              requests.add(request);
              pipes.add(line);
              for (int i = 0; requests.size() == 20 && i < 20; i++) {
                ScriptedDaemon.usual(requests.get(i), pipes.get(i));
                answered.countDown();
              }
            }
          });
      for (int i = 0; i < 20; i++) {
        terminals.get(i).enter("echo " + i + " >>ran-" + i + (i % 2 == 0 ? "; : BLOCKME" : ""));
      }
      for (int i = 0; i < 20; i++) {
        String start = "echo " + i + " ";
        daemon.await(mark, m -> m.type().equals("R") && m.line().startsWith(start));
      }
      // The last was heard before it was minded.
      assertTrue(answered.await(30, TimeUnit.SECONDS));
      daemon.minding(ScriptedDaemon::usual);
      for (int i = 0; i < 20; i++) {
        terminals.get(i).assertWell();
        assertEquals(
            i % 2 == 0 ? List.of() : List.of("" + i),
            terminals.get(i).file("ran-" + i),
            "ran-" + i);
      }
      assertEquals(20, daemon.heard("H").stream().map(m -> m.value("n")).distinct().count());
    } finally {
      terminals.forEach(Terminal::close);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aShellInTheTerminalOfAnotherHasItsOwnAnswers(Shell shell) throws Exception {
    String inner = shell == Shell.BASH ? "bash --noprofile --rcfile ~/.bashrc -i" : "zsh -d -i";
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("echo outer >>ran");
      int mark = terminal.mark();
      terminal.enter("belay_test_prompts=100 " + inner);
      terminal.awaitPrompt(mark);
      terminal.assertStops(daemon, "echo BLOCKME >>ran");
      mark = terminal.mark();
      terminal.enter("echo inner >>ran; exit");
      terminal.await(mark, "]777;");
      terminal.assertWell();
      List<Message> hellos = daemon.heard("H");
      assertEquals(2, hellos.size());
      assertEquals(hellos.get(0).value("tty"), hellos.get(1).value("tty"));
      assertFalse(hellos.get(0).value("n").equals(hellos.get(1).value("n")));
      assertEquals(List.of("outer", "inner"), terminal.file("ran"));
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
    }
  }
}
