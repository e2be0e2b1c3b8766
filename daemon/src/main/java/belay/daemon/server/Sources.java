package belay.daemon.server;

import belay.daemon.fact.FactFinder;
import belay.daemon.fact.Viewpoint;
import belay.daemon.guard.CheckRequest;
import belay.index.nearmiss.NearMissFinder;
import belay.rules.effect.Effect;
import belay.rules.fact.Facts;
import belay.rules.judge.NearMiss;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where facts and near misses come from. A fault in either is said in the log and leaves the rest
 * of the judgement whole: unknown is a fact too.
 */
final class Sources {

  private final FactFinder finder;
  private final FactFinder recent;
  private final NearMissFinder nearMisses;
  private final boolean nearMissOn;
  private final Clock clock;
  private final Consumer<String> log;

  Sources(
      FactFinder finder,
      NearMissFinder nearMisses,
      boolean nearMissOn,
      Clock clock,
      Consumer<String> log) {
    this.finder = finder;
    this.recent = finder.searchingAtMostEvery(CheckRequest.Sight.SEARCH_AGE);
    this.nearMisses = nearMisses;
    this.nearMissOn = nearMissOn;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Facts for each effect.
   *
   * @param asker a process whose own use of a file makes nothing live: the shell's; 0 for none
   */
  List<List<Facts>> facts(
      List<Effect> effects, @Nullable String directory, @Nullable String home, long asker) {
    return facts(effects, new Viewpoint(directory, home, asker, Map.of()));
  }

  /** Facts for each effect, as a shell sees it. */
  List<List<Facts>> facts(List<Effect> effects, Viewpoint viewpoint) {
    long asker = viewpoint.asker();
    return seen(asker > 0 ? finder.ignoring(asker) : finder, effects, viewpoint);
  }

  /** Facts for each effect of a list that nobody is about to run: {@link CheckRequest.Sight}. */
  List<List<Facts>> recentFacts(
      List<Effect> effects, @Nullable String directory, @Nullable String home) {
    return seen(recent, effects, Viewpoint.of(directory, home));
  }

  private List<List<Facts>> seen(FactFinder eyes, List<Effect> effects, Viewpoint viewpoint) {
    try {
      return eyes.lookAll(effects, viewpoint);
    } catch (RuntimeException e) {
      log.accept("facts failed: " + e);
      return effects.stream()
          .map(
              effect ->
                  List.of(Facts.unknown(effect.target().display(), "looking at it failed: " + e)))
          .toList();
    }
  }

  List<List<NearMiss>> nearMisses(String line, List<Effect> effects) {
    if (nearMissOn) {
      try {
        List<NearMiss> found = nearMisses.find(line, effects, clock.instant());
        return effects.stream()
            .map(effect -> found.stream().filter(miss -> miss.effect().equals(effect)).toList())
            .toList();
      } catch (IOException | RuntimeException e) {
        log.accept("near misses failed: " + e);
      }
    }
    return effects.stream().map(_ -> List.<NearMiss>of()).toList();
  }
}
