package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The privileged helper as root runs it, asked by somebody who is nobody. */
@Tag("acceptance")
final class HelperTest {

  private static final String NOBODY = "65534";

  @TempDir Path scratch = Path.of("");
  private final List<Process> started = new ArrayList<>();
  private Path home = Path.of("");
  private Path socket = Path.of("");

  /** Copies Belay to where everybody may read it. */
  @BeforeEach
  void copy() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can act as others");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not installed");
    open(scratch);
    home = Files.createDirectory(scratch.resolve("belay"));
    socket = scratch.resolve("socket");
    Path built = Scene.ROOT.resolve("daemon/target");
    for (String name : List.of("belay.jar", "lib", "native")) {
      try (Stream<Path> all = Files.walk(built.resolve(name))) {
        for (Path from : all.toList()) {
          Path to = home.resolve(built.relativize(from).toString());
          Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    try (Stream<Path> all = Files.walk(home)) {
      for (Path each : all.toList()) {
        open(each);
      }
    }
  }

  private static void open(Path path) throws IOException {
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : started) {
      process.destroy();
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }
  }

  private List<String> belay(List<String> before, String... arguments) {
    String processor = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86-64";
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-Djna.nounpack=true",
            "-Djna.boot.library.path=" + home.resolve("native/com/sun/jna/linux-" + processor),
            "-cp",
            home.resolve("belay.jar").toString(),
            "belay.daemon.cli.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts the helper with no more rights than its unit leaves it. */
  private void startHelper(String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("helper", "run", "--socket", socket + ""));
    arguments.addAll(List.of(more));
    Process helper =
        new ProcessBuilder(
                belay(
                    List.of(
                        "setpriv",
                        "--no-new-privs",
                        "--inh-caps=-all",
                        "--bounding-set=-all,+sys_ptrace,+dac_read_search"),
                    arguments.toArray(String[]::new)))
            .redirectErrorStream(true)
            .start();
    started.add(helper);
    BufferedReader said = helper.inputReader(StandardCharsets.UTF_8);
    assertEquals("belay: the helper listens at `" + socket + "`", said.readLine());
  }

  /** What somebody who is nobody is told about whether a thing is live. */
  private List<String> live(Path target) throws IOException, InterruptedException {
    List<String> nobody =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    ProcessBuilder builder =
        new ProcessBuilder(belay(nobody, "facts", "--offline", "--json", target.toString()))
            .directory(scratch.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "BELAY_CONFIG_DIR", scratch.resolve("none").toString(),
                "BELAY_FACTS_DEADLINE", "10s",
                "BELAY_HELPER", socket.toString()));
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String problem = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertEquals("", problem);
    JsonObject thing =
        JsonParser.parseString(out)
            .getAsJsonObject()
            .getAsJsonArray("things")
            .get(0)
            .getAsJsonObject();
    List<String> live = new ArrayList<>();
    for (JsonElement element : thing.getAsJsonArray("facts")) {
      JsonObject fact = element.getAsJsonObject();
      if (fact.get("about").getAsString().equals("live")) {
        live.add(
            (fact.get("truth").getAsString() + " " + fact.get("evidence").getAsString()).strip());
      }
    }
    return live;
  }

  private Process holder(Path file) throws IOException {
    Process holder =
        new ProcessBuilder("sh", "-c", "exec 3>>" + file + "; echo ready; exec sleep 600").start();
    started.add(holder);
    assertEquals("ready", holder.inputReader(StandardCharsets.UTF_8).readLine());
    return holder;
  }

  @Test
  void whatRootHasOpenIsToldToSomebodyWhoCanReachIt() throws Exception {
    Path data = Files.createDirectory(scratch.resolve("data"));
    open(data);
    Path file = data.resolve("log");
    Process holder = holder(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Path idle = Files.writeString(data.resolve("idle"), "data");

    assertEquals(
        List.of(
            "unknown descriptors of other users' processes cannot be seen; `belay helper` would"),
        live(file));

    startHelper();
    assertEquals(List.of("true open for writing in sleep (pid " + holder.pid() + ")"), live(file));
    assertEquals(List.of("false"), live(idle));
    assertEquals(
        List.of("true something below it is open for writing in sleep (pid " + holder.pid() + ")"),
        live(data));
  }

  /** {@code systemd-socket-activate(1)} hands over a socket as systemd does: sd_listen_fds(3). */
  @Test
  void theFirstQuestionOnASocketOfSystemdsStartsIt() throws Exception {
    Path activate = Path.of("/usr/bin/systemd-socket-activate");
    assumeTrue(Files.isExecutable(activate), "systemd-socket-activate is not installed");
    Path file = scratch.resolve("log");
    Process holder = holder(file);
    open(file);
    Process systemd =
        new ProcessBuilder(
                belay(
                    List.of(activate.toString(), "--seqpacket", "--listen=" + socket),
                    "helper",
                    "run"))
            .redirectErrorStream(true)
            .start();
    started.add(systemd);
    BufferedReader said = systemd.inputReader(StandardCharsets.UTF_8);
    assertTrue(said.readLine().startsWith("Listening on "));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertTrue(systemd.info().command().orElse("").endsWith("systemd-socket-activate"));

    String held = "true open for writing in sleep (pid " + holder.pid() + ")";
    List<String> live = live(file);
    // Who asks first does not wait for it to start.
    for (int asked = 1; asked < 20 && !live.equals(List.of(held)); asked++) {
      live = live(file);
    }
    assertEquals(List.of(held), live);
    assertTrue(
        systemd.info().command().orElse("").endsWith("java"), "it runs as the process it was");
  }

  @Test
  void whoIsNotInTheGroupIsTurnedAwayAndKnowsNothing() throws Exception {
    Path file = Files.writeString(scratch.resolve("idle"), "data");
    open(file);
    startHelper("--group", "0");
    List<String> live = live(file);
    assertEquals(1, live.size());
    assertTrue(
        live.getFirst()
            .startsWith(
                "unknown descriptors of other users' processes cannot be seen, and the privileged"
                    + " helper "),
        live.toString());
  }

  @Test
  void theUnitsAreInOrder() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "no systemd-analyze");
    Path units = Scene.ROOT.resolve("daemon/src/main/systemd");
    for (String name : List.of("belay-holders.service", "belay-holders.socket")) {
      String unit = Files.readString(units.resolve(name));
      Files.writeString(
          scratch.resolve(name), unit.replace("/opt/belay/belay", Scene.LAUNCHER.toString()));
    }
    Process verify =
        new ProcessBuilder(
                "systemd-analyze",
                "verify",
                scratch.resolve("belay-holders.service").toString(),
                scratch.resolve("belay-holders.socket").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, verify.waitFor(), said);
    assertEquals(List.of(), said.lines().filter(line -> line.contains("belay-holders")).toList());
  }
}
