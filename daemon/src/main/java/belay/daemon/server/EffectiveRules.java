package belay.daemon.server;

import belay.daemon.config.Layers;
import belay.rules.effect.CommandModels;
import belay.rules.effect.EffectReader;
import belay.rules.judge.Mode;
import belay.rules.judge.Policy;
import belay.rules.judge.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What settings do to the rules of the packs.
 *
 * @param changed those that are not as their pack has them, by id
 * @param refused what settings wanted and were not given
 * @param demands what the machine's policies demand and have not, and what is wrong with them
 */
public record EffectiveRules(
    Map<String, Change> changed, List<String> refused, List<String> demands) {

  /**
   * A change.
   *
   * @param from file and line
   */
  public record Change(String action, String severity, String from) {

    static Change of(@Nullable Rule rule, String from) {
      return rule == null
          ? new Change("off", "", from)
          : new Change(rule.action().key(), rule.severity().key(), from);
    }

    public String inWords() {
      return action + (severity.isEmpty() ? "" : ", " + severity) + "  # " + from;
    }
  }

  /** Reads packs and settings. */
  public static EffectiveRules of(Layers layers) {
    RulesInForce rules =
        new RulesInForce(layers, new EffectReader(CommandModels.builtIn()), new Policy(Mode.GUARD));
    Map<String, Change> changed = new LinkedHashMap<>();
    rules
        .changed()
        .forEach(
            (id, from) ->
                changed.put(
                    id,
                    Change.of(
                        rules.rules().stream()
                            .filter(rule -> rule.id().equals(id))
                            .findFirst()
                            .orElse(null),
                        from)));
    return new EffectiveRules(changed, rules.refused(), rules.demands());
  }
}
