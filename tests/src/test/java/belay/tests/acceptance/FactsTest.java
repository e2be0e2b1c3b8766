package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.Stage;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code belay facts}, through a daemon and without. */
@Tag("acceptance")
final class FactsTest {

  private static Scene scene;

  @BeforeAll
  static void set() throws IOException, InterruptedException {
    scene = Scene.withDaemon();
  }

  @AfterAll
  static void close() throws IOException {
    scene.close();
  }

  private static JsonObject thing(String output) {
    return JsonParser.parseString(output)
        .getAsJsonObject()
        .getAsJsonArray("things")
        .get(0)
        .getAsJsonObject();
  }

  private static boolean isLive(JsonObject thing) {
    for (JsonElement element : thing.getAsJsonArray("facts")) {
      JsonObject fact = element.getAsJsonObject();
      if (fact.get("about").getAsString().equals("live")
          && fact.get("truth").getAsString().equals("true")) {
        return fact.get("evidence").getAsString().contains("open for writing in ");
      }
    }
    return false;
  }

  @ParameterizedTest
  @ValueSource(strings = {"through the daemon", "--offline"})
  void aLiveImageIsLiveWithItsEvidenceAndEachLookHasItsTime(String way) throws Exception {
    String[] arguments =
        way.equals("--offline")
            ? new String[] {"facts", "--json", "--offline", "xen/web1.img"}
            : new String[] {"facts", "--json", "xen/web1.img"};
    Stage.Ran ran = scene.stage().belay(arguments);
    assertEquals(10, ran.status(), ran.output());
    JsonObject thing = thing(ran.output());
    assertEquals(scene.path("xen/web1.img").toString(), thing.get("subject").getAsString());
    assertTrue(isLive(thing), ran.output());
    assertFalse(thing.getAsJsonArray("looks").isEmpty());
    long all = 0;
    for (JsonElement probe : thing.getAsJsonArray("looks")) {
      assertTrue(probe.getAsJsonObject().get("answered").getAsBoolean(), ran.output());
      all += probe.getAsJsonObject().get("micros").getAsLong();
    }
    assertTrue(all > 0, ran.output());
  }

  @Test
  void aPersonReadsWhatIsSeenOfEachOfSeveral() throws Exception {
    Stage.Ran ran = scene.stage().belay("facts", "xen/web1.img", "notes", "no-such-thing");
    assertEquals(10, ran.status());
    List<String> lines = ran.output().lines().toList();
    assertTrue(lines.contains(scene.path("xen/web1.img") + " (regular file)"), ran.output());
    assertTrue(lines.contains(scene.path("notes") + " (directory)"), ran.output());
    assertTrue(lines.contains(scene.path("no-such-thing") + " (missing)"), ran.output());
    assertTrue(lines.getLast().startsWith("all of it took "), ran.output());
  }

  @Test
  void whatIsNotThereIsNotLive() throws Exception {
    assertEquals(0, scene.stage().belay("facts", "./no-such-thing").status());
    assertEquals(2, scene.stage().belay("facts").status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"facts\"}",
        "{\"type\":\"facts\",\"targets\":\"/etc\"}",
        "{\"type\":\"facts\",\"targets\":[]}",
        "{\"type\":\"facts\",\"targets\":[\"\"]}",
        "{\"type\":\"facts\",\"targets\":[[\"/etc\"]]}",
        "{\"type\":\"facts\",\"targets\":[null]}",
        "{\"type\":\"facts\",\"targets\":[\"\\u0000\"],\"cwd\":\"relative\"}",
      })
  void aQuestionThatIsNoneIsAnsweredAndTheNextOneToo(String frame) throws Exception {
    try (SocketPeer peer = SocketPeer.greeted(scene.stage())) {
      peer.frame(frame);
      String type = Objects.requireNonNull(peer.read()).get("type").getAsString();
      assertTrue(List.of("error", "facts").contains(type), type);
      peer.frame("{\"type\":\"facts\",\"targets\":[\"/etc\"]}");
      JsonObject answer = Objects.requireNonNull(peer.read());
      assertEquals("facts", answer.get("type").getAsString());
    }
  }
}
