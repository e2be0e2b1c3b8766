package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.daemon.tryout.Stage;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A {@link Stage}, and what tests do on it. */
final class Scene implements AutoCloseable {

  /** The root of the source tree; Surefire runs a module's tests in the module's directory. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static final Path LAUNCHER = ROOT.resolve("belay");

  private final Stage stage;

  private Scene(Stage stage) {
    this.stage = stage;
  }

  /** Sets a stage in the home directory: below target or /tmp everything looks thrown away. */
  static Scene set() throws IOException, InterruptedException {
    return new Scene(Stage.set(LAUNCHER, Path.of(System.getProperty("user.home"))));
  }

  /** Sets a stage with a daemon that runs. */
  static Scene withDaemon() throws IOException, InterruptedException {
    Scene scene = set();
    try {
      scene.ok("daemon", "start");
      return scene;
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      scene.close();
      throw e;
    }
  }

  Stage stage() {
    return stage;
  }

  Path path(String name) {
    return stage.directory().resolve(name);
  }

  /** Runs {@code belay}, which must succeed, and gives what it printed. */
  String ok(String... arguments) throws IOException, InterruptedException {
    Stage.Ran ran = stage.belay(arguments);
    assertEquals(0, ran.status(), () -> "belay " + List.of(arguments) + ": " + ran.output());
    return ran.output();
  }

  /** A {@code belay} with pipes on its input and output and nothing on its error output. */
  Process start(List<String> command, Map<String, String> more) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(stage.directory().toFile())
            .redirectError(Files.createTempFile(stage.home(), "stderr", ".txt").toFile());
    builder.environment().clear();
    builder.environment().putAll(stage.environment());
    builder.environment().putAll(more);
    return builder.start();
  }

  /** Waits until a daemon that was started by hand serves. */
  void awaitDaemon(Process daemon) throws InterruptedException {
    while (stage.daemon().isEmpty()) {
      if (daemon.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the daemon ended with status " + daemon.exitValue());
      }
    }
  }

  /** Runs {@code belay check --json}. */
  JsonObject check(String line) throws IOException, InterruptedException {
    Process process = start(List.of(LAUNCHER.toString(), "check", "--json", "--", line), Map.of());
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return JsonParser.parseString(out).getAsJsonObject();
  }

  /** The latest commands in the journal, oldest first. */
  List<JsonObject> log() throws IOException, InterruptedException {
    List<JsonObject> out = new ArrayList<>();
    for (String line : stage.belay("log", "--json", "--limit", "500").output().split("\n")) {
      if (line.startsWith("{")) {
        out.add(known(JsonParser.parseString(line).getAsJsonObject()));
      }
    }
    return out;
  }

  /** Without the members that are null. */
  private static JsonObject known(JsonObject hit) {
    JsonObject out = new JsonObject();
    hit.asMap().entrySet().stream()
        .filter(member -> !member.getValue().isJsonNull())
        .forEach(member -> out.add(member.getKey(), member.getValue()));
    return out;
  }

  /** The latest command in the journal that is exactly {@code line}, with {@code more} true. */
  JsonObject logged(String line, Predicate<JsonObject> more)
      throws IOException, InterruptedException {
    List<JsonObject> log = List.of();
    // An outcome is told after the prompt is back and is indexed a moment later.
    for (int attempt = 0; attempt < 20; attempt++) {
      log = log();
      for (JsonObject hit : log.reversed()) {
        if (hit.get("command").getAsString().equals(line) && more.test(hit)) {
          return hit;
        }
      }
    }
    throw new AssertionError("not in the journal: " + line + "\nbut:\n" + log);
  }

  /** Fills an image with bytes that no other image has, in place. */
  static void reset(Path image, int seed) throws IOException {
    byte[] bytes = new byte[(int) Files.size(image)];
    new Random(seed).nextBytes(bytes);
    Files.write(image, bytes);
  }

  @Override
  public void close() throws IOException {
    stage.close();
  }
}
