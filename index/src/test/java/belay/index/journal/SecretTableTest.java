package belay.index.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lines of secrets.txt hold secrets between « and », those of no-secrets.txt none. {@code {a36}}
 * stands for 36 letters and digits and so on, so that nothing here looks like anybody's secret.
 */
class SecretTableTest {

  private static final Pattern FILLER = Pattern.compile("\\{([aAbdhlu])([0-9]+)}");

  static List<String> secrets() throws IOException {
    return lines("secrets.txt");
  }

  static List<String> noSecrets() throws IOException {
    return lines("no-secrets.txt");
  }

  private static List<String> lines(String file) throws IOException {
    try (var in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(SecretTableTest.class.getResourceAsStream(file)), UTF_8))) {
      return in.lines()
          .filter(line -> !line.startsWith("# "))
          .map(line -> filled(line.replace("␤", "\n")))
          .toList();
    }
  }

  private static String filled(String line) {
    return FILLER
        .matcher(line)
        .replaceAll(
            match -> {
              String alphabet =
                  switch (match.group(1)) {
                    case "a" -> "x7Kq2MzP9vRtB4nWcY8sLdG3";
                    case "A" -> "QX7K2MZP9VRTB4NW";
                    case "b" -> "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
                    case "d" -> "4815162342";
                    case "h" -> "3f9a0c7e5b1d28640fce";
                    case "l" -> "x7kq2mzp9vrtb4nw";
                    default -> "x7Kq-2MzP9vR_tB4nWcY8sLdG3";
                  };
              var out = new StringBuilder();
              for (int i = 0; i < Integer.parseInt(match.group(2)); i++) {
                out.append(alphabet.charAt((7 * i + i / alphabet.length()) % alphabet.length()));
              }
              return out.toString();
            });
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void aSecretIsTakenOutAndTheRestStays(String line) {
    String typed = line.replaceAll("[«»]", "");
    String expected = line.replaceAll("(?s)«[^»]*»", Redactor.MARK);
    String redacted = Redactor.redact(typed);
    // Whether the quotes around a secret go with it does not matter.
    assertEquals(bare(expected), bare(redacted));
    assertEquals(redacted, Redactor.redact(redacted), "a second time");
  }

  private static String bare(String line) {
    return line.replaceAll("['\"]?" + Redactor.MARK + "['\"]?", Redactor.MARK);
  }

  @ParameterizedTest
  @MethodSource("noSecrets")
  void whatMerelyLooksLikeOneStays(String line) {
    assertEquals(line, Redactor.redact(line));
  }

  @Test
  void thereAreEnoughOfEach() throws IOException {
    assertTrue(secrets().size() >= 150 && noSecrets().size() >= 150);
  }
}
