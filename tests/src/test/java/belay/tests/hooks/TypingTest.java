package belay.tests.hooks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is typed, pasted or typed ahead: lines of the shell's are judged, and no key gets lost. */
@Tag("acceptance")
final class TypingTest {

  private static final String PASTE = "\u001b[200~";
  private static final String PASTED = "\u001b[201~";

  @TempDir Path home;

  @ParameterizedTest
  @EnumSource
  void linesTypedAheadKeepApart(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
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
  void bytesThatAreNoTextPassUnchanged(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
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
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
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
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
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
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
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
  void whatACommandReadsIsNotJudged(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
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

  /**
   * Pastes in brackets: what is pasted, and what is in the file {@code ran} when Enter was pressed
   * behind it.
   */
  static Stream<Arguments> pastes() {
    return Stream.of(
            new String[][] {
              {"echo a >>ran", "a"},
              {"echo a >>ran\n", "a"},
              {"echo a >>ran\r\n", "a"},
              {"echo a >>ran\necho b >>ran\necho c >>ran\n", "a b c"},
              {"echo a >>ran\n\n\necho b >>ran\n\n", "a b"},
              {"echo a >>ran\n: BLOCKME\necho c >>ran", ""},
              {": BLOCKME\necho b >>ran\n", ""},
              {"for i in 1 2\ndo echo $i >>ran\ndone", "1 2"},
              {"cat >>ran <<END\nx y\nEND\n", "x y"},
              {"echo 'a\nBLOCKME' >>ran\necho b >>ran", ""},
              {"echo a\t>>ran", "a"},
            })
        .flatMap(
            row -> Stream.of(Shell.values()).map(shell -> Arguments.of(shell, row[0], row[1])));
  }

  @ParameterizedTest
  @MethodSource("pastes")
  void aPasteIsOneLine(Shell shell, String paste, String ran) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.type(PASTE + paste + PASTED);
      terminal.enter("");
      Message request = daemon.await(0, "R");
      assertEquals(
          paste.replace("\r\n", "\n").strip(),
          request.line().replace("\r\n", "\n").replace("\r", "\n").strip());
      terminal.assertWell();
      assertEquals(ran, String.join(" ", terminal.file("ran")).strip());
      assertEquals(2, daemon.requests().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysWithoutBracketsAreLinesOfTheirOwn(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      StringBuilder keys = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        keys.append(i % 5 == 3 ? "echo BLOCKME" : "echo " + i).append(" >>ran\r");
      }
      terminal.type(keys.toString());
      terminal.assertWell();
      assertEquals(
          IntStream.range(0, 40).filter(i -> i % 5 != 3).mapToObj(Integer::toString).toList(),
          terminal.file("ran"));
      assertEquals(41, daemon.requests().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysTypedWhileACommandRunsComeToTheNextPrompt(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      int mark = terminal.mark();
      terminal.enter("echo 'ru''ns'; mkfifo wait; read <wait");
      terminal.await(mark, "runs");
      terminal.type("echo a >>ran\recho BLOCKME >>ran\recho c >>ran\r");
      Files.writeString(home.resolve("wait"), "\n");
      terminal.assertWell();
      assertEquals(List.of("a", "c"), terminal.file("ran"));
      assertEquals(5, daemon.requests().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysTypedDuringTheCheckComeToTheNextPrompt(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after("judge() { echo $1 >>ran; }").start()) {
      daemon.minding(
          (request, line) -> {
            if (request.line().startsWith("judge ")) {
              line.say("W " + request.number());
              terminal.type("echo a >>ran\recho BLOCKME >>ran\recho c >>ran\r");
              line.say((request.line().endsWith("yes") ? "A " : "B ") + request.number());
            } else {
              ScriptedDaemon.usual(request, line);
            }
          });
      for (String line : List.of("judge yes", "judge no")) {
        int mark = daemon.mark();
        terminal.enter(line);
        daemon.await(mark, m -> m.type().equals("R") && m.line().equals("echo c >>ran"));
        terminal.assertWell();
      }
      assertEquals(List.of("yes", "a", "c", "a", "c"), terminal.file("ran"));
    }
  }

  /** Commands that read for themselves: how they start, the keys, and what they are to have. */
  static Stream<Arguments> readers() {
    return Stream.concat(
        Stream.of(
                new String[][] {
                  {"read -s secret; echo $secret >>ran", "hunter2\r", "hunter2"},
                  {"read -r a b; echo $b $a >>ran", "x BLOCKME\r", "BLOCKME x"},
                  {"cat >>ran", "rm BLOCKME\rtwo\r\u0004", "rm BLOCKME two"},
                  {"sh -i 2>/dev/null", "echo BLOCKME >>ran; exit\r", "BLOCKME"},
                  {"python3 -q", "print('BLOCKME', file=open('ran', 'w'))\rexit()\r", "BLOCKME"},
                })
            .flatMap(
                row ->
                    Stream.of(Shell.values())
                        .map(shell -> Arguments.of(shell, row[0], row[1], row[2]))),
        Stream.concat(
            Stream.of(
                    new String[][] {
                      {"read -e line; echo $line >>ran", "BLOCKME !! x\r", "BLOCKME !! x"},
                      {"read -e -i BLOCK line; echo $line >>ran", "ME\r", "BLOCKME"},
                      {"select i in a b; do echo $i >>ran; break; done", "2\r", "b"},
                      {
                        "set -o vi; read -e line; echo $line >>ran",
                        "BLOCKME y\u001b0\r",
                        "BLOCKME y"
                      },
                    })
                .map(row -> Arguments.of(Shell.BASH, row[0], row[1], row[2])),
            Stream.of(
                    new String[][] {
                      {"line=BLOCK; vared line; echo $line >>ran", "ME\r", "BLOCKME"},
                      {"read -q '?sure' && echo yes >>ran", "y", "yes"},
                      {"select i in a b; do echo $i >>ran; break; done", "2\r", "b"},
                      {"read -k 3 keys; echo $keys >>ran", "a\rb", "a b"},
                    })
                .map(row -> Arguments.of(Shell.ZSH, row[0], row[1], row[2]))));
  }

  @ParameterizedTest
  @MethodSource("readers")
  void whatACommandReadsGoesToItAlone(Shell shell, String line, String keys, String ran)
      throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      int mark = terminal.mark();
      terminal.enter("echo 'ru''ns'; " + line);
      terminal.await(mark, "runs");
      terminal.type(keys);
      terminal.awaitPrompt(mark);
      assertEquals(ran, String.join(" ", terminal.file("ran")));
      assertEquals(List.of("echo 'ru''ns'; " + line), daemon.requests());
      terminal.assertStops(daemon, "echo BLOCKME >>ran");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4 << 10, 60_000, 1 << 16, 300_000})
  void aLineOfAnySizeIsJudgedWhole(int size) throws Exception {
    for (Shell shell : Shell.values()) {
      Path directory = Files.createDirectory(home.resolve(shell.command()));
      try (ScriptedDaemon daemon = ScriptedDaemon.in(directory);
          Terminal terminal = Terminal.of(shell, directory).start()) {
        String text = "echo " + "x".repeat(size) + " | wc -c >>ran";
        // No line editor draws so much in good time, so a key brings the line.
        Files.writeString(directory.resolve("line"), text);
        terminal.run(
            shell == Shell.BASH
                ? "fill() { IFS= read -r READLINE_LINE <line; __belay_check 1 emacs x 7>&2; eval"
                    + " \"$READLINE_LINE\"; READLINE_LINE=; }; bind -x '\"\\C-g\": fill'"
                : "fill() { BUFFER=$(<line) }; zle -N fill; bindkey ^G fill");
        int mark = daemon.mark();
        terminal.type("\u0007");
        terminal.enter("");
        assertEquals(text, daemon.await(mark, "R").line());
        terminal.assertWell();
        assertEquals(List.of(Integer.toString(size + 1)), terminal.file("ran"), shell.command());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyByteOfAPasteIsJudgedAsItRuns(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      ByteArrayOutputStream paste = new ByteArrayOutputStream();
      paste.writeBytes("printf %s '".getBytes(UTF_8));
      for (int b = 1; b < 256; b++) {
        // The paste ends at ESC [ 201 ~, the quotes at one, and five are the terminal's own: ^C ^Q
        // ^S
        // ^Z ^\.
        if (b != '\'' && b != 0x1b && "\u0003\u0011\u0013\u001a\u001c".indexOf(b) < 0) {
          paste.write(b);
        }
      }
      paste.writeBytes("' >>ran".getBytes(UTF_8));
      terminal.type(PASTE);
      terminal.type(paste.toByteArray());
      terminal.type(PASTED);
      terminal.run("");
      String judged = new String(daemon.await(0, "R").bytes(), ISO_8859_1);
      // What the editor makes of CR is its own business; what is judged is what runs.
      assertEquals(
          judged.substring(judged.indexOf('\'') + 1, judged.lastIndexOf('\'')),
          Files.readString(home.resolve("ran"), ISO_8859_1));
      assertTrue(judged.length() > 250, judged.length() + " bytes");
      terminal.assertStops(daemon, "touch BLOCKME");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNulIsJudgedAsTheShellHasIt(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.type(PASTE + "echo a >>ran; true 'x\0' BLOCKME; echo b >>ran" + PASTED);
      terminal.enter("");
      String judged = daemon.await(0, "R").line();
      // For bash a line ends there, which leaves a quote open; zsh has it in the word.
      if (shell == Shell.BASH) {
        assertEquals("echo a >>ran; true 'x", judged);
        terminal.enter("'");
      } else {
        assertEquals("echo a >>ran; true 'x\0' BLOCKME; echo b >>ran", judged);
      }
      terminal.assertWell();
      assertEquals(shell == Shell.BASH ? List.of("a") : List.of(), terminal.file("ran"));
    }
  }
}
