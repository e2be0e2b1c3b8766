package belay.daemon.config;

import belay.rules.judge.Mode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the texts of settings are read, and which of two is the stricter. */
final class Meaning {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m)");
  private static final Map<String, Boolean> SWITCH =
      Map.of("on", true, "true", true, "yes", true, "off", false, "false", false, "no", false);

  private Meaning() {}

  static @Nullable Mode mode(String text) {
    for (Mode mode : Mode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
        return mode;
      }
    }
    return null;
  }

  static @Nullable Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }

  static @Nullable Boolean isOn(String text) {
    return SWITCH.get(text);
  }

  static List<String> words(String text) {
    return Pattern.compile("[\\s,]+").splitAsStream(text).filter(word -> !word.isEmpty()).toList();
  }

  /** {@code prod: *prod* web*; stage: *stage*}; null where it is not of this form. */
  static @Nullable Map<String, List<String>> labels(String text) {
    Map<String, List<String>> out = new LinkedHashMap<>();
    for (String part : text.split(";", -1)) {
      int colon = part.indexOf(':');
      if (part.isBlank()) {
        continue;
      }
      if (colon <= 0) {
        return null;
      }
      out.put(part.substring(0, colon).strip(), words(part.substring(colon + 1)));
    }
    return out;
  }

  static boolean isUnderstood(Setting setting, String text) {
    return switch (setting) {
      case MODE -> mode(text) != null;
      case FACTS_DEADLINE, ANSWER_TIMEOUT -> duration(text) != null;
      case NEAR_MISS, IMPORT_HISTORY -> isOn(text) != null;
      case LABELS -> labels(text) != null;
      case HELPER, PROTECTED_BRANCHES -> true;
    };
  }

  /** Whether {@code wanted} guards less than {@code now}; both are understood. */
  static boolean loosens(Setting setting, String now, String wanted) {
    return switch (setting) {
      case MODE -> order(mode(now), mode(wanted)) > 0;
      case FACTS_DEADLINE -> order(duration(now), duration(wanted)) > 0;
      case NEAR_MISS -> order(isOn(now), isOn(wanted)) > 0;
      case LABELS -> !covers(labels(wanted), labels(now));
      case PROTECTED_BRANCHES -> !covers(words(wanted), words(now));
      // Neither value of these guards more than the other.
      case HELPER, IMPORT_HISTORY, ANSWER_TIMEOUT -> !now.equals(wanted);
    };
  }

  private static <T extends Comparable<T>> int order(@Nullable T now, @Nullable T wanted) {
    return Objects.requireNonNull(now).compareTo(Objects.requireNonNull(wanted));
  }

  /** What is left of {@code wanted} where it may not loosen: lists are joined. */
  static String stricter(Setting setting, String now, String wanted) {
    return switch (setting) {
      case PROTECTED_BRANCHES -> String.join(" ", union(words(now), words(wanted)));
      case LABELS -> {
        Map<String, List<String>> both = new LinkedHashMap<>(Objects.requireNonNull(labels(now)));
        Objects.requireNonNull(labels(wanted))
            .forEach((label, names) -> both.merge(label, names, Meaning::union));
        yield both.entrySet().stream()
            .map(each -> each.getKey() + ": " + String.join(" ", each.getValue()))
            .collect(Collectors.joining("; "));
      }
      case MODE, FACTS_DEADLINE, NEAR_MISS, HELPER, IMPORT_HISTORY, ANSWER_TIMEOUT -> now;
    };
  }

  private static boolean covers(
      @Nullable Map<String, List<String>> wanted, @Nullable Map<String, List<String>> now) {
    return Objects.requireNonNull(now).entrySet().stream()
        .allMatch(
            each ->
                covers(
                    Objects.requireNonNull(wanted).getOrDefault(each.getKey(), List.of()),
                    each.getValue()));
  }

  /** All patterns of before, and no exception that was not there. */
  private static boolean covers(List<String> wanted, List<String> now) {
    return wanted.containsAll(now)
        && wanted.stream().filter(word -> word.startsWith("!")).allMatch(now::contains);
  }

  private static List<String> union(List<String> now, List<String> wanted) {
    Set<String> out = new LinkedHashSet<>(now);
    wanted.stream().filter(word -> !word.startsWith("!")).forEach(out::add);
    return List.copyOf(out);
  }
}
