package belay.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A house of the launcher's own:
 *
 * <pre>
 *   it's a house/
 *   ├── belay                    the launcher, as it is
 *   ├── pom.xml, rules/ index/ … with a pom.xml and src/main each
 *   jdk/
 *   ├── bin/java, bin/javac      print how they were called
 *   └── release                  JAVA_VERSION="25.0.1"
 *   bin/mvn                      makes daemon/target/belay.jar and counts its calls
 * </pre>
 */
final class LauncherTest {

  private static final Path LAUNCHER = Path.of("..").toAbsolutePath().normalize().resolve("belay");

  @TempDir private Path temporary;
  private Path house;
  private Path jdk;
  private Path programs;
  private Path calls;

  @BeforeEach
  void build() throws IOException {
    house = Files.createDirectories(temporary.resolve("it's a house"));
    jdk = temporary.resolve("jdk");
    programs = Files.createDirectories(temporary.resolve("bin"));
    calls = Files.createFile(temporary.resolve("calls"));
    Files.copy(LAUNCHER, house.resolve("belay"));
    Files.writeString(house.resolve("pom.xml"), "");
    for (String module : List.of("rules", "index", "daemon", "shell-hooks")) {
      Files.createDirectories(house.resolve(module + "/src/main"));
      Files.writeString(house.resolve(module + "/pom.xml"), "");
      Files.writeString(house.resolve(module + "/src/main/source"), "");
    }
    jdk("25.0.1");
    maven("echo building; mkdir -p daemon/target; : > daemon/target/belay.jar");
    age(house);
  }

  private void jdk(String version) throws IOException {
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "IMAGE=x\nJAVA_VERSION=\"" + version + "\"\n");
    script(jdk.resolve("bin/java"), "printf '%s\\n' \"$@\"; exit 7");
    script(jdk.resolve("bin/javac"), "exit 1");
  }

  private void maven(String what) throws IOException {
    script(programs.resolve("mvn"), "echo \"$*\" >> '" + calls + "'\n" + what);
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Everything that is there becomes older than anything that is made from now on. */
  private static void age(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
      }
    }
  }

  private record Ran(int status, String out, String errors) {}

  private Process start(Map<String, String> environment, Path program, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("BELAY_"));
    builder.environment().put("BELAY_JAVA_HOME", jdk.toString());
    builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Ran end(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out, errors);
  }

  private Ran run(String... arguments) throws IOException, InterruptedException {
    return end(start(Map.of(), house.resolve("belay"), arguments));
  }

  private int builds() throws IOException {
    return Files.readAllLines(calls).size();
  }

  @Test
  void initNamesLauncherAndHookSoThatBothShellsReadItAndStartsNoJvm() throws Exception {
    Path hooks = house.resolve("shell-hooks/src/main/resources/belay/hooks");
    Files.createDirectories(hooks);
    for (String shell : List.of("bash", "zsh")) {
      Files.writeString(
          hooks.resolve("belay." + shell), "printf 'hook of %s' \"$__belay_launcher\"");
      Ran ran =
          end(
              start(
                  Map.of("LAUNCHER", house.resolve("belay").toString()),
                  Path.of("/usr/bin/env"),
                  shell,
                  "-c",
                  "eval \"$(\"$LAUNCHER\" init " + shell + ")\""));
      assertEquals("hook of " + house.toRealPath().resolve("belay"), ran.out(), ran.errors());
    }
    assertEquals(0, builds());
  }

  @Test
  void aLinkElsewhereLeadsToTheHouse() throws Exception {
    Path link = Files.createSymbolicLink(programs.resolve("belay"), house.resolve("belay"));
    Ran ran = end(start(Map.of(), link, "init", "bash"));
    assertTrue(ran.out().contains("shell-hooks/src/main/resources/belay/hooks/belay.bash"));
    assertEquals(0, ran.status());
  }

  @Test
  void initOfAnotherShellIsMisuse() throws Exception {
    Ran ran = run("init", "fish");
    assertEquals(2, ran.status());
    assertEquals("", ran.out());
    assertEquals(1, ran.errors().lines().count());
  }

  @Test
  void itBuildsWhenNothingIsBuiltAndNotAgain() throws Exception {
    Ran first = run("check");
    assertEquals(1, builds());
    assertTrue(first.errors().contains("building"), first.errors());
    assertEquals(7, first.status());
    Ran second = run("check");
    assertEquals(1, builds());
    assertEquals("", second.errors());
  }

  @Test
  void aSourceNewerThanTheBuildIsBuilt() throws Exception {
    run("check");
    age(house);
    Files.writeString(house.resolve("rules/src/main/new"), "");
    run("check");
    assertEquals(2, builds());
  }

  @Test
  void aDaemonThatAShellStartsTakesTheBuildThatIsThere() throws Exception {
    run("check");
    age(house);
    Files.writeString(house.resolve("rules/src/main/new"), "");
    run("daemon", "run");
    run("daemon", "start");
    assertEquals(1, builds());
  }

  @Test
  void aFailedBuildShowsTheEndOfItsLogAndIsTroubleOfTheDaemon() throws Exception {
    maven("echo the reason; exit 1");
    Ran ran = run("check");
    assertEquals(3, ran.status());
    assertEquals("", ran.out());
    assertTrue(ran.errors().contains("the reason"), ran.errors());
    assertTrue(ran.errors().contains("target/build.log"), ran.errors());
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    Path gate = temporary.resolve("gate");
    assertEquals(0, new ProcessBuilder("mkfifo", gate.toString()).start().waitFor());
    // The build waits for the gate, which opens when both launchers have been started.
    maven("cat '" + gate + "'; mkdir -p daemon/target; : > daemon/target/belay.jar");
    Process first = start(Map.of(), house.resolve("belay"), "check");
    Process second = start(Map.of(), house.resolve("belay"), "check");
    Files.writeString(gate, "open\n");
    assertEquals(7, end(first).status());
    assertEquals(7, end(second).status());
    assertEquals(1, builds());
  }

  @Test
  void aDirectoryThatIsNoJdkIsNamedInOneLine() throws Exception {
    for (String version : List.of("17.0.15", "1.8.0_402", "", "x")) {
      jdk(version);
      Ran ran = run("check");
      assertEquals(3, ran.status());
      assertEquals("", ran.out());
      assertEquals(1, ran.errors().lines().count(), ran.errors());
      assertTrue(ran.errors().contains(jdk.toString()), ran.errors());
    }
    assertEquals(0, builds());
  }

  @Test
  void theOptionsOfOtherPeoplesJvmsAreNotOurs() throws Exception {
    script(jdk.resolve("bin/java"), "echo \"<$JAVA_TOOL_OPTIONS$JDK_JAVA_OPTIONS$_JAVA_OPTIONS>\"");
    Map<String, String> options =
        Map.of("JAVA_TOOL_OPTIONS", "-a", "JDK_JAVA_OPTIONS", "-b", "_JAVA_OPTIONS", "-c");
    assertEquals("<>\n", end(start(options, house.resolve("belay"), "check")).out());
  }

  @Test
  void argumentsArriveAsTheyWereGiven() throws Exception {
    Ran ran = run("check", "--", "a  b", "", "*", "ü'\"$x");
    assertTrue(ran.out().endsWith("check\n--\na  b\n\n*\nü'\"$x\n"), ran.out());
  }
}
