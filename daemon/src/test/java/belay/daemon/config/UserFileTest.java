package belay.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code belay config set}. */
final class UserFileTest {

  @TempDir Path directory = Path.of("");

  private String set(String before, Setting setting, String value) throws IOException {
    Path file = directory.resolve("config.yaml");
    Files.writeString(file, before);
    new UserFile(directory).set(setting, value);
    return Files.readString(file);
  }

  @Test
  void oneLineIsReplacedAndAllOthersStay() throws IOException {
    assertEquals(
        "# mine\nmode: strict # for now\n\nnear-miss: off\n",
        set("# mine\nmode: guard # for now\n\nnear-miss: off\n", Setting.MODE, "strict"));
    assertEquals("near-miss: off\nmode: strict\n", set("near-miss: off", Setting.MODE, "strict"));
    assertEquals(
        "protected-branches: a b\nmode: guard\n",
        set("protected-branches:\n  - x\n  - y\nmode: guard\n", Setting.PROTECTED_BRANCHES, "a b"));
  }

  @Test
  void whatMeansSomethingToYamlIsQuoted() throws IOException {
    assertEquals(
        "labels: 'prod: *p ''x; stage: s'\n", set("", Setting.LABELS, "prod: *p 'x; stage: s"));
    assertEquals(
        "prod: *p 'x; stage: s",
        Objects.requireNonNull(
                new Sheets(new Layers(List.of(), directory), Map.of())
                    .read()
                    .values()
                    .get(Setting.LABELS))
            .text());
  }

  @Test
  void aValueThatIsNoneAndAFileThatIsBrokenLeaveTheFileAsItIs() throws IOException {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> set("mode: guard\n", Setting.MODE, "loose"));
    assertTrue(String.valueOf(refused.getMessage()).contains("observe"));
    assertEquals("mode: guard\n", Files.readString(directory.resolve("config.yaml")));
    assertThrows(IOException.class, () -> set("near: [\n", Setting.MODE, "strict"));
    assertEquals("near: [\n", Files.readString(directory.resolve("config.yaml")));
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path kept = Files.writeString(directory.resolve("kept"), "mode: guard\n");
    Files.createSymbolicLink(directory.resolve("config.yaml"), kept);
    new UserFile(directory).set(Setting.MODE, "strict");
    assertTrue(Files.isSymbolicLink(directory.resolve("config.yaml")));
    assertEquals("mode: strict\n", Files.readString(kept));
  }
}
