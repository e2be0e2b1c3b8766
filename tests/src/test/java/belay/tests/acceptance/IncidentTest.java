package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.Stage;
import belay.daemon.tryout.StageShell;
import belay.daemon.tryout.StageShell.End;
import belay.daemon.tryout.StageShell.Entered;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The disk image of a running guest, and all the ways to overwrite it, in real shells. */
@Tag("acceptance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class IncidentTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Scene scene;
  private Stage stage;

  @BeforeAll
  void set() throws Exception {
    scene = Scene.withDaemon();
    stage = scene.stage();
    assertTrue(stage.guest().locked(), "qemu-utils is not installed; ./test installs it");
  }

  @AfterAll
  void strike() throws IOException {
    if (scene != null) {
      scene.close();
    }
  }

  /** Each test starts from images that differ from the golden one. */
  @BeforeEach
  void freshImages() throws IOException {
    Scene.reset(stage.live(), 1);
    Scene.reset(stage.idle(), 2);
  }

  /** What is done to an image, {@code IMAGE} standing for its path. */
  private static final List<List<String>> WAYS =
      List.of(
          List.of("dd if=golden.img of=IMAGE bs=4M conv=fsync"),
          List.of("sudo dd if=golden.img of=IMAGE bs=4M conv=fsync"),
          List.of("cat golden.img > IMAGE"),
          List.of("cp golden.img IMAGE"),
          List.of("qemu-img convert -f raw -O raw golden.img IMAGE"),
          List.of("cat golden.img | dd of=IMAGE bs=4M conv=fsync"),
          List.of("cat golden.img | tee IMAGE > /dev/null"),
          List.of("true && dd if=golden.img of=IMAGE bs=4M"),
          List.of("for i in 1; do dd if=golden.img of=IMAGE bs=4M; done"),
          List.of("bash -c 'dd if=golden.img of=IMAGE bs=4M'"),
          List.of("alias restore='dd if=golden.img bs=4M'", "restore of=IMAGE"),
          List.of("IMG=IMAGE", "dd if=golden.img of=$IMG bs=4M"),
          List.of("restore() { dd if=golden.img of=\"$1\" bs=4M; }", "restore IMAGE"),
          List.of("dd if=golden.img \\\r of=IMAGE bs=4M"));

  static Stream<Arguments> waysInBothShells() {
    return Stream.of("bash", "zsh")
        .flatMap(shell -> WAYS.stream().map(way -> Arguments.of(shell, way)));
  }

  @ParameterizedTest
  @MethodSource("waysInBothShells")
  void theLiveImageIsNotOverwritten(String shell, List<String> way) throws Exception {
    String before = Stage.hash(stage.live());
    List<String> lines = naming(way, stage.live());
    try (StageShell hands = StageShell.open(stage, shell, PATIENCE)) {
      for (String line : lines.subList(0, lines.size() - 1)) {
        assertEquals(End.RAN, hands.enter(line).end(), line);
      }
      Entered entered = hands.enter(lines.getLast());
      assertEquals(before, Stage.hash(stage.live()), entered::seen);
      assertEquals(End.STOPPED, entered.end(), entered::seen);
      assertTrue(entered.seen().contains(stage.live().toString()), entered::seen);
      assertTrue(entered.seen().contains(stage.guest().program()), entered::seen);
      // The shell is as well as before.
      Path marker = scene.path("marker-" + System.nanoTime());
      assertEquals(End.RAN, hands.enter("touch " + marker).end());
      assertTrue(Files.exists(marker));
    }
    JsonObject hit = scene.logged(lines.getLast().replace("\r", "⏎"), _ -> true);
    assertEquals("block", hit.get("decision").getAsString(), hit::toString);
    assertTrue(!hit.has("exit"), hit::toString);
  }

  /** What makes the test above able to fail: each way does overwrite an image that is not live. */
  @ParameterizedTest
  @MethodSource("waysInBothShells")
  void anImageThatIsNotLiveIsOverwritten(String shell, List<String> way) throws Exception {
    List<String> lines = naming(way, stage.idle());
    try (StageShell hands = StageShell.open(stage, shell, PATIENCE)) {
      for (String line : lines) {
        Entered entered = hands.enter(line);
        if (entered.end() == End.ASKED) {
          entered = hands.answer(entered.challenge() + "\r");
        }
        assertEquals(End.RAN, entered.end(), entered::seen);
      }
    }
    assertEquals(Stage.hash(stage.golden()), Stage.hash(stage.idle()));
  }

  private static List<String> naming(List<String> way, Path image) {
    return way.stream().map(line -> line.replace("IMAGE", image.toString())).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void theHabitRunsAsEverAndItsStatusAndDurationAreRecorded(String shell) throws Exception {
    String line =
        "dd if=golden.img of="
            + stage.idle()
            + " bs=4M conv=fsync status="
            + (shell.equals("bash") ? "none" : "noxfer"); // to be found in the journal
    try (StageShell hands = StageShell.open(stage, shell, PATIENCE)) {
      Entered entered = hands.enter(line);
      assertEquals(End.RAN, entered.end(), entered::seen);
      assertEquals(Stage.hash(stage.golden()), Stage.hash(stage.idle()));
      JsonObject hit = scene.logged(line, found -> found.has("exit"));
      assertEquals(0, hit.get("exit").getAsInt());
      assertTrue(hit.get("duration_us").getAsLong() > 0, hit::toString);
      assertEquals("allow", hit.get("decision").getAsString());

      String failing = line.replace("golden.img", "/nonexistent");
      assertEquals(End.RAN, hands.enter(failing).end());
      assertEquals(1, scene.logged(failing, found -> found.has("exit")).get("exit").getAsInt());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void theMessageNamesTargetHolderHabitAndWhatToTypeInstead(String shell) throws Exception {
    stage.startDaemon(shell); // reads in the history of six weeks
    String line = "dd if=" + stage.golden() + " of=" + stage.live() + " bs=4M conv=fsync";
    String habit = "dd if=" + stage.golden() + " of=" + stage.idle() + " bs=4M conv=fsync";
    try (StageShell hands = StageShell.open(stage, shell, PATIENCE)) {
      Entered entered = hands.enter(line);
      List<String> rows = new ArrayList<>(List.of(entered.seen().split("\n")));
      String panel = unwrapped(rows);
      assertTrue(panel.contains(unspaced(stage.live().toString())), entered::seen);
      assertTrue(panel.contains(unspaced(stage.guest().program())), entered::seen);
      assertTrue(panel.contains(String.valueOf(stage.guest().process().pid())), entered::seen);
      assertTrue(panel.contains(unspaced(habit)), entered::seen);
      // Under the habit a mark stands below the character that differs.
      int usually = rowOf(rows, "usually");
      assertTrue(
          rows.subList(usually, Math.min(rows.size(), usually + 4)).stream()
              .anyMatch(row -> row.strip().equals("^")),
          entered::seen);
      assertTrue(rowOf(rows, "instead") >= 0, entered::seen);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aStoppedLineCanBeBroughtBackAndMended(String shell) throws Exception {
    String line = "dd if=golden.img of=xen/web1.img bs=4M conv=fsync";
    try (StageShell hands = StageShell.open(stage, shell, PATIENCE)) {
      assertEquals(End.STOPPED, hands.enter(line).end());
      String recall = shell.equals("bash") ? "\u0019" : "\u001b[A"; // Ctrl-Y; Up
      int mark = hands.terminal().mark();
      hands.terminal().type(recall);
      hands.terminal().await(mark, "conv=fsync");
      // Home, then to behind the 1 of web1, which goes for a 2.
      hands.terminal().type("\u0001");
      hands.terminal().type("\u001b[C".repeat(line.indexOf("1.img") + 1));
      Entered entered = hands.enter("\u007f2");
      assertEquals(End.RAN, entered.end(), entered::seen);
      assertEquals(Stage.hash(stage.golden()), Stage.hash(stage.idle()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void controlsInTheLineAreShownAndNotObeyed(String shell) throws Exception {
    // Ctrl-V enters the key behind it as it is: ESC ] 0 ; ... BEL would set the window's title.
    String typed = "dd if=golden.img of=xen/web1.img # \u0016\u001b]0;owned\u0016\u0007";
    try (StageShell hands = StageShell.open(stage, shell, PATIENCE)) {
      Entered entered = hands.enter(typed);
      assertEquals(End.STOPPED, entered.end(), entered::seen);
      assertTrue(!entered.shown().contains("\u001b]0;owned"), entered::seen);
      assertTrue(entered.seen().contains("^[]0;owned^G"), entered::seen);
    }
    for (JsonObject hit : scene.log()) {
      assertTrue(!hit.get("command").getAsString().contains("\u001b"), hit::toString);
    }
  }

  /** In bash: zsh's own editor (5.9) makes a question mark of what is no character. */
  @Test
  void bytesThatAreNoUtf8RunAsTheyWereTyped() throws Exception {
    Path marker = scene.path("bytes");
    try (StageShell hands = StageShell.open(stage, "bash", PATIENCE)) {
      hands.terminal().type("printf %s '");
      hands.terminal().type((byte) 0xfe, (byte) 0x80);
      Entered entered = hands.enter("' > " + marker);
      assertEquals(End.RAN, entered.end(), entered::seen);
    }
    assertArrayEquals(new byte[] {(byte) 0xfe, (byte) 0x80}, Files.readAllBytes(marker));
  }

  private static int rowOf(List<String> rows, String label) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).strip().startsWith(label)) {
        return i;
      }
    }
    return -1;
  }

  /** The panel's text without the breaks that the width of the terminal makes. */
  private static String unwrapped(List<String> rows) {
    return rows.stream().map(IncidentTest::unspaced).reduce("", String::concat);
  }

  private static String unspaced(String text) {
    return text.replace(" ", "");
  }
}
