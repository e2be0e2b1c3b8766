package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.Stage;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** From no pack to one in force, by {@code belay pack}. */
@Tag("acceptance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PackFilesTest {

  private Scene scene;

  @BeforeAll
  void set() throws Exception {
    scene = Scene.set();
  }

  @AfterAll
  void strike() throws IOException {
    if (scene != null) {
      scene.close();
    }
  }

  private Stage.Ran pack(String... arguments) throws IOException, InterruptedException {
    String[] all = new String[arguments.length + 1];
    all[0] = "pack";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return scene.stage().belay(all);
  }

  @Test
  void aNewPackIsSoundAndTellsWhatIsBrokenInItLater() throws Exception {
    assertTrue(scene.ok("pack", "new", "team.ring").contains("team.ring.yaml"));
    Path file = scene.path("team.ring.yaml");
    assertEquals("belay: 1 pack sound\n", scene.ok("pack", "lint", file.toString()));
    String tested = scene.ok("pack", "test", file.toString());
    assertTrue(
        tested.contains("ok      team.ring/precious-deleted  confirm  rm /srv/precious/ring\n"),
        tested);
    assertTrue(tested.endsWith("belay: 3 examples, 0 not as promised\n"), tested);

    Stage.Ran again = pack("new", "team.ring");
    assertEquals(1, again.status(), again::output);
    assertTrue(again.output().contains("`team.ring.yaml` is there already"), again::output);

    String sound = Files.readString(file);
    Files.writeString(file, sound.replace("severity: high", "severty: high"));
    Stage.Ran misspelt = pack("lint", file.toString());
    assertEquals(1, misspelt.status(), misspelt::output);
    assertTrue(
        misspelt.output().contains("unknown key `severty`; did you mean `severity`?"),
        misspelt::output);
    Files.writeString(file, sound.replace("cat /srv", "rm /srv"));
    Stage.Ran broken = pack("test", file.toString());
    assertEquals(1, broken.status(), broken::output);
    assertTrue(
        broken
            .output()
            .contains("FAILED  team.ring/precious-deleted  allow  rm /srv/precious/ring"),
        broken::output);
    assertTrue(broken.output().endsWith("3 examples, 1 not as promised\n"), broken::output);

    Files.writeString(file, sound);
    Path packs = Files.createDirectories(scene.stage().home().resolve("config/packs"));
    Files.move(file, packs.resolve("team.ring.yaml"));
    boolean listed = false;
    for (JsonElement element :
        JsonParser.parseString(scene.ok("pack", "list", "--json"))
            .getAsJsonObject()
            .getAsJsonArray("packs")) {
      JsonObject one = element.getAsJsonObject();
      listed |=
          one.get("pack").getAsString().equals("team.ring") && one.get("rules").getAsInt() == 1;
    }
    assertTrue(listed);
    String info = scene.ok("pack", "info", "team.ring");
    assertTrue(info.contains("team.ring/precious-deleted"), info);
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    assertEquals(2, pack("lint", "nowhere.yaml").status());
    assertEquals(2, pack("new", "Team Storage").status());
    Stage.Ran info = pack("info", "core.fils");
    assertEquals(1, info.status());
    assertTrue(info.output().contains("there is no pack `core.fils` in force"), info::output);
  }
}
