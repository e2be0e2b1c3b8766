package belay.daemon.server;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Lines that were blocked, each with the code by which it may run all the same: exactly that line,
 * in that directory, once, within ten minutes. Forgotten when the daemon ends. Safe for many
 * threads.
 */
final class Passes {

  static final Duration LIFE = Duration.ofMinutes(10);

  /** More blocked lines in ten minutes are no person's. */
  private static final int MOST = 256;

  /** Without those that are taken for one another. */
  private static final String LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

  private static final int LENGTH = 6;

  /**
   * A line that was blocked.
   *
   * @param rules that blocked it
   * @param until when it ends: of an offer that, and once it was taken, the leave
   */
  record Pass(byte[] line, String directory, Set<String> rules, Instant until, boolean taken) {
    Pass {
      rules = Set.copyOf(rules);
    }

    private boolean isFor(byte[] other, String where) {
      return Arrays.equals(line, other) && directory.equals(where);
    }
  }

  private final SequencedMap<String, Pass> passes = new LinkedHashMap<>();
  private final InstantSource clock;
  private final RandomGenerator random;

  Passes() {
    this(InstantSource.system(), new SecureRandom());
  }

  Passes(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** The code for a line that is blocked now; the same for the same line again. */
  synchronized String offer(byte[] line, String directory, Set<String> rules) {
    forgetOld();
    for (Map.Entry<String, Pass> entry : passes.entrySet()) {
      if (entry.getValue().isFor(line, directory) && entry.getValue().rules.equals(rules)) {
        return entry.getKey();
      }
    }
    if (passes.size() >= MOST) {
      passes.pollFirstEntry();
    }
    String code = code();
    passes.put(code, new Pass(line, directory, rules, clock.instant().plus(LIFE), false));
    return code;
  }

  /** Takes a pass; empty where there is none of this code, or not any more. */
  synchronized Optional<Pass> take(String code) {
    forgetOld();
    String key = code.strip().toUpperCase(Locale.ROOT);
    Pass offered = passes.get(key);
    if (offered == null) {
      return Optional.empty();
    }
    Pass taken =
        new Pass(offered.line, offered.directory, offered.rules, clock.instant().plus(LIFE), true);
    passes.put(key, taken);
    return Optional.of(taken);
  }

  /**
   * Uses up a pass.
   *
   * @param rules that block the line now: none may be among them that did not block it then
   * @return its code; empty where none was taken
   */
  synchronized Optional<String> use(byte[] line, String directory, Set<String> rules) {
    forgetOld();
    for (Map.Entry<String, Pass> entry : List.copyOf(passes.entrySet())) {
      Pass pass = entry.getValue();
      if (pass.taken && pass.isFor(line, directory) && pass.rules.containsAll(rules)) {
        passes.remove(entry.getKey());
        return Optional.of(entry.getKey());
      }
    }
    return Optional.empty();
  }

  private void forgetOld() {
    Instant now = clock.instant();
    passes.values().removeIf(pass -> !pass.until.isAfter(now));
  }

  private String code() {
    Set<String> known = new HashSet<>(passes.keySet());
    while (true) {
      StringBuilder code = new StringBuilder();
      for (int i = 0; i < LENGTH; i++) {
        code.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      if (known.add(code.toString())) {
        return code.toString();
      }
    }
  }
}
