package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import belay.rules.effect.CommandModels;
import belay.rules.effect.EffectReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
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
  void everyExampleOfTheShippedPacksHolds() {
    var loaded = assertInstanceOf(PackResult.Loaded.class, PackReader.builtIn());

    assertEquals(
        "",
        Examples.run(loaded, new EffectReader(CommandModels.builtIn())).stream()
            .map(Diagnostic::toString)
            .collect(Collectors.joining("\n")));
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
