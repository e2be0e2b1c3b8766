package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Packs and settings of several layers under a daemon that runs. */
@Tag("acceptance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LayersTest {

  private static final String PACK =
      """
      pack: team.notes
      version: 1.0.0
      title: Notes are kept
      rules:
        - id: deleted
          title: A note is deleted
          when: {effects: [delete], targets: path, path: {matches: ["**/kept-notes"]}}
          severity: high
          action: block
          message: "`{program}` would delete {thing}."
          examples:
            block: [rm /srv/kept-notes]
            silent: [ls /srv/kept-notes]
      """;

  private Scene scene;
  private Process daemon;
  private Path system;

  @BeforeAll
  void set() throws Exception {
    scene = Scene.set();
    system = scene.path("system");
    daemon =
        scene.start(
            List.of(Scene.LAUNCHER.toString(), "daemon", "run"),
            Map.of("BELAY_SYSTEM_DIR", system.toString()));
    scene.awaitDaemon(daemon);
  }

  @AfterAll
  void strike() throws Exception {
    if (daemon != null) {
      daemon.destroy();
      daemon.waitFor();
    }
    if (scene != null) {
      scene.close();
    }
  }

  /** What is written behind the daemon's back is in force a little later. */
  private void await(String line, String verdict) throws IOException, InterruptedException {
    while (!verdict.equals(scene.check(line).get("verdict").getAsString())) {
      assertTrue(daemon.isAlive());
    }
  }

  @Test
  void aPackInADirectoryThatWasNotThereIsTakenAndTheMachineLocksIt() throws Exception {
    Path note = Files.writeString(scene.path("kept-notes"), "x");
    String line = "rm " + note;
    assertEquals("allow", scene.check(line).get("verdict").getAsString());

    Path store = Files.writeString(scene.path("team.notes-1.0.0"), PACK);
    Path installed = Files.createDirectories(scene.stage().home().resolve("config/installed"));
    Files.createSymbolicLink(installed.resolve("team.notes"), store);
    await(line, "block");
    String explained = scene.stage().belay("explain", "--", line).output();
    assertTrue(explained.contains("of team, " + installed.resolve("team.notes")), explained);

    Path own = scene.stage().home().resolve("config/config.yaml");
    Files.writeString(own, "rules:\n  team.notes/*: note\n");
    await(line, "note");
    assertTrue(scene.ok("config").contains("rule team.notes/deleted: note, high  # " + own + ":2"));

    Files.writeString(
        Files.createDirectories(system).resolve("config.yaml"),
        "locked: [mode, 'rules: team.*']\n");
    await(line, "block");
    String status = scene.ok("daemon", "status");
    assertTrue(
        status.contains(own + ":2` would loosen rule `team.notes/deleted`, which `" + system),
        status);
  }

  @Test
  void aSettingIsSetAndTold() throws Exception {
    scene.ok("config", "set", "answer-timeout", "10s");
    assertEquals("10s\n", scene.ok("config", "get", "answer-timeout"));
    String config = scene.ok("config");
    assertTrue(config.contains("answer-timeout: 10s  # user, "), config);
    assertTrue(config.contains("near-miss: on  # built-in"), config);
    assertEquals(1, scene.stage().belay("config", "set", "answer-timeout", "soon").status());
    assertEquals(2, scene.stage().belay("config", "get", "mood").status());
  }
}
