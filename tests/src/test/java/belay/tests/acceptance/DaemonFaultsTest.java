package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What breaks around the daemon, and the daemon itself. */
@Tag("acceptance")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DaemonFaultsTest {

  private Scene scene;

  @BeforeEach
  void set() throws Exception {
    scene = Scene.set();
  }

  @AfterEach
  void strike() throws IOException {
    scene.close();
  }

  @Test
  void ofTwoDaemonsStartedAtOnceOneWins() throws Exception {
    List<String> run = List.of(Scene.LAUNCHER.toString(), "daemon", "run");
    List<Process> daemons = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        daemons.add(scene.start(run, Map.of()));
      }
      while (scene.stage().daemon().isEmpty()) {
        daemons.getFirst().waitFor(20, TimeUnit.MILLISECONDS);
      }
      long winner = scene.stage().daemon().orElseThrow().pid();
      for (Process daemon : daemons) {
        if (daemon.pid() != winner) {
          assertTrue(daemon.waitFor(60, TimeUnit.SECONDS));
          assertTrue(daemon.exitValue() != 0);
        }
      }
      assertTrue(daemons.stream().anyMatch(daemon -> daemon.pid() == winner));
      assertEquals(1, daemons.stream().filter(Process::isAlive).count());
    } finally {
      daemons.forEach(Process::destroy);
    }
  }

  @Test
  void aDaemonStopsCleanlyOnSigterm() throws Exception {
    scene.ok("daemon", "start");
    ProcessHandle daemon = scene.stage().daemon().orElseThrow();
    daemon.destroy(); // SIGTERM
    daemon.onExit().get(20, TimeUnit.SECONDS);
    assertTrue(Files.notExists(scene.stage().home().resolve("run/daemon.pid")));
    assertEquals(3, scene.stage().belay("daemon", "status").status());
    assertTrue(scene.ok("audit", "verify").contains("sound"));
  }

  @Test
  void whatItWritesIsForItsUserAlone() throws Exception {
    scene.ok("daemon", "start");
    scene.check("echo hello");
    for (String place : List.of("state", "run")) {
      try (Stream<Path> all = Files.walk(scene.stage().home().resolve(place))) {
        for (Path path : all.toList()) {
          String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
          assertTrue(mode.endsWith("------"), path + " " + mode);
        }
      }
    }
  }

  @Test
  void anIdleDaemonBurnsNoProcessorTime() throws Exception {
    scene.ok("daemon", "start");
    ProcessHandle daemon = scene.stage().daemon().orElseThrow();
    // What it does right after its start is not idleness: wait for a second without any.
    long before;
    long after = -1;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    do {
      before = ticks(daemon);
      assertTrue(!daemon.onExit().isDone());
      var second = new CompletableFuture<Void>().completeOnTimeout(null, 1, TimeUnit.SECONDS);
      second.get();
      after = ticks(daemon);
    } while (after - before > 1 && System.nanoTime() < deadline);
    assertTrue(after - before <= 1, (after - before) + " ticks of 10 ms in one idle second");
  }

  /** utime and stime of proc_pid_stat(5), in ticks of 10 ms. */
  private static long ticks(ProcessHandle process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheDaemonIsKilled() throws Exception {
    scene.ok("daemon", "start");
    String line = "dd if=/dev/zero of=" + scene.stage().live();
    try (HookPeer hook = new HookPeer(scene.stage())) {
      hook.request(1, line.getBytes(StandardCharsets.UTF_8));
      assertEquals("B 1", hook.untilDecided(1).getLast());
      kill();
    }
    JsonObject hit = scene.logged(line, _ -> true);
    assertEquals("block", hit.get("decision").getAsString());
    assertTrue(scene.ok("audit", "verify").contains("sound"));
  }

  @Test
  void aTornTailIsMendedAndTold() throws Exception {
    scene.ok("daemon", "start");
    String line = "dd if=/dev/zero of=" + scene.stage().live();
    try (HookPeer hook = new HookPeer(scene.stage())) {
      hook.request(1, line.getBytes(StandardCharsets.UTF_8));
      assertEquals("B 1", hook.untilDecided(1).getLast());
    }
    kill();
    Files.writeString(
        lastSegment(), "{\"n\":99,\"type\":\"int", StandardOpenOption.APPEND); // half a record
    scene.ok("daemon", "start");
    JsonObject status =
        JsonParser.parseString(scene.ok("daemon", "status", "--json")).getAsJsonObject();
    assertTrue(status.toString().contains("cut short"), status::toString);
    assertEquals("block", scene.logged(line, _ -> true).get("decision").getAsString());
    assertTrue(scene.ok("audit", "verify").contains("sound"));
  }

  @Test
  void aBrokenPackIsNamedWithItsLineAndTheLastGoodSetStays() throws Exception {
    Path packs = Files.createDirectories(scene.stage().home().resolve("config/packs"));
    Files.writeString(packs.resolve("mine.yaml"), "pack: mine\nversion: 1\nrules:\n  - id: [\n");
    scene.ok("daemon", "start");
    String status = scene.ok("daemon", "status");
    assertTrue(status.contains("mine.yaml"), status);
    assertTrue(status.matches("(?s).*mine\\.yaml.{0,3}:[45].*"), status);
    JsonObject verdict = scene.check("dd if=/dev/zero of=" + scene.stage().live());
    assertEquals("block", verdict.get("verdict").getAsString());
  }

  @Test
  void aFullDiskUnderTheJournalStopsNobodyAndIsTold() throws Exception {
    Process daemon = daemonOnLittleDisk("true");
    try {
      scene.awaitDaemon(daemon);
      try (HookPeer hook = new HookPeer(scene.stage())) {
        String padding = "x".repeat(8_000);
        List<String> heard = new ArrayList<>();
        int number = 0;
        while (number < 200) {
          hook.request(++number, ("echo " + padding).getBytes(StandardCharsets.UTF_8));
          heard.addAll(hook.untilDecided(number));
          assertEquals("A " + number, heard.getLast());
        }
        String line = "dd if=/dev/zero of=" + scene.stage().live();
        hook.request(++number, line.getBytes(StandardCharsets.UTF_8));
        heard.addAll(hook.untilDecided(number));
        assertEquals("B " + number, heard.getLast());
        assertTrue(
            heard.stream()
                .anyMatch(
                    text -> text.contains("commands are not") || text.contains("some commands")),
            heard::toString);
      }
      String status = scene.ok("daemon", "status");
      // Little records may fit again by then.
      assertTrue(
          status.contains("not being recorded") || status.contains("could not be recorded"),
          status);
    } finally {
      end(daemon);
    }
  }

  @Test
  void aTornJournalOnAFullDiskKeepsNoDaemonFromGuarding() throws Exception {
    Process daemon =
        daemonOnLittleDisk(
            "mkdir -m 700 journal && printf '{\"n\":1,\"type' >journal/00000001.jsonl"
                + " && ! cat /dev/zero >full 2>/dev/null");
    try {
      scene.awaitDaemon(daemon);
      try (HookPeer hook = new HookPeer(scene.stage())) {
        String line = "dd if=/dev/zero of=" + scene.stage().live();
        hook.request(1, line.getBytes(StandardCharsets.UTF_8));
        List<String> heard = hook.untilDecided(1);
        assertEquals("B 1", heard.getLast());
        assertTrue(heard.stream().anyMatch(text -> text.contains("recorded in")), heard::toString);
        assertEquals("block", scene.logged(line, _ -> true).get("decision").getAsString());
      }
      assertTrue(scene.ok("daemon", "status").contains("No space left"));
    } finally {
      end(daemon);
    }
  }

  @Test
  void aStateDirectoryThatIsNoneKeepsNoDaemonFromGuarding() throws Exception {
    Files.writeString(scene.stage().home().resolve("state"), "");
    scene.ok("daemon", "start");
    JsonObject verdict = scene.check("dd if=/dev/zero of=" + scene.stage().live());
    assertEquals("block", verdict.get("verdict").getAsString());
    assertTrue(scene.ok("daemon", "status").contains("is not a directory"));
  }

  /** Starts a daemon whose state is on a disk of 512 KiB, prepared there by a shell command. */
  private Process daemonOnLittleDisk(String preparation) throws IOException {
    Path state = Files.createDirectory(scene.stage().home().resolve("state"));
    // In a mount namespace of its own, so that the little disk goes when the daemon does.
    List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
    if (!System.getProperty("user.name").equals("root")) {
      command.add("--map-root-user");
    }
    command.addAll(
        List.of(
            "sh",
            "-c",
            "mount -t tmpfs -o size=512k,mode=700 tmpfs \"$0\" && (cd \"$0\" && "
                + preparation
                + ") && exec \"$1\" daemon run",
            state.toString(),
            Scene.LAUNCHER.toString()));
    return scene.start(command, Map.of());
  }

  private static void end(Process daemon) throws InterruptedException {
    daemon.destroy();
    daemon.waitFor(20, TimeUnit.SECONDS);
    daemon.destroyForcibly();
  }

  private void kill() throws Exception {
    ProcessHandle daemon = scene.stage().daemon().orElseThrow();
    daemon.destroyForcibly(); // SIGKILL
    daemon.onExit().get(20, TimeUnit.SECONDS);
  }

  private Path lastSegment() throws IOException {
    try (Stream<Path> files = Files.list(scene.stage().home().resolve("state/journal"))) {
      return files
          .filter(file -> file.toString().endsWith(".jsonl"))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }
}
