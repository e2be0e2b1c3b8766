package belay.daemon.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.judge.Advice;
import belay.rules.judge.Condition;
import belay.rules.judge.Decision;
import belay.rules.judge.Demand;
import belay.rules.judge.Phrase;
import belay.rules.judge.Rule;
import belay.rules.judge.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an upper and a lower layer's settings come to. */
final class StandingTest {

  @TempDir Path directory = Path.of("");

  private Sheets sheets(Map<String, String> environment) {
    return new Sheets(
        new Layers(
            List.of(directory.resolve("system"), directory.resolve("another")),
            directory.resolve("user")),
        environment);
  }

  private void says(String layer, @Nullable String text) throws IOException {
    if (text != null) {
      Path file = Files.createDirectories(directory.resolve(layer)).resolve("config.yaml");
      Files.writeString(file, text.replace('|', '\n') + "\n");
    }
  }

  private static String value(Standing standing, String key) {
    for (Setting setting : Setting.values()) {
      if (setting.key().equals(key)) {
        Standing.Value value = standing.values().get(setting);
        assertNotNull(value);
        return value.text();
      }
    }
    throw new IllegalArgumentException(key);
  }

  @ParameterizedTest(name = "{0} + {1} = {3}, {4} refused")
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          -,                                                mode: observe,             mode, observe, 0
          mode: strict,                                     mode: guard,               mode, guard,   0
          'mode: guard|locked: [mode]',                     mode: strict,              mode, strict,  0
          'mode: guard|locked: [mode]',                     mode: observe,             mode, guard,   1
          'locked: [mode]',                                 mode: observe,             mode, guard,   1
          'locked: [near-miss]',                            near-miss: off,            near-miss, on, 1
          'near-miss: off|locked: [near-miss]',             near-miss: on,             near-miss, on, 0
          'locked: [facts-deadline]',                       facts-deadline: 10ms,      facts-deadline, 50ms, 1
          'locked: [facts-deadline]',                       facts-deadline: 1s,        facts-deadline, 1s, 0
          'locked: [helper]',                               helper: off,               helper, /run/belay-holders/socket, 1
          'protected-branches: [a, b]',                     'protected-branches: [c]', protected-branches, c, 0
          'protected-branches: [a, b]|locked: [protected-branches]', 'protected-branches: [b, c]', protected-branches, a b c, 1
          'protected-branches: [a]|locked: [protected-branches]', 'protected-branches: [a, c]', protected-branches, a c, 0
          'protected-branches: [a]|locked: [protected-branches]', 'protected-branches: [a, \"!a\"]', protected-branches, a, 1
          'labels: {prod: [p]}|locked: [labels]',           'labels: {prod: [q], x: [y]}', labels, prod: p q; x: y, 1
          mode: strict,                                     mode: loose,               mode, strict,  0
          """)
  void aSettingOfTwoLayers(
      @Nullable String upper, @Nullable String lower, String key, String effective, int refused)
      throws IOException {
    says("system", upper);
    says("user", lower == null ? null : lower.replace("\\\"", "\""));
    Standing standing = sheets(Map.of()).read();
    assertEquals(effective, value(standing, key), standing::toString);
    assertEquals(refused, standing.refused().size(), standing.refused()::toString);
  }

  @Test
  void aRefusalNamesBothFilesAndLines() throws IOException {
    says("system", "mode: strict|locked: [mode]");
    Standing standing = sheets(Map.of("BELAY_MODE", "observe")).read();
    assertEquals(
        List.of(
            "`BELAY_MODE`: `mode: observe` would loosen what `"
                + directory.resolve("system/config.yaml")
                + ":2` locks; `strict` is in force"),
        standing.refused());
  }

  private static Rule rule(boolean passable) {
    return new Rule(
        "team.x/one",
        "One",
        java.util.Set.of(),
        java.util.Set.of(),
        new Condition.All(List.of()),
        Severity.HIGH,
        Decision.CONFIRM,
        passable,
        false,
        Demand.YES,
        new Phrase(List.of()),
        Advice.NONE,
        List.of());
  }

  @ParameterizedTest(name = "{0} + {1} + {2}, passable {3} = {4}, {5} refused")
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          -,                                       -, -,                                       true,  CONFIRM, 0
          -,                                       -, 'rules: {team.x/one: block}',            true,  BLOCK,   0
          -,                                       -, 'rules: {team.x/*: note}',               true,  NOTE,    0
          -,                                       -, 'rules: {\"*\": off}',                   true,  -,       0
          -,                                       -, 'rules: {other/*: off}',                 true,  CONFIRM, 0
          -,                                       -, 'rules: {team.x/one: note}',             false, CONFIRM, 1
          -,                                       -, 'rules: {team.x/one: {severity: low}}',  false, CONFIRM, 1
          -,                                       -, 'rules: {team.x/one: block}',            false, BLOCK,   0
          'rules: {team.x/one: off}',              -, -,                                       false, -,       0
          'rules: {team.x/one: off}',              -, 'rules: {team.x/one: block}',            false, BLOCK,   0
          -,       'rules: {team.x/one: off}',        -,                                       false, CONFIRM, 1
          'locked: [rules]',                       -, 'rules: {team.x/one: note}',             true,  CONFIRM, 1
          'locked: [\"rules: team.x/*\"]',         -, 'rules: {team.x/one: note}',             true,  CONFIRM, 1
          'locked: [\"rules: team.x/*\"]',         -, 'rules: {team.x/one: block}',            true,  BLOCK,   0
          'locked: [\"rules: team.y/*\"]',         -, 'rules: {team.x/one: note}',             true,  NOTE,    0
          'rules: {team.x/one: note}|locked: [rules]', -, -,                                   true,  NOTE,    0
          """)
  void aRuleOfThreeLayers(
      @Nullable String system,
      @Nullable String another,
      @Nullable String user,
      boolean passable,
      @Nullable Decision action,
      int refused)
      throws IOException {
    says("system", system == null ? null : system.replace("\\\"", "\""));
    says("another", another);
    says("user", user == null ? null : user.replace("\\\"", "\""));
    Standing standing = sheets(Map.of()).read();
    assertEquals(List.of(), standing.complaints());
    Standing.Outcome outcome = standing.outcome(rule(passable));
    assertEquals(action, outcome.rule() == null ? null : outcome.rule().action());
    assertEquals(refused, outcome.refused().size(), outcome.refused()::toString);
  }

  @Test
  void whatTheMachineLocksIsNeitherPassedNorAllowed() throws IOException {
    says("user", "locked: [rules]");
    Rule own = sheets(Map.of()).read().outcome(rule(true)).rule();
    assertTrue(own != null && own.passable());
    says("system", "locked: [rules]");
    Rule locked = sheets(Map.of()).read().outcome(rule(true)).rule();
    assertTrue(locked != null && !locked.passable());
  }

  @Test
  void aFileThatBreaksLeavesWhatItSaidBefore() throws IOException {
    says("system", "mode: strict|locked: [mode]");
    Sheets sheets = sheets(Map.of());
    assertEquals("strict", value(sheets.read(), "mode"));
    says("system", "mode: observe|loked: [mode]");
    Standing standing = sheets.read();
    assertEquals("strict", value(standing, "mode"));
    assertEquals(
        List.of(
            directory.resolve("system/config.yaml")
                + ":2:1: unknown key `loked`; did you mean `locked`?"
                + " (what the file said before stays in force)"),
        standing.complaints());
  }

  @Test
  void aFileOfTheMachineThatWasNeverSoundLocksAll() throws IOException {
    says("system", "mode: [");
    says("user", "mode: observe|near-miss: off|rules: {team.x/one: off}");
    Standing standing = sheets(Map.of()).read();
    assertEquals("guard", value(standing, "mode"));
    assertEquals("on", value(standing, "near-miss"));
    assertEquals(2, standing.refused().size());
    assertEquals(1, standing.outcome(rule(true)).refused().size());
    assertTrue(standing.complaints().toString().contains("every setting and rule is locked"));
  }
}
