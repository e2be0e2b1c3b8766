package belay.daemon.config;

import belay.rules.judge.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

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

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m)");

  public Config {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    protectedBranches = List.copyOf(protectedBranches);
    complaints = List.copyOf(complaints);
  }

  /** Reads {@code config.yaml} in {@code directory}, then the environment over it. */
  public static Config load(Path directory, Map<String, String> environment) {
    List<String> complaints = new ArrayList<>();
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, setting.fallback());
    }
    Path file = directory.resolve("config.yaml");
    fromFile(file, complaints)
        .forEach(
            (key, value) -> {
              Setting setting = named(key);
              if (setting == null) {
                complaints.add("`" + file + "`: there is no setting `" + key + "`");
              } else {
                values.put(setting, value);
              }
            });
    for (Setting setting : Setting.values()) {
      String value = environment.get(setting.variable());
      if (value != null && !value.isEmpty()) {
        values.put(setting, value);
      }
    }
    return new Config(
        mode(values, complaints),
        duration(Setting.FACTS_DEADLINE, values, complaints),
        value(Setting.HELPER, values),
        isOn(Setting.NEAR_MISS, values, complaints),
        isOn(Setting.IMPORT_HISTORY, values, complaints),
        labels(values, complaints),
        words(value(Setting.PROTECTED_BRANCHES, values)),
        duration(Setting.ANSWER_TIMEOUT, values, complaints),
        complaints);
  }

  private static Map<String, String> fromFile(Path file, List<String> complaints) {
    try {
      Object read =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Files.readString(file));
      if (read == null) {
        return Map.of();
      }
      if (!(read instanceof Map<?, ?> map)) {
        complaints.add("`" + file + "` must hold `name: value` lines");
        return Map.of();
      }
      Map<String, String> out = new LinkedHashMap<>();
      map.forEach((key, value) -> out.put(String.valueOf(key), word(value)));
      return out;
    } catch (NoSuchFileException _) {
      return Map.of();
    } catch (IOException | YamlEngineException e) {
      complaints.add("`" + file + "` cannot be read: " + e.getMessage());
      return Map.of();
    }
  }

  private static String word(@Nullable Object value) {
    return switch (value) {
      case Boolean flag -> flag ? "on" : "off";
      case null -> "";
      case List<?> list -> list.stream().map(Config::word).collect(Collectors.joining(" "));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(entry -> entry.getKey() + ": " + word(entry.getValue()))
              .collect(Collectors.joining("; "));
      default -> value.toString();
    };
  }

  private static List<String> words(String text) {
    return Pattern.compile("[\\s,]+").splitAsStream(text).filter(word -> !word.isEmpty()).toList();
  }

  /** {@code prod: *prod* web*; stage: *stage*}. */
  private static Map<String, List<String>> labels(
      Map<Setting, String> values, List<String> complaints) {
    Map<String, List<String>> out = new LinkedHashMap<>();
    String value = value(Setting.LABELS, values);
    for (String part : value.split(";", -1)) {
      int colon = part.indexOf(':');
      if (part.isBlank()) {
        continue;
      }
      if (colon <= 0) {
        complaints.add(wrong(Setting.LABELS, value));
        continue;
      }
      out.put(part.substring(0, colon).strip(), words(part.substring(colon + 1)));
    }
    return out;
  }

  private static @Nullable Setting named(String key) {
    for (Setting setting : Setting.values()) {
      if (setting.key().equals(key)) {
        return setting;
      }
    }
    return null;
  }

  private static String value(Setting setting, Map<Setting, String> values) {
    return values.getOrDefault(setting, setting.fallback());
  }

  private static Mode mode(Map<Setting, String> values, List<String> complaints) {
    String value = value(Setting.MODE, values);
    for (Mode mode : Mode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(value)) {
        return mode;
      }
    }
    complaints.add(wrong(Setting.MODE, value));
    return Mode.GUARD;
  }

  private static boolean isOn(
      Setting setting, Map<Setting, String> values, List<String> complaints) {
    String value = value(setting, values);
    return switch (value) {
      case "on", "true", "yes" -> true;
      case "off", "false", "no" -> false;
      default -> {
        complaints.add(wrong(setting, value));
        yield setting.fallback().equals("on");
      }
    };
  }

  private static Duration duration(
      Setting setting, Map<Setting, String> values, List<String> complaints) {
    String value = value(setting, values);
    Duration read = parse(value);
    if (read == null) {
      complaints.add(wrong(setting, value));
      read = parse(setting.fallback());
    }
    return read == null ? Duration.ZERO : read;
  }

  private static @Nullable Duration parse(String value) {
    Matcher matcher = DURATION.matcher(value);
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

  private static String wrong(Setting setting, String value) {
    return "`"
        + setting.key()
        + ": "
        + value
        + "` is not understood, `"
        + setting.fallback()
        + "` is used; it is "
        + setting.meaning();
  }
}
