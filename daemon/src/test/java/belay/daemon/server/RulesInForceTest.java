package belay.daemon.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.config.Layer;
import belay.daemon.config.Layers;
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
        new Layers(List.of(directory.resolve("system")), directory),
        new EffectReader(CommandModels.builtIn()),
        new Policy(Mode.GUARD));
  }

  private void pack(String name, String text) throws IOException {
    pack("packs/" + name + ".yaml", name, text);
  }

  private void pack(String file, String name, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text.replace("team.strict", name));
  }

  @Test
  void everyLayersPacksAreInForceAndKnowTheirLayer() throws IOException {
    pack("system/packs/a.yaml", "of.system", STRICT);
    pack("system/installed/b.yaml", "of.team", STRICT);
    pack("store/c-1.0.0", "of.link", STRICT);
    Files.createDirectories(directory.resolve("installed"));
    Files.createSymbolicLink(
        directory.resolve("installed/of.link"), directory.resolve("store/c-1.0.0"));
    pack("of.user", STRICT);
    RulesInForce rules = rules();
    assertEquals(List.of(), rules.troubles());
    assertEquals(Layer.SYSTEM, rules.provenance("of.system/deleted").layer());
    assertEquals(Layer.TEAM, rules.provenance("of.team/deleted").layer());
    assertEquals(Layer.TEAM, rules.provenance("of.link/deleted").layer());
    assertEquals(Layer.USER, rules.provenance("of.user/deleted").layer());
    assertEquals(Layer.BUILT_IN, rules.provenance("core.storage/live-image").layer());
  }

  @Test
  void aBrokenPackOfOneLayerLeavesItsLastGoodOneAndTheOtherLayersAlone() throws IOException {
    pack("system/packs/a.yaml", "of.system", STRICT);
    pack("of.user", STRICT);
    RulesInForce rules = rules();
    int before = rules.size();
    pack("system/packs/a.yaml", "of.system", STRICT.replace("severity", "sevrity"));
    pack("another", STRICT);
    rules.reload();
    assertEquals(before + 1, rules.size());
    assertEquals(Layer.SYSTEM, rules.provenance("of.system/deleted").layer());
    assertTrue(rules.troubles().toString().contains("sevrity"), rules.troubles()::toString);
    Files.delete(directory.resolve("system/packs/a.yaml"));
    rules.reload();
    assertEquals(List.of(), rules.troubles());
    assertEquals(before, rules.size());
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
