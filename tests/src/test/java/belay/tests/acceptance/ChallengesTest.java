package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.daemon.tryout.ShellOnPty;
import belay.daemon.tryout.Stage;
import belay.daemon.tryout.StageShell;
import belay.daemon.tryout.StageShell.End;
import belay.daemon.tryout.StageShell.Entered;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rule may ask for beside a yes, in real shells, with a real other user. */
@Tag("acceptance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ChallengesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String QUESTION_ENDS = "anything else not to: ";

  private static final Pattern CODE = Pattern.compile("belay approve ([2-9A-Z]{8})");

  /** What a line of kernels and distributions calls the user without rights. */
  private static final String NOBODY = "65534";

  private static final String PACK =
      """
      pack: team.seal
      version: 1.0.0
      title: Our seals
      rules:
        - id: sealed
          title: A seal is broken
          when: {effects: delete, targets: path, path: {matches: sealed}}
          severity: high
          action: confirm
          challenge: second-person
          message: "`{program}` would break the seal."
          examples: {confirm: rm -r /srv/sealed, silent: rm -r /srv/other}
        - id: slow
          title: Something slow
          when: {effects: delete, targets: path, path: {matches: slow}}
          severity: high
          action: confirm
          challenge: [{wait: 2s}, {phrase: let it go}]
          message: "`{program}` would hurry."
          examples: {confirm: rm -r /srv/slow, silent: rm -r /srv/other}
      """;

  private Scene scene;

  @BeforeAll
  void set() throws Exception {
    scene = Scene.set();
    Path packs = Files.createDirectories(scene.stage().home().resolve("config/packs"));
    Files.writeString(packs.resolve("team.seal.yaml"), PACK);
    scene.ok("daemon", "start");
  }

  @AfterAll
  void strike() throws IOException {
    if (scene != null) {
      scene.close();
    }
  }

  private static void isRoot() {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root can act as another user");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aLineRunsWhenAnotherUserHasApprovedIt(String shell) throws Exception {
    isRoot();
    Path sealed = Files.createDirectories(scene.path(shell).resolve("sealed"));
    String line = "rm -r " + sealed;
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      ShellOnPty terminal = hands.terminal();
      int mark = terminal.mark();
      terminal.type(line + "\r");
      Matcher code = CODE.matcher(terminal.await(mark, text -> text.contains("gives it up. ")));
      assertTrue(code.find());
      Stage.Ran own = scene.stage().belay("approve", code.group(1), "--yes");
      assertEquals(1, own.status(), own::output);
      Process guess = asNobody("approve", "AAAA2222", "--yes");
      assertEquals(1, guess.waitFor());
      Process other = asNobody("approve", code.group(1), "--yes");
      String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, other.waitFor(), said);
      String shown = terminal.await(mark, text -> text.contains(QUESTION_ENDS));
      assertTrue(shown.contains("Approved by nobody (uid 65534)."), shown);
      assertTrue(Files.exists(sealed));
      assertEquals(End.RAN, hands.answer("yes\r").end());
      assertFalse(Files.exists(sealed));
      assertTrue(journal().contains("approved by nobody (uid 65534)"));
      assertFalse(Files.exists(Path.of("/tmp/belay-approve-0")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void whoWaitsForAnotherCanGiveItUp(String shell) throws Exception {
    Path sealed = Files.createDirectories(scene.path("given-up-" + shell).resolve("sealed"));
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      ShellOnPty terminal = hands.terminal();
      int mark = terminal.mark();
      terminal.type("rm -r " + sealed + "\r");
      Matcher code = CODE.matcher(terminal.await(mark, text -> text.contains("gives it up. ")));
      assertTrue(code.find());
      assertEquals(End.STOPPED, hands.answer("\u0003").end());
      assertTrue(Files.exists(sealed));
      if (System.getProperty("user.name").equals("root")) {
        assertEquals(1, asNobody("approve", code.group(1), "--yes").waitFor());
      }
      assertEquals(End.RAN, hands.enter("echo on").end());
    }
  }

  /** Longer than the hook waits for a silent daemon. */
  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aLineWaitsAndThenWantsItsPhrase(String shell) throws Exception {
    Path slow = Files.createDirectories(scene.path(shell).resolve("slow"));
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      ShellOnPty terminal = hands.terminal();
      int mark = terminal.mark();
      terminal.type("rm -r " + slow + "\r");
      terminal.await(mark, text -> text.contains("Wait 2 s"));
      terminal.type("let it go\r");
      Entered asked =
          new Entered(End.ASKED, terminal.await(mark, text -> text.contains(QUESTION_ENDS)));
      assertEquals("let it go", asked.challenge());
      assertEquals(End.STOPPED, hands.answer("yes\r").end());
      assertTrue(Files.exists(slow));
      assertEquals(End.ASKED, hands.enter("rm -r " + slow).end());
      assertEquals(End.RAN, hands.answer("let it go\r").end());
      assertFalse(Files.exists(slow));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"allow", "ask"})
  void noAnswerBeforehandStandsForAnother(String answer) throws Exception {
    Path sealed = Files.createDirectories(scene.path("guard-" + answer).resolve("sealed"));
    Process guard =
        scene.start(
            List.of(
                "setsid",
                Scene.LAUNCHER.toString(),
                "guard",
                "--answer",
                answer,
                "--",
                "rm",
                "-r",
                sealed.toString()),
            Map.of());
    guard.getOutputStream().close();
    assertEquals(10, guard.waitFor());
    assertTrue(Files.exists(sealed));
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

  /** Runs {@code belay} as another user, who may not see where we are built. */
  private static Process asNobody(String... arguments) throws IOException {
    Path place = Files.createTempDirectory(Path.of("/tmp"), "belay-other");
    Path jar = place.resolve("belay.jar");
    Path built = Scene.ROOT.resolve("daemon/target");
    Files.copy(built.resolve("belay.jar"), jar);
    Path libraries = Files.createDirectory(place.resolve("lib"));
    try (Stream<Path> all = Files.list(built.resolve("lib"))) {
      for (Path library : all.toList()) {
        Files.copy(library, libraries.resolve(library.getFileName()));
      }
    }
    try (Stream<Path> all = Files.walk(place)) {
      for (Path each : all.toList()) {
        String mode = Files.isDirectory(each) ? "rwxrwxrwx" : "rw-r--r--";
        Files.setPosixFilePermissions(each, PosixFilePermissions.fromString(mode));
      }
    }
    List<String> command =
        Stream.concat(
                Stream.of(
                    "setpriv",
                    "--reuid=" + NOBODY,
                    "--regid=" + NOBODY,
                    "--clear-groups",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Djna.tmpdir=" + place,
                    "-Duser.home=" + place,
                    "-cp",
                    jar.toString(),
                    "belay.daemon.cli.Main"),
                Stream.of(arguments))
            .toList();
    return new ProcessBuilder(command)
        .directory(place.toFile())
        .redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .start();
  }
}
