package belay.daemon.server;

import belay.daemon.config.Config;
import belay.daemon.config.Directories;
import belay.daemon.config.Layers;
import belay.daemon.fact.FactFinder;
import belay.daemon.fact.Machine;
import belay.daemon.fact.Seen;
import belay.daemon.fact.Viewpoint;
import belay.daemon.fact.Wanted;
import belay.daemon.holders.HolderClient;
import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.judge.Policy;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells what is seen of things that nobody is about to touch: {@code belay facts}. */
public final class FactsService {

  private static final int MOST_WORDS = 1_000;

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final FactFinder finder;

  /** A service that looks with {@code finder}. */
  public FactsService(FactFinder finder) {
    this.finder = finder;
  }

  /** A finder of this machine's facts, set up as the settings say. */
  static FactFinder finder(Config config) {
    return finder(config, config.factsDeadline());
  }

  private static FactFinder finder(Config config, Duration deadline) {
    FactFinder finder = new FactFinder(Machine.local(), deadline);
    return config.helper().equals("off")
        ? finder
        : finder.asking(new HolderClient(config.helper()));
  }

  /**
   * The same for a process that has just begun: it is slow at first, and nobody types behind it.
   */
  static FactFinder patient(Config config) {
    Duration deadline = config.factsDeadline();
    return finder(config, deadline.compareTo(PATIENCE) < 0 ? PATIENCE : deadline);
  }

  /** A service that needs no daemon. */
  public static FactsService offline(Directories directories, Config config) {
    EffectReader effects = new EffectReader(CommandModels.builtIn());
    RulesInForce rules =
        new RulesInForce(
            Layers.of(directories, System.getenv()), effects, new Policy(config.mode()));
    FactFinder finder = patient(config).knowing(Settled.by(config, directories, rules));
    finder.warmUp();
    return new FactsService(finder);
  }

  /** The answer to a message of type {@code facts}. */
  public JsonObject answer(JsonObject message) {
    if (!(message.get("targets") instanceof JsonArray targets)
        || targets.isEmpty()
        || targets.size() > MOST_WORDS) {
      return Clients.error("`targets` must be 1 to " + MOST_WORDS + " texts");
    }
    List<String> words = new ArrayList<>();
    for (JsonElement target : targets) {
      if (!target.isJsonPrimitive() || target.getAsString().isEmpty()) {
        return Clients.error("`targets` must be texts");
      }
      words.add(target.getAsString());
    }
    String directory = Messages.text(message, "cwd", "");
    String home = Messages.text(message, "home", "");
    long start = System.nanoTime();
    JsonArray things = things(words, Viewpoint.of(nullIfEmpty(directory), nullIfEmpty(home)));
    JsonObject out = Messages.of("facts");
    out.add("things", things);
    out.addProperty("micros", (System.nanoTime() - start) / 1_000);
    return out;
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  private JsonArray things(List<String> words, Viewpoint viewpoint) {
    JsonArray things = new JsonArray();
    List<List<Seen>> all = finder.seeAll(words.stream().map(Wanted::of).toList(), viewpoint);
    for (int i = 0; i < words.size(); i++) {
      List<Seen> seen = all.get(i);
      List<Effect> others = Wanted.otherwise(words.get(i));
      if (seen.stream().allMatch(one -> one.facts().kind() == Facts.Kind.MISSING)
          && !others.isEmpty()) {
        List<Seen> known =
            finder.seeAll(others, viewpoint).stream()
                .flatMap(List::stream)
                .filter(FactsService::isThere)
                .toList();
        seen = known.isEmpty() ? seen : known;
      }
      for (Seen one : seen) {
        things.add(json(words.get(i), one));
      }
    }
    return things;
  }

  private static boolean isThere(Seen seen) {
    return seen.facts().truth(Fact.About.EXISTS) == Truth.TRUE;
  }

  private static JsonObject json(String word, Seen seen) {
    Facts facts = seen.facts();
    JsonObject out = new JsonObject();
    out.addProperty("asked", Text.printable(word));
    out.addProperty("subject", Text.printable(facts.subject()));
    out.addProperty("kind", facts.kind().key());
    if (facts.size().isPresent()) {
      out.addProperty("size", facts.size().getAsLong());
      out.addProperty("at_least", facts.countIsLowerBound());
    }
    JsonArray told = new JsonArray();
    for (Fact fact : facts.facts()) {
      JsonObject one = new JsonObject();
      one.addProperty("about", fact.about().key());
      one.addProperty("truth", key(fact.truth()));
      one.addProperty("evidence", Text.printable(fact.evidence()));
      told.add(one);
    }
    out.add("facts", told);
    out.add("labels", texts(facts.labels()));
    out.add("context", texts(facts.context()));
    JsonArray probes = new JsonArray();
    for (Facts.Probed probed : facts.probes()) {
      JsonObject one = new JsonObject();
      one.addProperty("name", Text.printable(probed.name()));
      one.addProperty("truth", key(probed.truth()));
      one.addProperty("evidence", Text.printable(probed.evidence()));
      probes.add(one);
    }
    out.add("probes", probes);
    JsonArray looks = new JsonArray();
    for (Seen.Probe probe : seen.probes()) {
      JsonObject one = new JsonObject();
      one.addProperty("what", probe.what());
      one.addProperty("micros", probe.nanos() / 1_000);
      one.addProperty("answered", probe.answered());
      looks.add(one);
    }
    out.add("looks", looks);
    return out;
  }

  private static JsonArray texts(Collection<String> texts) {
    JsonArray array = new JsonArray();
    texts.stream().map(Text::printable).forEach(array::add);
    return array;
  }

  private static String key(Truth truth) {
    return truth.name().toLowerCase(Locale.ROOT);
  }
}
