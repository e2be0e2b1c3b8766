package belay.tests.hooks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private Path run() throws Exception {
    return Files.createDirectory(home.resolve("run"));
  }

  @ParameterizedTest
  @EnumSource
  void anAllowedLineRunsOnceAsTyped(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("printf '%s|' \"a  b\" 'ä€' $((1+1)) >>ran; echo >>ran");
      assertEquals(List.of("a  b|ä€|2|"), utf8(terminal.file("ran")));
      assertEquals(
          List.of("printf '%s|' \"a  b\" 'ä€' $((1+1)) >>ran; echo >>ran"), daemon.requests());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBlockedLineDoesNothing(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      for (String line :
          List.of(
              "touch ran BLOCKME",
              ">ran; : BLOCKME",
              "echo x >ran | : BLOCKME",
              ": BLOCKME $(touch ran)",
              "(touch ran) & : BLOCKME",
              "{ touch ran; : BLOCKME; }",
              "for i in 1 2; do touch ran; done; : BLOCKME",
              "while :; do touch ran; break; done; : BLOCKME",
              "x=$(touch ran) y=BLOCKME",
              "time touch ran BLOCKME",
              "  touch ran BLOCKME")) {
        int mark = daemon.mark();
        terminal.enter(line);
        assertEquals(line, daemon.await(mark, "R").line());
      }
      terminal.assertWell();
      assertFalse(Files.exists(home.resolve("ran")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBlockedLineCanBeBroughtBack(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
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
  void linesTypedAheadKeepApart(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.type("echo 1 >>ran\recho BLOCKME >>ran\recho 3 >>ran\recho 4 >>ran; touch end\r");
      terminal.await(0, "4 >>ran");
      daemon.await(0, message -> message.type().equals("R") && message.line().contains("4"));
      while (daemon.heard("E").size() < 3) {
        daemon.await(daemon.mark(), "E");
      }
      assertEquals(List.of("1", "3", "4"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void continuedLinesAreJudgedWhole(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      for (List<String> lines :
          List.of(
              List.of("for i in 1 2", "do echo $i >>ran", "done"),
              List.of("echo 'a", "b' >>ran"),
              List.of("echo c \\", "d >>ran"),
              List.of("cat >>ran <<END", "$HOME !x \"", "END"),
              List.of("echo e |", "cat >>ran"),
              List.of("true &&", "echo f >>ran"),
              List.of("if [[ a == a &&", "b == b ]]", "then echo g >>ran; fi"),
              List.of("f() {", "echo h >>ran", "}"),
              List.of("x=$(", "echo i", "); echo $x >>ran"))) {
        terminal.run(String.join("\r", lines));
        assertEquals(String.join("\n", lines), daemon.requests().getLast());
      }
      terminal.run("f");
      assertEquals(
          List.of("1", "2", "a", "b", "c d", home + " !x \"", "e", "f", "g", "i", "h"),
          terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aContinuedLineIsStoppedAtItsEnd(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      for (List<String> lines :
          List.of(
              List.of("for i in 1 2", "do touch ran", "done; : BLOCKME"),
              List.of("cat >ran <<END", "text", "END", ": BLOCKME"),
              List.of("touch ran '", "BLOCKME'"))) {
        int mark = terminal.mark();
        terminal.enter(String.join("\r", lines.subList(0, lines.size() - 1)));
        if (lines.getFirst().startsWith("cat")) {
          // The here-document is over: this is a line of its own.
          terminal.awaitPrompt(mark);
          mark = terminal.mark();
          assertTrue(Files.deleteIfExists(home.resolve("ran")));
        }
        terminal.enter(lines.getLast());
        daemon.await(0, m -> m.type().equals("R") && m.line().endsWith(lines.getLast()));
        if (shell == Shell.ZSH || !lines.getFirst().startsWith("cat")) {
          terminal.awaitPrompt(mark);
        }
      }
      terminal.assertWell();
      assertTrue(daemon.requests().getLast().startsWith("echo one two three >>well;"));
      assertFalse(Files.exists(home.resolve("ran")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ctrlCAtAContinuationPromptForgetsItsLines(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      int mark = terminal.mark();
      terminal.enter("echo 'first");
      terminal.await(mark, shell == Shell.BASH ? "> " : "quote> ");
      terminal.type(Terminal.CTRL_C);
      terminal.awaitPrompt(mark);
      terminal.run("echo second >>ran");
      assertEquals("echo second >>ran", daemon.requests().getLast());
      Message outcome = daemon.await(0, "E");
      assertEquals(
          daemon.heard("R").getLast().number(), outcome.number(), "broken off: no outcome");
    }
  }

  @ParameterizedTest
  @EnumSource
  void historyIsExpandedBeforeTheLineIsJudged(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
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
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
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
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
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
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
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
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
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
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
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
  void bytesThatAreNoTextPassUnchanged(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      // A paste, as keys above ASCII may be bound; with GS and US among them.
      byte[] name = "x\u00e4\u00ff\u00c3(\u001d\u001fn".getBytes(ISO_8859_1);
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      line.writeBytes("printf %s '".getBytes(UTF_8));
      line.writeBytes(name);
      line.writeBytes("' >>ran".getBytes(UTF_8));
      int mark = daemon.mark();
      terminal.type("\u001b[200~");
      terminal.type(line.toByteArray());
      terminal.type("\u001b[201~");
      terminal.run("");
      assertArrayEquals(line.toByteArray(), daemon.await(mark, "R").bytes());
      assertArrayEquals(name, Files.readAllBytes(home.resolve("ran")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLongLineIsJudgedWhole(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      String line = "printf %s '" + "0123456789 \n".repeat(6000) + "' >>ran";
      terminal.type("\u001b[200~" + line + "\u001b[201~");
      terminal.run("");
      assertEquals(line, daemon.requests().getLast());
      assertEquals("0123456789 \n".repeat(6000), Files.readString(home.resolve("ran")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofALineOverOneMebibyteTheBeginningIsJudged(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      // A line editor takes a minute to draw so much: bash is not let draw it.
      terminal.run(
          shell == Shell.BASH
              ? "printf -v big '%*s' 1100000 ''; bind -x '\"\\C-g\":"
                  + " READLINE_LINE=\": $big\"; __belay_check 1 x 7>&2; READLINE_LINE=; big='"
              : "big=${(l:1100000:)}; fill() { BUFFER=\": $big\" }; zle -N fill; bindkey ^G fill");
      int mark = daemon.mark();
      terminal.type("\u0007");
      terminal.run("");
      Message request = daemon.await(mark, "R");
      assertEquals("1", request.value("t"));
      assertEquals(1 << 20, request.bytes().length);
      terminal.assertWell();
    }
  }

  @ParameterizedTest
  @EnumSource
  void pastedLinesAreJudgedAsTheyRun(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.type("\u001b[200~echo a >>ran\necho b >>ran\u001b[201~");
      terminal.run("");
      assertEquals("echo a >>ran\necho b >>ran", daemon.requests().getLast());
      terminal.type("\u001b[200~echo c >>ran\necho BLOCKME >>ran\u001b[201~\r");
      terminal.assertWell();
      assertEquals(List.of("a", "b"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void emptyLinesAreNobodysBusiness(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("");
      terminal.run("   ");
      terminal.run("true");
      assertEquals(List.of("true"), daemon.requests());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatACommandReadsIsNotJudged(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
        Terminal terminal = Terminal.of(shell, home).start()) {
      String edited = shell == Shell.BASH ? "read -e secret" : "vared -c secret";
      int mark = terminal.mark();
      terminal.enter(edited + "; echo 'no''w'; read plain; echo $secret $plain >>ran");
      terminal.await(mark, "\u001b[?2004h"); // the editor is at work again
      terminal.type("hunter2\r");
      terminal.await(mark, "now");
      terminal.type("BLOCKME\r");
      terminal.awaitPrompt(mark);
      assertEquals(1, daemon.requests().size());
      assertEquals(List.of("hunter2 BLOCKME"), terminal.file("ran"));
    }
  }

  @Test
  void zshSendsTheLineWithItsAliasesExpanded() throws Exception {
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
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
    try (ScriptedDaemon daemon = new ScriptedDaemon(run());
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
