package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.StageShell;
import belay.daemon.tryout.StageShell.End;
import belay.daemon.tryout.StageShell.Entered;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A line that is asked about runs on the right answer and on nothing else. */
@Tag("acceptance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class QuestionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Scene scene;
  private Path notes;
  private int count;

  @BeforeAll
  void set() throws Exception {
    scene = Scene.withDaemon();
  }

  @AfterAll
  void strike() throws IOException {
    if (scene != null) {
      scene.close();
    }
  }

  /** A directory of its own for each test, so that its line is found in the journal. */
  @BeforeEach
  void somethingToLose() throws IOException {
    notes = Files.createDirectory(scene.path("notes-" + ++count));
    Files.writeString(notes.resolve("todo.txt"), "try the backups\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void itRunsOnTheRightAnswer(String shell) throws Exception {
    String line = "rm -rf " + notes;
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      Entered entered = hands.enter(line);
      assertEquals(End.ASKED, entered.end(), entered::seen);
      assertTrue(Files.exists(notes));
      Entered answered = hands.answer(entered.challenge() + "\r");
      assertEquals(End.RAN, answered.end(), answered::seen);
      assertFalse(Files.exists(notes));
      JsonObject hit = scene.logged(line, found -> found.has("exit"));
      assertEquals("confirm", hit.get("decision").getAsString());
      assertEquals("accepted", hit.get("answer").getAsString());
      assertEquals(0, hit.get("exit").getAsInt());
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of("bash", "zsh")
        .flatMap(
            shell ->
                Stream.of(
                    Arguments.of(shell, "no\r", "refused"),
                    Arguments.of(shell, "\r", "refused"),
                    Arguments.of(shell, "yesterday\r", "refused"),
                    Arguments.of(shell, "\u0003", "interrupted"),
                    Arguments.of(shell, "\u0004", "end_of_input")));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void itDoesNotRunOnAnyOther(String shell, String keys, String recorded) throws Exception {
    String line = "rm -rf " + notes;
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      Entered entered = hands.enter(line);
      assertEquals(End.ASKED, entered.end(), entered::seen);
      Entered answered = hands.answer(keys);
      assertEquals(End.STOPPED, answered.end(), answered::seen);
      assertTrue(Files.exists(notes.resolve("todo.txt")));
      // The shell is as well as before.
      Path marker = scene.path("marker-" + count);
      assertEquals(End.RAN, hands.enter("touch " + marker).end());
      assertTrue(Files.exists(marker));
    }
    JsonObject hit = scene.logged(line, found -> found.has("answer"));
    assertEquals("confirm", hit.get("decision").getAsString());
    assertEquals(recorded, hit.get("answer").getAsString());
    assertFalse(hit.has("exit"), hit::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void keysTypedAheadAreNoAnswer(String shell) throws Exception {
    String line = "rm -rf " + notes;
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      String wanted = hands.enter(line).challenge();
      assertEquals(End.STOPPED, hands.answer("no\r").end());
      // The line and the right answer in one go, before there is a question.
      Entered entered = hands.enter(line + "\r" + wanted);
      assertEquals(End.ASKED, entered.end(), entered::seen);
      // Had it been answered, this would be a command of its own.
      Entered answered = hands.answer("no\r");
      assertEquals(End.STOPPED, answered.end(), answered::seen);
      assertTrue(Files.exists(notes.resolve("todo.txt")));
      Path marker = scene.path("ahead-" + count);
      assertEquals(End.RAN, hands.enter("touch " + marker).end());
      assertTrue(Files.exists(marker));
    }
    JsonObject hit = scene.logged(line, found -> found.has("answer"));
    assertEquals("refused", hit.get("answer").getAsString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void ctrlZSuspendsNothing(String shell) throws Exception {
    Path before = scene.path("modes-before-" + count);
    Path behind = scene.path("modes-behind-" + count);
    Path jobs = scene.path("jobs-" + count);
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      assertEquals(End.RAN, hands.enter("stty -a >" + before).end());
      assertEquals(End.ASKED, hands.enter("rm -rf " + notes).end());
      Entered answered = hands.answer("\u001ano\r");
      assertEquals(End.STOPPED, answered.end(), answered::seen);
      assertTrue(Files.exists(notes.resolve("todo.txt")));
      assertEquals(End.RAN, hands.enter("stty -a >" + behind + "; jobs >" + jobs).end());
      assertEquals(Files.readString(before), Files.readString(behind));
      assertEquals("", Files.readString(jobs));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aLineWithoutACommandIsLetGo(String shell) throws Exception {
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      if (shell.equals("zsh")) {
        hands.enter("setopt interactive_comments");
      }
      for (String line : List.of("", "   ", "# rm -rf " + notes, "  #; rm -rf " + notes)) {
        Entered entered = hands.enter(line);
        assertEquals(End.RAN, entered.end(), entered::seen);
      }
      assertTrue(Files.exists(notes.resolve("todo.txt")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void itDoesNotRunWhenTheTerminalGoes(String shell) throws Exception {
    String line = "rm -rf " + notes;
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      assertEquals(End.ASKED, hands.enter(line).end());
    }
    scene.logged(line, found -> found.has("answer"));
    assertTrue(Files.exists(notes.resolve("todo.txt")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void itDoesNotRunWhenTheDaemonDiesWhileItAsks(String shell) throws Exception {
    String line = "rm -rf " + notes;
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      assertEquals(End.ASKED, hands.enter(line).end());
      ProcessHandle daemon = scene.stage().daemon().orElseThrow();
      daemon.destroyForcibly();
      daemon.onExit().get(20, TimeUnit.SECONDS);
      // The next prompt comes by itself, and nothing has run.
      Path marker = scene.path("after-" + count);
      hands.answer("");
      assertTrue(Files.exists(notes.resolve("todo.txt")));
      hands.enter("touch " + marker);
      assertTrue(Files.exists(marker));
    }
    assertEquals(0, scene.stage().belay("daemon", "start").status());
    assertEquals("confirm", scene.logged(line, _ -> true).get("decision").getAsString());
  }
}
