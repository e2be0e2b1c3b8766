package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.Stage;
import belay.daemon.tryout.StageShell;
import belay.daemon.tryout.StageShell.End;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packs that come from others, with the real command, a real daemon and real shells. */
@Tag("acceptance")
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SharingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The calls that change names; what was written before one of them outlives the process. */
  private static final String CHANGING = "mkdir,rename,symlink,link,unlink,rmdir";

  /** A line of the trace: the thread and the call it enters. */
  private static final Pattern CALL = Pattern.compile("^\\d+ +(?<name>[a-z]+)(?=\\()");

  /** What strace(1) ends with when its child was killed: 128 and the number of the signal. */
  private static final int KILLED = 128 + 9;

  private Scene scene;

  @BeforeEach
  void set() throws Exception {
    scene = Scene.set();
  }

  @AfterEach
  void strike() throws IOException {
    if (scene != null) {
      scene.close();
    }
  }

  private Path pack(String version, String action) throws IOException {
    Path directory = Files.createDirectories(scene.path("pack-" + version));
    Files.writeString(
        directory.resolve("pack.yaml"),
        "pack: team.keep\nversion: %s\ntitle: What we keep\n".formatted(version));
    Files.writeString(
        directory.resolve("rules.yaml"),
        """
        rules:
          - id: kept
            title: Something kept is deleted
            when: {effects: delete, targets: path, path: {matches: kept}}
            severity: high
            action: %1$s
            message: "`{program}` would delete what we keep."
            examples: {%1$s: rm -r /srv/kept, silent: rm -r /srv/other}
        """
            .formatted(action));
    return directory;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aPackIsInForceWithTheNextLineOfAnOpenShell(String shell) throws Exception {
    scene.ok("daemon", "start");
    Path key = scene.path("team.key");
    String fingerprint = scene.ok("pack", "keygen", key.toString());
    fingerprint = fingerprint.substring(fingerprint.indexOf("SHA256:")).strip();
    Path pack = pack("1.0.0", "block");
    scene.ok("pack", "sign", pack.toString(), "--key", key.toString());
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      Path kept = Files.createDirectories(scene.path("kept"));
      assertEquals(
          1, scene.stage().belay("pack", "install", "--trust", "x", pack.toString()).status());
      String said = scene.ok("pack", "install", "--trust", fingerprint, pack.toString());
      assertTrue(said.contains("`team.keep` 1.0.0 is in force, signed by " + fingerprint), said);
      awaitRule();
      assertEquals(End.STOPPED, hands.enter("rm -r " + kept).end());
      String listed = scene.ok("pack", "list");
      assertTrue(listed.contains("team.keep") && listed.contains("signed by SHA256:"), listed);
      assertTrue(scene.ok("pack", "keys").contains(fingerprint));
      scene.ok("pack", "remove", "team.keep");
      assertFalse(scene.ok("pack", "list").contains("team.keep"));
    }
    String journal = journal();
    assertTrue(journal.contains("pack installed") && journal.contains("pack removed"), journal);
  }

  /** The daemon takes it when the file system tells; a check is judged by the same rules. */
  private void awaitRule() throws Exception {
    while (!scene.check("rm -r /srv/kept").toString().contains("team.keep/kept")) {
      Thread.onSpinWait();
    }
  }

  private String journal() throws IOException {
    StringBuilder out = new StringBuilder();
    try (Stream<Path> files = Files.walk(scene.stage().home().resolve("state/journal"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.append(Files.readString(file));
      }
    }
    return out.toString();
  }

  /**
   * Each system call with which an installation changes the file system is once the last thing it
   * comes to: the kernel kills it at the entry of that call (strace(1), {@code --inject}).
   */
  @Test
  void whereverAnInstallationIsKilledTheOldPackIsThereOrTheNew() throws Exception {
    Path installed = scene.stage().home().resolve("config/installed");
    scene.ok("pack", "install", pack("1.0.0", "note").toString());
    List<String> changes = changes(pack("1.0.1", "confirm"));
    assertTrue(changes.containsAll(List.of("rename:1", "rename:3", "symlink:1", "rmdir:1")));
    Map<String, Map<String, String>> versions = new TreeMap<>();
    versions.put("1.0.1", files(scene.path("pack-1.0.1")));
    int patch = 1;
    for (String change : changes) {
      String version = "1.0." + ++patch;
      Path pack = pack(version, patch % 2 == 0 ? "note" : "confirm");
      versions.put(version, files(pack));
      String call = change.substring(0, change.indexOf(':'));
      String nth = change.substring(change.indexOf(':') + 1);
      Process process = traced(pack, "-e", "inject=" + call + ":signal=KILL:when=" + nth);
      assertEquals(KILLED, process.waitFor(), () -> "nothing was killed at " + change);
      Map<String, String> found = files(installed.resolve("team.keep"));
      assertTrue(
          versions.containsValue(found), () -> "neither old nor new at " + change + ": " + found);
    }
    scene.ok("pack", "install", pack("2.0.0", "note").toString());
    assertEquals(files(scene.path("pack-2.0.0")), files(installed.resolve("team.keep")));
    try (Stream<Path> left = Files.list(installed.resolve(".store"))) {
      assertEquals(1, left.count(), "what was left behind is swept");
    }
  }

  /** Installs the pack and tells each call that changed files, with how many of it came before. */
  private List<String> changes(Path pack) throws Exception {
    assertEquals(0, traced(pack).waitFor());
    Map<String, Integer> seen = new TreeMap<>();
    List<String> out = new ArrayList<>();
    for (String line : Files.readAllLines(scene.path("trace"))) {
      Matcher call = CALL.matcher(line);
      if (call.find()) {
        int nth = seen.merge(call.group(), 1, Integer::sum);
        out.add(call.group("name") + ":" + nth);
      }
    }
    return out.stream().distinct().toList();
  }

  private Process traced(Path pack, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-o"));
    command.add(scene.path("trace").toString());
    command.addAll(List.of("-e", "trace=" + CHANGING));
    command.addAll(List.of(more));
    command.addAll(List.of(Scene.LAUNCHER.toString(), "pack", "install", pack.toString()));
    return scene.start(command, Map.of());
  }

  private static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> out = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.toList()) {
        out.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return out;
  }

  @Test
  void aPackIsTriedOnOnesOwnPast() throws Exception {
    scene.ok("daemon", "start");
    Path scratch = Files.createDirectories(scene.path("past"));
    try (StageShell hands = StageShell.open(scene.stage(), "bash", PATIENCE)) {
      for (int i = 0; i < 2; i++) {
        Files.writeString(scratch.resolve("kept"), "");
        assertEquals(End.RAN, hands.enter("rm -f " + scratch + "/kept").end());
      }
      assertEquals(End.RAN, hands.enter("ls").end());
    }
    Path pack = pack("1.0.0", "block");
    scene.logged("ls", hit -> hit.has("exit") || hit.has("status") || hit.size() > 0);
    Stage.Ran diff = scene.stage().belay("pack", "diff", pack.toString());
    assertEquals(1, diff.status(), diff::output);
    assertTrue(diff.output().contains("2×"), diff::output);
    assertTrue(diff.output().contains("→ block"), diff::output);
    assertTrue(diff.output().contains("+team.keep/kept"), diff::output);
    assertTrue(diff.output().contains("2 would be judged otherwise"), diff::output);
    String bench = scene.ok("pack", "bench", pack.toString());
    assertTrue(bench.contains("team.keep/kept"), bench);
    scene.ok("pack", "install", pack.toString());
    JsonObject info =
        JsonParser.parseString(scene.ok("pack", "info", "--json", "team.keep")).getAsJsonObject();
    assertEquals("team", info.get("layer").getAsString());
    assertEquals(0, scene.stage().belay("pack", "diff", pack.toString()).status());
    assertEquals(1, scene.stage().belay("pack", "diff", "--without", "team.keep").status());
  }

  @Test
  void anArchiveIsBuiltSignedVerifiedAndInstalled() throws Exception {
    Path key = scene.path("team.key");
    scene.ok("pack", "keygen", key.toString());
    Path pack = pack("1.0.0", "block");
    Path one = scene.path("one.belay");
    Path two = scene.path("two.belay");
    scene.ok("pack", "build", pack.toString(), "-o", one.toString());
    scene.ok("pack", "build", pack.toString(), "-o", two.toString());
    assertEquals(-1, Files.mismatch(one, two));
    assertEquals(1, scene.stage().belay("pack", "verify", one.toString()).status());
    scene.ok("pack", "sign", one.toString(), "--key", key.toString());
    String verified = scene.ok("pack", "verify", one.toString());
    String fingerprint = verified.replaceAll("(?s).*(SHA256:[^ ]+) .*", "$1");
    scene.ok("pack", "install", "--trust", fingerprint, one.toString());
    byte[] bytes = Files.readAllBytes(one);
    bytes[bytes.length / 2] ^= 1;
    Files.write(two, bytes);
    Stage.Ran refused = scene.stage().belay("pack", "install", two.toString());
    assertEquals(1, refused.status());
    assertTrue(refused.output().contains("is damaged"), refused::output);
  }
}
