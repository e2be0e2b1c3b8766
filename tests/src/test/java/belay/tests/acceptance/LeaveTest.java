package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.StageShell;
import belay.daemon.tryout.StageShell.End;
import belay.daemon.tryout.StageShell.Entered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is blocked or asked about may be given leave, and no more than that. */
@Tag("acceptance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LeaveTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Pattern CODE = Pattern.compile("belay pass ([2-9A-Z]{6})");

  private static final String PACK =
      """
      pack: team.vault
      version: 1.0.0
      title: Our vault
      rules:
        - id: not-here
          title: The vault is deleted
          when: {effects: [delete], targets: path, path: {matches: vault}}
          severity: high
          action: block
          message: "`{program}` would delete the vault."
          examples:
            block: [rm -rf /srv/vault]
            silent: [rm -rf /srv/other]
      """;

  private Scene scene;

  @BeforeAll
  void set() throws Exception {
    scene = Scene.withDaemon();
    Path packs = Files.createDirectories(scene.stage().home().resolve("config/packs"));
    Files.writeString(packs.resolve("team.vault.yaml"), PACK);
  }

  @AfterAll
  void strike() throws IOException {
    if (scene != null) {
      scene.close();
    }
  }

  /** Enters a line until the pack, which is read behind our back, is in force. */
  private static Entered blocked(StageShell hands, String line, Path target) throws Exception {
    while (true) {
      Files.createDirectories(target);
      Entered entered = hands.enter(line);
      if (entered.end() == End.STOPPED) {
        return entered;
      }
      if (entered.end() == End.ASKED) {
        hands.answer("no\r");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aBlockedLineRunsOnceByItsPass(String shell) throws Exception {
    Path vault = scene.path(shell).resolve("vault");
    String line = "rm -r " + vault;
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      Entered stopped = blocked(hands, line, vault);
      Matcher code = CODE.matcher(stopped.seen());
      assertTrue(code.find(), stopped::seen);
      assertEquals(End.STOPPED, hands.enter(line).end());
      Entered taken = hands.enter("belay pass " + code.group(1));
      assertTrue(taken.seen().contains("May run once until"), taken::seen);
      assertEquals(End.STOPPED, hands.enter(line + " ").end());
      assertTrue(Files.exists(vault));
      Entered run = hands.enter(line);
      assertEquals(End.RAN, run.end(), run::seen);
      assertFalse(Files.exists(vault));
      Files.createDirectories(vault);
      assertEquals(End.STOPPED, hands.enter(line).end());
    }
    scene.logged(
        line, hit -> hit.has("answer") && hit.get("answer").getAsString().equals("passed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void whatIsAllowedIsNotAskedAboutAnyMore(String shell) throws Exception {
    Path notes = Files.createDirectories(scene.path("allowed-" + shell));
    Path others = Files.createDirectories(scene.path("others-" + shell));
    for (Path directory : new Path[] {notes, others}) {
      Files.writeString(directory.resolve("todo.txt"), "try the backups\n");
    }
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      assertEquals(End.ASKED, hands.enter("rm -r " + notes).end());
      hands.answer("no\r");
      Entered allowed =
          hands.enter(
              "belay allow --rule 'core.files/*' --path "
                  + notes
                  + " --until "
                  + LocalDate.now(ZoneId.systemDefault()).plusDays(1)
                  + " --reason scratch");
      assertTrue(allowed.seen().contains("core.files/* of " + notes), allowed::seen);
      assertEquals(End.ASKED, hands.enter("rm -r " + others).end());
      hands.answer("no\r");
      assertEquals(End.RAN, hands.enter("rm -r " + notes).end());
      assertFalse(Files.exists(notes));
      Entered refused =
          hands.enter("belay allow --rule core.fils/x --until 2030-01-01 --reason typo");
      assertTrue(refused.seen().contains("there is no rule `core.fils/x`"), refused::seen);
      Entered never =
          hands.enter("belay allow --rule core.files/delete-core --until 2030-01-01 --reason no");
      assertTrue(never.seen().contains("lets nobody by"), never::seen);
    }
  }
}
