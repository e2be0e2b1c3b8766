package belay.daemon.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.syntax.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgvTest {

  /** A program, and what can go wrong with a word. */
  private static final List<String> WORDS =
      List.of(
          "printf",
          "%s|",
          "plain-1.x",
          "",
          " ",
          "a b",
          "it's",
          "\"",
          "\\",
          "$HOME",
          "`id`",
          "*",
          "~",
          "a\nb",
          "#x",
          "=ls",
          "{a,b}",
          "!x",
          ">f",
          ";",
          "\u00e9",
          "\udcff",
          "-n",
          "x=y");

  @Test
  void aWordThatNeedsNoQuotesHasNone() {
    assertEquals(
        "dd if=golden.img of=xen/web1.img bs=4M",
        Argv.line(List.of("dd", "if=golden.img", "of=xen/web1.img", "bs=4M")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"if", "A=b", "time", "="})
  void aProgramIsNotTakenForSyntax(String program) {
    assertEquals("'" + program + "' x", Argv.line(List.of(program, "x")));
  }

  /** The truth is the real shell. */
  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aShellReadsTheLineAsTheWords(String shell) throws IOException, InterruptedException {
    Path script = Files.createTempFile("argv", ".sh");
    try {
      Files.write(script, Argv.bytes(WORDS));
      Process process =
          new ProcessBuilder(shell, script.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process.getOutputStream().close();
      byte[] printed = process.getInputStream().readAllBytes();
      assertEquals(0, process.waitFor());
      var expected = new ByteArrayOutputStream();
      for (String word : WORDS.subList(2, WORDS.size())) {
        expected.writeBytes(Text.encode(word + "|"));
      }
      assertArrayEquals(expected.toByteArray(), printed);
    } finally {
      Files.delete(script);
    }
  }
}
