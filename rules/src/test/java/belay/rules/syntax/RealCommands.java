package belay.rules.syntax;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Command lines of real people, which do not belong to the project: they are read where they lie,
 * in {@code shared/corpus} beside the checkout or where {@code -Dbelay.corpus} says.
 */
final class RealCommands {

  /** A command line, and whether bash's own check accepts it. */
  record Entry(String command, @SerializedName("bash_valid") boolean valid) {}

  private RealCommands() {}

  /** All of them; the test is skipped, saying so, where there are none. */
  static List<Entry> all() throws IOException {
    String place = System.getProperty("belay.corpus");
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path beside = at.resolveSibling("shared").resolve("corpus/real-commands.jsonl");
      if (place == null && Files.isReadable(beside)) {
        place = beside.toString();
      }
    }
    assumeTrue(place != null, "no shared/corpus beside the checkout, nor -Dbelay.corpus");
    Gson gson = new Gson();
    return Files.readAllLines(Path.of(place)).stream()
        .map(line -> gson.fromJson(line, Entry.class))
        .toList();
  }
}
