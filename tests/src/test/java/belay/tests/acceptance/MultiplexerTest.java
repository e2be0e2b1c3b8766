package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.ShellOnPty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A question in a pane of tmux, which is resized while it stands there; tmux tells what is seen.
 */
@Tag("acceptance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MultiplexerTest {

  private static final Pattern CHALLENGE = Pattern.compile("Type (.+?) and Enter");

  private Scene scene;
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

  private List<String> tmux(String... words) {
    List<String> command =
        new ArrayList<>(
            List.of("tmux", "-f", "/dev/null", "-S", scene.path("tmux-" + count).toString()));
    command.addAll(List.of(words));
    return command;
  }

  private String said(String... words) throws IOException, InterruptedException {
    Process process = scene.start(tmux(words), Map.of());
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return out;
  }

  /** What stands on the screen, with wrapped lines whole. */
  private String screen() throws IOException, InterruptedException {
    return said("capture-pane", "-p", "-J").stripTrailing();
  }

  @ParameterizedTest
  @CsvSource({"bash,100,40,true", "bash,40,110,false", "zsh,100,40,true", "zsh,40,110,false"})
  void aQuestionOutlivesAChangeOfSize(String shell, int from, int to, boolean run)
      throws Exception {
    Path notes = Files.createDirectory(scene.path("notes-" + ++count));
    Files.writeString(notes.resolve("todo.txt"), "try the backups\n");
    List<String> command =
        tmux("new-session", "-x", "" + from, "-y", "30", quoted(scene.stage().shell(shell)));
    try (ShellOnPty terminal =
        new ShellOnPty(
            command,
            scene.stage().environment(),
            scene.stage().directory(),
            Duration.ofSeconds(30))) {
      terminal.await(0, "try$ ");
      said("set-option", "-g", "window-size", "manual");
      said("resize-window", "-x", "" + from, "-y", "30");
      int asked = terminal.mark();
      terminal.type("rm -rf notes-" + count + "\r");
      terminal.await(asked, "not to: ");
      String question = screen();
      Matcher wanted = CHALLENGE.matcher(question.replaceAll("\\s+", " "));
      assertTrue(wanted.find(), question);
      assertTrue(question.contains("notes-" + count), question);
      said("resize-window", "-x", "" + to, "-y", "30");
      assertTrue(Files.exists(notes));
      int answered = terminal.mark();
      terminal.type((run ? wanted.group(1) : "no") + "\r");
      terminal.type("echo al\"\"l-$?\r");
      terminal.await(answered, "all-0");
      assertEquals(!run, Files.exists(notes));
      terminal.await(answered, shown -> shown.substring(shown.indexOf("all-0")).contains("try$"));
      assertTrue(screen().endsWith("\ntry$"), this::screenOrWhy);
      assertFalse(said("display-message", "-p", "#{cursor_x}").isBlank());
      terminal.type("exit\r");
      terminal.awaitEnd();
    } finally {
      tmuxEnds();
    }
  }

  private void tmuxEnds() throws IOException, InterruptedException {
    scene.start(tmux("kill-server"), Map.of()).waitFor();
  }

  private String screenOrWhy() {
    try {
      return screen();
    } catch (IOException | InterruptedException e) {
      return e.toString();
    }
  }

  private static String quoted(List<String> words) {
    return String.join(" ", words.stream().map(word -> "'" + word + "'").toList());
  }
}
