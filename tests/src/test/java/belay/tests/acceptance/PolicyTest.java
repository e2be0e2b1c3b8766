package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.StageShell;
import belay.daemon.tryout.StageShell.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A policy binds a real daemon and its shells, whatever becomes of the file meanwhile. */
@Tag("acceptance")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PolicyTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Scene scene;
  private @Nullable Process daemon;
  private Path machine;
  private Path policy;
  private String line;

  @BeforeEach
  void set() throws Exception {
    scene = Scene.set();
    machine = Files.createDirectories(scene.path("machine"));
    policy = machine.resolve("policy.yaml");
    line = "shred -u " + Files.writeString(scene.path("secret.txt"), "x");
    Path own = Files.createDirectories(scene.stage().home().resolve("config"));
    Files.writeString(own.resolve("config.yaml"), "rules: {core.files/*: off}\nmode: observe\n");
  }

  @AfterEach
  void strike() throws Exception {
    kill();
    if (scene != null) {
      scene.close();
    }
  }

  private void start() throws Exception {
    Process started =
        scene.start(
            List.of(Scene.LAUNCHER.toString(), "daemon", "run"),
            Map.of("BELAY_SYSTEM_DIR", machine.toString()));
    daemon = started;
    scene.awaitDaemon(started);
  }

  private void kill() throws InterruptedException {
    if (daemon != null) {
      daemon.destroyForcibly().waitFor();
    }
  }

  private String verdict() throws IOException, InterruptedException {
    return scene.check(line).get("verdict").getAsString();
  }

  /** What the daemon tells of its troubles, once it says this. */
  private String awaitStatus(String told) throws Exception {
    while (true) {
      String status = scene.stage().belay("daemon", "status").output();
      if (status.contains(told)) {
        return status;
      }
      assertTrue(daemon != null && daemon.isAlive());
    }
  }

  @Test
  void whatAUserWantsOtherwiseIsRefusedAndWhatIsMissingIsTold() throws Exception {
    Files.writeString(
        policy, "mode: guard\nrequire:\n  core.files: '*'\n  team.absent: '>=1.0.0'\n");
    start();
    assertEquals("confirm", verdict(), "neither off nor only observed");
    String status = awaitStatus("team.absent");
    assertTrue(
        status.contains("policy.yaml:4` requires the pack `team.absent`, which is not in force"),
        status);
    assertTrue(
        status.contains("`mode: observe` would loosen what `" + policy + ":1` locks"), status);
    try (StageShell hands = StageShell.open(scene.stage(), "bash", PATIENCE)) {
      StageShell.Entered first = hands.enter("true");
      assertTrue(first.seen().contains("requires the pack"), first::seen);
      assertEquals(End.ASKED, hands.enter(line).end());
    }
  }

  @Test
  void aPolicyThatBreaksStaysAndOneThatNeverWasSoundLocksEverything() throws Exception {
    Files.writeString(policy, "mode: guard\nrequire: {core.files: '*'}\n");
    start();
    assertEquals("confirm", verdict());
    Files.writeString(policy, "mode: gaurd\n");
    String status = awaitStatus("the last good policy stays in force");
    assertTrue(status.contains("policy.yaml:1:7"), status);
    assertTrue(status.contains("guard"), status);
    assertEquals("confirm", verdict());
    kill();
    start();
    awaitStatus("every setting and rule is locked, and nothing can be passed");
    assertEquals("confirm", verdict());
    Files.writeString(policy, "mode: observe\n");
    while (!verdict().equals("allow")) {
      assertTrue(daemon != null && daemon.isAlive());
    }
  }
}
