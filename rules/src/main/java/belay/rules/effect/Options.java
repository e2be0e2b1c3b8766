package belay.rules.effect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a program's options read (getopt(3), getopt_long(3)).
 *
 * @param shorts each letter with whether it takes a value
 * @param longs each long name with whether it takes a value
 * @param stops options end at the first operand, as with every command that runs another
 * @param singleDash long names may stand behind one dash ({@code find}, {@code terraform})
 */
record Options(
    Map<Character, Arity> shorts, Map<String, Arity> longs, boolean stops, boolean singleDash) {

  /** Whether an option takes a value. */
  enum Arity {
    NONE,
    REQUIRED,
    /** Only when it is glued to the option, or behind {@code =}. */
    OPTIONAL
  }

  Options {
    shorts = Map.copyOf(shorts);
    longs = Map.copyOf(longs);
  }

  /**
   * Reads the notation of a model.
   *
   * @param shortSpec as getopt(3) takes it, with a leading {@code +} where options stop early
   * @param longSpecs names, with {@code =} behind where a value is required and {@code =?} where it
   *     may be given
   */
  static Options of(String shortSpec, List<String> longSpecs, boolean singleDash) {
    Map<Character, Arity> shorts = new HashMap<>();
    String letters = shortSpec.startsWith("+") ? shortSpec.substring(1) : shortSpec;
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      if (letters.startsWith("::", i + 1)) {
        shorts.put(letter, Arity.OPTIONAL);
        i += 2;
      } else if (letters.startsWith(":", i + 1)) {
        shorts.put(letter, Arity.REQUIRED);
        i++;
      } else {
        shorts.put(letter, Arity.NONE);
      }
    }
    Map<String, Arity> longs = new HashMap<>();
    for (String spec : longSpecs) {
      if (spec.endsWith("=?")) {
        longs.put(spec.substring(0, spec.length() - 2), Arity.OPTIONAL);
      } else if (spec.endsWith("=")) {
        longs.put(spec.substring(0, spec.length() - 1), Arity.REQUIRED);
      } else {
        longs.put(spec, Arity.NONE);
      }
    }
    return new Options(shorts, longs, shortSpec.startsWith("+"), singleDash);
  }

  /** The long name that {@code name} is or abbreviates; null where it is none or several. */
  @Nullable String longName(String name) {
    if (longs.containsKey(name)) {
      return name;
    }
    String found = null;
    for (String candidate : longs.keySet()) {
      if (candidate.startsWith(name)) {
        if (found != null) {
          return null;
        }
        found = candidate;
      }
    }
    return found;
  }
}
