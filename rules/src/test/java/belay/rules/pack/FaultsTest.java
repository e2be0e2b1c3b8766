package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broken packs and what is said of them. {@code faults/NAME.yaml} is the pack, {@code
 * faults/NAME.txt} the diagnostics; {@code -Dbelay.rewrite=true} writes the latter into the source
 * tree, for their diff to be read.
 */
final class FaultsTest {

  private static final Path REWRITTEN = Path.of("src/test/resources/belay/rules/pack/faults");

  static List<String> names() throws IOException, URISyntaxException {
    try (var files = Files.list(directory())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .toList();
    }
  }

  private static Path directory() throws URISyntaxException {
    return Path.of(Objects.requireNonNull(FaultsTest.class.getResource("faults")).toURI());
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyFaultIsNamedWithItsPlaceAndItsMend(String name) throws Exception {
    String text = Text.decode(Files.readAllBytes(directory().resolve(name + ".yaml")));
    String said = said(new Source(name + ".yaml", text));

    if (Boolean.getBoolean("belay.rewrite")) {
      Files.writeString(REWRITTEN.resolve(name + ".txt"), said);
    } else {
      assertEquals(Files.readString(directory().resolve(name + ".txt")), said);
    }
  }

  private static String said(Source source) {
    var rejected = assertInstanceOf(PackResult.Rejected.class, PackReader.read(List.of(source)));
    return rejected.diagnostics().stream()
        .map(diagnostic -> diagnostic + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void aFileOfManyMegabytesIsRefusedUnread() {
    String said = said(new Source("huge.yaml", "# " + "x".repeat(30_000_000)));

    assertEquals(
        "huge.yaml:1:1: the file has 30,000,002 characters; split it: at most 1,048,576 are read\n",
        said);
  }

  @Test
  void aPatternOfManyCharactersIsRefused() {
    String said =
        said(
            new Source(
                "long.yaml",
                """
                pack: long
                version: 1.0.0
                title: Long
                sets: {x: ["%s"]}
                rules: []
                """
                    .formatted("*a".repeat(1000))));

    assertTrue(said.contains("long.yaml:4:12: a pattern of 2,000 characters"), said);
  }

  @Test
  void bytesThatAreNoTextAreRefused(@TempDir Path directory) throws IOException {
    Files.write(directory.resolve("b.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff, '\n'});

    var rejected =
        assertInstanceOf(PackResult.Rejected.class, PackReader.read(PackReader.sources(directory)));

    assertEquals("the file is not UTF-8", rejected.diagnostics().getFirst().what());
  }

  @Test
  void oneBrokenFileRejectsItsSoundNeighboursToo() {
    Source sound = new Source("a.yaml", "{pack: a, version: 1.0.0, title: A, rules: []}");
    Source broken = new Source("b.yaml", "{pack: b, version: 1, title: B, rules: []}");
    assertInstanceOf(PackResult.Loaded.class, PackReader.read(List.of(sound)));

    var rejected =
        assertInstanceOf(PackResult.Rejected.class, PackReader.read(List.of(sound, broken)));

    assertEquals(
        List.of("b.yaml:1:20: `1` does not fit here; write three numbers, such as `1.0.0`"),
        rejected.diagnostics().stream().map(Diagnostic::toString).toList());
  }

  @Test
  void twoFilesCannotBeTheSamePack() {
    String text = "{pack: a, version: 1.0.0, title: A, rules: []}";

    var rejected =
        assertInstanceOf(
            PackResult.Rejected.class,
            PackReader.read(List.of(new Source("a.yaml", text), new Source("b.yaml", text))));

    assertEquals(
        List.of("b.yaml:1:8: a second pack `a`; the first is `a.yaml`"),
        rejected.diagnostics().stream().map(Diagnostic::toString).toList());
  }
}
