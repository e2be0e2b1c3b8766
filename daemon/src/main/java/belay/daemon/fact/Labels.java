package belay.daemon.fact;

import belay.rules.judge.Wildcard;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What configuration calls hosts, accounts, clusters and databases by their names. A pattern
 * without a wildcard is a word of the name ({@code prod} in {@code eks:cluster/prod-eu}), one with
 * a wildcard is the whole name, and one that begins with {@code !} keeps the label away.
 */
public final class Labels {

  /** Nothing has a label. */
  public static final Labels NONE = new Labels(Map.of());

  private static final int MOST_KNOWN = 256;

  private final Map<String, List<String>> patterns;
  private final Map<String, Set<String>> known = new ConcurrentHashMap<>();

  /** Patterns by label. */
  public Labels(Map<String, List<String>> patterns) {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    patterns.forEach((label, each) -> copy.put(label, List.copyOf(each)));
    this.patterns = copy;
  }

  /** The labels of a name, in the order of the configuration. */
  Set<String> of(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return Set.of();
    }
    // The host is asked for at every look, and the names of the others are few.
    if (known.size() > MOST_KNOWN) {
      known.clear();
    }
    return known.computeIfAbsent(name, this::read);
  }

  private Set<String> read(String name) {
    Set<String> out = new LinkedHashSet<>();
    patterns.forEach(
        (label, each) -> {
          boolean named =
              each.stream().anyMatch(pattern -> !isNot(pattern) && matches(pattern, name));
          boolean kept =
              each.stream()
                  .anyMatch(pattern -> isNot(pattern) && matches(pattern.substring(1), name));
          if (named && !kept) {
            out.add(label);
          }
        });
    return Collections.unmodifiableSet(out);
  }

  private static boolean isNot(String pattern) {
    return pattern.startsWith("!");
  }

  private static boolean matches(String pattern, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    Wildcard wildcard = new Wildcard(pattern.toLowerCase(Locale.ROOT));
    if (wildcard.matches(lower)) {
      return true;
    }
    if (pattern.chars().anyMatch(c -> "*?[\\".indexOf(c) >= 0)) {
      return false;
    }
    for (String word : lower.split("[^a-z0-9]+", -1)) {
      if (wildcard.matches(word)) {
        return true;
      }
    }
    return false;
  }
}
