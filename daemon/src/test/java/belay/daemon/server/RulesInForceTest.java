package belay.daemon.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.CommandModels;
import belay.rules.effect.EffectReader;
import belay.rules.judge.Mode;
import belay.rules.judge.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user's packs beside the shipped ones. */
final class RulesInForceTest {

  private static final String STRICT =
      """
      pack: team.strict
      version: 1.0.0
      title: Nothing is deleted by hand
      rules:
        - id: deleted
          title: A file is deleted
          when: {effects: [delete], targets: path}
          severity: high
          action: confirm
          message: "`{program}` would delete {thing}."
          examples:
            confirm: [rm notes]
            silent: [ls notes]
      """;

  @TempDir Path directory = Path.of("");

  private RulesInForce rules() {
    return new RulesInForce(
        directory,
        directory.resolve("packs"),
        new EffectReader(CommandModels.builtIn()),
        new Policy(Mode.GUARD));
  }

  private void pack(String name, String text) throws IOException {
    Files.writeString(
        Files.createDirectories(directory.resolve("packs")).resolve(name + ".yaml"), text);
  }

  @Test
  void aPackMayTightenWhatOthersAllow() throws IOException {
    int shipped = rules().size();
    // The shipped packs' own examples have deletions that nobody is asked about.
    pack("team.strict", STRICT);
    RulesInForce rules = rules();
    assertEquals(List.of(), rules.troubles());
    assertEquals(shipped + 1, rules.size());
  }

  @Test
  void aPackWhoseOwnExamplesFailIsNotTaken() throws IOException {
    int shipped = rules().size();
    pack("team.strict", STRICT.replace("silent: [ls notes]", "silent: [rm notes]"));
    RulesInForce rules = rules();
    assertEquals(shipped, rules.size());
    String trouble = rules.troubles().getFirst();
    assertTrue(
        trouble.contains(
            "team.strict.yaml:13:16: rule `team.strict/deleted` speaks about `rm notes`"),
        trouble);
  }
}
