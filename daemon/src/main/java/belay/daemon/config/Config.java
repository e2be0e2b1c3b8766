package belay.daemon.config;

import belay.rules.judge.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The settings in force.
 *
 * @param mode how much is enforced
 * @param factsDeadline for all facts of one line together
 * @param helper the socket of the privileged helper, {@code off} for none
 * @param nearMiss whether near misses are looked for
 * @param importHistory whether a shell's history file is read when first seen
 * @param labels patterns of names by the label that they give
 * @param protectedBranches patterns
 * @param answerTimeout after which no answer is a no
 * @param complaints what was wrong with a setting that was then left at its default, one line each
 */
public record Config(
    Mode mode,
    Duration factsDeadline,
    String helper,
    boolean nearMiss,
    boolean importHistory,
    Map<String, List<String>> labels,
    List<String> protectedBranches,
    Duration answerTimeout,
    List<String> complaints) {

  public Config {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    protectedBranches = List.copyOf(protectedBranches);
    complaints = List.copyOf(complaints);
  }

  /** Reads the settings of the layers, the environment after the user's. */
  public static Config load(Layers layers, Map<String, String> environment) {
    return of(new Sheets(layers, environment).read());
  }

  private static Config of(Standing standing) {
    List<String> complaints = new ArrayList<>(standing.complaints());
    complaints.addAll(standing.refused());
    // What is not understood has been refused before it came to stand here.
    return new Config(
        Objects.requireNonNull(Meaning.mode(text(standing, Setting.MODE))),
        duration(standing, Setting.FACTS_DEADLINE),
        text(standing, Setting.HELPER),
        isOn(standing, Setting.NEAR_MISS),
        isOn(standing, Setting.IMPORT_HISTORY),
        Objects.requireNonNull(Meaning.labels(text(standing, Setting.LABELS))),
        Meaning.words(text(standing, Setting.PROTECTED_BRANCHES)),
        duration(standing, Setting.ANSWER_TIMEOUT),
        complaints);
  }

  private static String text(Standing standing, Setting setting) {
    return Objects.requireNonNull(standing.values().get(setting)).text();
  }

  private static Duration duration(Standing standing, Setting setting) {
    return Objects.requireNonNull(Meaning.duration(text(standing, setting)));
  }

  private static boolean isOn(Standing standing, Setting setting) {
    return Objects.requireNonNull(Meaning.isOn(text(standing, setting)));
  }
}
