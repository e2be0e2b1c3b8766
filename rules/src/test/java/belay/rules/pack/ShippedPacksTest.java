package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ShippedPacksTest {

  @Test
  void everyShippedFileIsSound() {
    PackResult result = PackReader.builtIn();

    assertEquals(
        "",
        result instanceof PackResult.Rejected rejected
            ? String.join("\n", rejected.diagnostics().stream().map(Diagnostic::toString).toList())
            : "");
  }

  @Test
  void everyPackFileOfTheBuildIsShipped() throws IOException, URISyntaxException {
    Path directory =
        Path.of(Objects.requireNonNull(PackReader.class.getResource("/belay/packs")).toURI());

    assertEquals(
        PackReader.sources(directory).stream()
            .map(source -> Path.of(source.name()).getFileName().toString())
            .sorted()
            .toList(),
        PackReader.builtInSources().stream().map(Source::name).sorted().toList());
    try (var files = Files.list(directory)) {
      assertEquals(PackReader.builtInSources().size(), files.count());
    }
  }
}
