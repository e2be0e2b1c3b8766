package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Real command lines, which do not belong to the project: they are read where they lie beside the
 * checkout.
 */
class CorpusTest {

  private record Entry(String command, @SerializedName("bash_valid") boolean valid) {}

  @Test
  void atLeast995Of1000RealCommandsAreReadWhole() throws IOException {
    Path corpus = corpus();
    Gson gson = new Gson();
    int valid = 0;
    List<String> unread = new ArrayList<>();
    for (String line : Files.readAllLines(corpus)) {
      Entry entry = gson.fromJson(line, Entry.class);
      byte[] command = entry.command.getBytes(StandardCharsets.UTF_8);
      Script script = Parser.parse(command, Dialect.BASH);
      if (entry.valid) {
        valid++;
        if (!(script.status() instanceof Script.Status.Complete)) {
          unread.add(Text.decode(command) + "\n  " + script.status());
        }
      }
    }
    assertTrue(
        unread.size() <= valid * 0.005,
        unread.size() + " of " + valid + ":\n" + String.join("\n", unread));
  }

  private static Path corpus() {
    String place = System.getProperty("belay.corpus");
    // Maven runs the tests of a module in the module's directory.
    Path root = Path.of("").toAbsolutePath();
    while (root.getParent() != null) {
      Path beside = root.resolveSibling("shared").resolve("corpus/real-commands.jsonl");
      if (place == null && Files.isReadable(beside)) {
        place = beside.toString();
      }
      root = root.getParent();
    }
    assumeTrue(place != null, "no ../shared/corpus beside the checkout, nor -Dbelay.corpus");
    return Path.of(place);
  }
}
