package belay.index.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import belay.rules.syntax.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases are in redaction.txt: the line, and below it what is left; one line where all stays. */
class RedactorTest {

  record Case(String line, String redacted) {}

  static Stream<Case> cases() throws IOException {
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(RedactorTest.class.getResourceAsStream("redaction.txt")),
                UTF_8))) {
      String text =
          in.lines().filter(line -> !line.startsWith("# ")).reduce("", RedactorTest::join);
      return Stream.of(text.strip().split("\n\n+"))
          .map(block -> block.split("\n", 2))
          .map(lines -> new Case(escaped(lines[0]), escaped(lines[lines.length - 1])))
          .toList()
          .stream();
    }
  }

  private static String join(String a, String b) {
    return a + "\n" + b;
  }

  private static String escaped(String text) {
    return text.replace("␤", "\n");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void takesOutSecretsAndNothingElse(Case row) {
    assertEquals(row.redacted, Redactor.redact(row.line));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSecondTimeChangesNothing(Case row) {
    assertEquals(row.redacted, Redactor.redact(row.redacted));
  }

  @Test
  void bytesThatAreNoTextStay() {
    String line =
        Text.decode(new byte[] {'T', 'O', 'K', 'E', 'N', '=', 'x', ' ', (byte) 0xFE, ' ', 'y'});
    assertEquals("TOKEN=‹redacted› \uDCFE y", Redactor.redact(line));
  }

  @Test
  void aMegabyteOfAnythingIsReadThrough() {
    for (String piece :
        new String[] {
          "'",
          "\"$(",
          "a=b ",
          "--password ",
          "://a:b",
          "-----BEGIN ",
          "x",
          "=",
          "-eyJaaaaaaaaa.",
          "--a-",
          "glpat-",
          "?a=",
          "[a]=",
          "-----BEGIN PRIVATE KEY-----"
        }) {
      String line = piece.repeat((1 << 20) / piece.length());
      assertTimeoutPreemptively(
          Duration.ofSeconds(30), () -> assertFalse(Redactor.redact(line).isEmpty()), piece);
    }
  }
}
