package belay.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.judge.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {

  @TempDir Path scratch = Path.of("");

  @Test
  void ownVariablesGoBeforeXdgAndXdgBeforeHome() {
    Directories own =
        Directories.of(
            Map.of(
                "HOME", "/h",
                "XDG_STATE_HOME", "/x",
                "XDG_CONFIG_HOME", "relative",
                "BELAY_RUNTIME_DIR", "/r"),
            5);
    assertEquals(
        new Directories(Path.of("/r"), Path.of("/x/belay"), Path.of("/h/.config/belay")), own);
  }

  @Test
  void aDirectoryThatIsOpenToOthersIsClosedToThem() throws IOException {
    Path open = Files.createDirectory(scratch.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Directories.makePrivate(open);
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(open)));
  }

  @Test
  void aLinkInTheRuntimeDirectorysPlaceIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(scratch.resolve("link"), scratch);
    IOException refused = assertThrows(IOException.class, () -> Directories.makePrivate(link));
    assertTrue(String.valueOf(refused.getMessage()).contains("is not a directory"));
  }

  @Test
  void theEnvironmentGoesBeforeTheFileAndMistakesAreNamed() throws IOException {
    Files.writeString(
        scratch.resolve("config.yaml"),
        """
        mode: observe
        facts-deadline: soon
        colour: red
        near-miss: off
        """);
    Config config = Config.load(new Layers(List.of(), scratch), Map.of("BELAY_MODE", "strict"));
    assertEquals(Mode.STRICT, config.mode());
    assertEquals(Duration.ofMillis(50), config.factsDeadline());
    assertEquals(false, config.nearMiss());
    assertEquals(2, config.complaints().size());
    assertTrue(config.complaints().getFirst().contains("unknown key `colour`"));
    assertTrue(config.complaints().getLast().contains("`facts-deadline: soon`"));
  }

  @Test
  void aFileThatIsNoYamlLeavesTheDefaults() throws IOException {
    Files.writeString(scratch.resolve("config.yaml"), "mode: [");
    Config config = Config.load(new Layers(List.of(), scratch), Map.of());
    assertEquals(Mode.GUARD, config.mode());
    assertEquals(1, config.complaints().size());
  }
}
