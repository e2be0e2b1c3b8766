package belay.daemon.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.config.Config;
import belay.daemon.config.Directories;
import belay.daemon.config.Layers;
import belay.daemon.server.CheckService;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Text;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code belay explain} is told. */
final class ExplanationTest {

  @TempDir Path directory = Path.of("");

  private JsonObject explained(String line) {
    String home = directory.toAbsolutePath().toString();
    Directories directories =
        Directories.of(Map.of("BELAY_CONFIG_DIR", home, "BELAY_STATE_DIR", home), 0);
    CheckService service =
        CheckService.offline(
            directories, Config.load(new Layers(List.of(), directories.config()), Map.of()));
    return service.explain(
        new CheckRequest(
            Text.encode(line),
            Dialect.BASH,
            "/home/user",
            "/home/user",
            Map.of(),
            Map.of(),
            CheckRequest.Sight.NONE));
  }

  private static List<String> reading(JsonObject explanation) {
    List<String> rows = new ArrayList<>();
    for (JsonElement element : explanation.getAsJsonArray("reading")) {
      JsonObject row = element.getAsJsonObject();
      rows.add(
          row.get("depth").getAsInt()
              + " "
              + row.get("what").getAsString()
              + " "
              + row.get("text").getAsString());
    }
    return rows;
  }

  @Test
  void everyEffectHasTheRulesAboutItsLikeWithWhyTheySpeakOrNot() {
    JsonObject effect =
        explained("sudo rm -rf /srv/data").getAsJsonArray("effects").get(0).getAsJsonObject();
    assertEquals("deletes /srv/data and all below it", effect.get("words").getAsString());
    assertEquals("[\"sudo\"]", effect.get("wrappers").toString());
    int spoke = 0;
    for (JsonElement element : effect.getAsJsonArray("rules")) {
      JsonObject rule = element.getAsJsonObject();
      boolean speaks = rule.get("spoke").getAsBoolean();
      spoke += speaks ? 1 : 0;
      assertEquals(speaks, rule.getAsJsonArray("objections").isEmpty(), rule.toString());
    }
    assertTrue(spoke >= 1, effect.toString());
    assertTrue(spoke < effect.getAsJsonArray("rules").size(), effect.toString());
  }

  @Test
  void theVerdictIsThatOfACheck() {
    assertEquals("confirm", explained("rm -rf /srv/data").get("verdict").getAsString());
    assertEquals("allow", explained("ls /srv/data").get("verdict").getAsString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "::",
      value = {
        "ls :: 0 command ls",
        "a && b || c :: 0 command a, 0 if that succeeds b, 0 if that fails c",
        "a && b | c :: 0 command a, 0 if that succeeds b | c, 1 pipeline of 2 b | c, 2 command b,"
            + " 2 command c",
        "for f in *; do rm $f; done :: 0 loop for f in *; do rm $f; done, 1 command rm $f",
        "(a) :: 0 subshell (a), 1 command a",
        "x=1 :: 0 assignment x=1",
      })
  void aLineIsShownAsItWasRead(String line, String rows) {
    assertEquals(List.of(rows.split(", ")), reading(explained(line)));
  }

  @Test
  void whatWouldMoveTheCursorIsShownAndNotObeyed() {
    String answer = explained("echo '\033[2J' > /etc/passwd").toString();
    assertEquals(-1, answer.indexOf('\033'));
  }
}
