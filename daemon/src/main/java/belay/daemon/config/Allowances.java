package belay.daemon.config;

import belay.rules.judge.Allowance;
import belay.rules.judge.PathPattern;
import belay.rules.judge.Wildcard;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What the user allows beforehand: {@code allow.yaml} among his settings, a list of {@code rule},
 * {@code path} (left out: any), {@code until} (a day, at the end of which it ends) and {@code
 * reason}. One that cannot be read allows nothing and is told of; the others hold.
 *
 * @param entries in the order of the file
 * @param complaints what is wrong with it, one line each
 */
public record Allowances(List<Entry> entries, List<String> complaints) {

  /** Nothing is allowed beforehand. */
  public static final Allowances NONE = new Allowances(List.of(), List.of());

  private static final Set<String> KEYS = Set.of("rule", "path", "until", "reason");

  /** More is no list that a person keeps. */
  private static final int MOST = 1_000;

  private static final int MOST_BYTES = 1 << 20;

  public Allowances {
    entries = List.copyOf(entries);
    complaints = List.copyOf(complaints);
  }

  /**
   * One that was allowed.
   *
   * @param rule a rule's id or a pattern of ids
   * @param path a pattern of paths, or null
   * @param until the last day
   */
  public record Entry(String rule, @Nullable String path, LocalDate until, String reason) {

    /** When it ends. */
    public Instant end() {
      return until.plusDays(1).atStartOfDay(ZoneId.systemDefault()).toInstant();
    }

    Allowance allowance() {
      return new Allowance(
          new Wildcard(rule), path == null ? null : PathPattern.matching(path), end(), reason);
    }
  }

  private static Path file(Path directory) {
    return directory.resolve("allow.yaml");
  }

  /** Those in {@code directory}. */
  public static Allowances load(Path directory) {
    Path file = file(directory);
    try {
      if (Files.size(file) > MOST_BYTES) {
        return complaint(file, "is larger than a MiB");
      }
      Object read =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Text.decode(Files.readAllBytes(file)));
      return read == null ? NONE : of(file, read);
    } catch (NoSuchFileException _) {
      return NONE;
    } catch (IOException | YamlEngineException e) {
      return complaint(file, "cannot be read: " + Text.printable(String.valueOf(e.getMessage())));
    }
  }

  private static Allowances complaint(Path file, String what) {
    return new Allowances(
        List.of(), List.of("`" + file + "` " + what + "; nothing is allowed by it"));
  }

  private static Allowances of(Path file, Object read) {
    if (!(read instanceof List<?> list) || list.size() > MOST) {
      return complaint(file, "must be a list of at most " + MOST + " entries");
    }
    List<Entry> entries = new ArrayList<>();
    List<String> complaints = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      try {
        entries.add(entry(list.get(i)));
      } catch (IllegalArgumentException e) {
        complaints.add("`" + file + "`, entry " + (i + 1) + ": " + e.getMessage());
      }
    }
    return new Allowances(entries, complaints);
  }

  private static Entry entry(@Nullable Object read) {
    if (!(read instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("it must have `rule`, `until` and `reason`");
    }
    for (Object key : map.keySet()) {
      if (!KEYS.contains(String.valueOf(key))) {
        throw new IllegalArgumentException(
            "there is no `"
                + Text.printable(String.valueOf(key))
                + "` in one; it has `rule`,"
                + " `path`, `until` and `reason`");
      }
    }
    return entry(
        word(map.get("rule")),
        word(map.get("path")),
        word(map.get("until")),
        word(map.get("reason")));
  }

  private static @Nullable String word(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /**
   * One of these words.
   *
   * @throws IllegalArgumentException with what is wrong and how to mend it
   */
  public static Entry entry(
      @Nullable String rule,
      @Nullable String path,
      @Nullable String until,
      @Nullable String reason) {
    if (rule == null || rule.isBlank()) {
      throw new IllegalArgumentException(
          "it names no `rule`, such as `core.files/delete-recursively`");
    }
    if (reason == null || reason.isBlank()) {
      throw new IllegalArgumentException("it gives no `reason`: who reads it in a year will ask");
    }
    if (until == null) {
      throw new IllegalArgumentException("it has no end: write `until: 2027-01-31`");
    }
    LocalDate day;
    try {
      day = LocalDate.parse(until.strip());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "`" + Text.printable(until) + "` is no day, such as `2027-01-31`", e);
    }
    if (path != null && !path.startsWith("/") && !path.startsWith("*")) {
      throw new IllegalArgumentException(
          "`"
              + Text.printable(path)
              + "` is not absolute: a path begins with `/`, a name with `*`");
    }
    return new Entry(rule.strip(), path, day, reason.strip());
  }

  /** Those that hold at a time. */
  public List<Allowance> at(Instant now) {
    return entries.stream()
        .filter(entry -> entry.end().isAfter(now))
        .map(Entry::allowance)
        .toList();
  }

  /** When the next of them ends; null where none will. */
  public @Nullable Instant nextEnd(Instant now) {
    return entries.stream()
        .map(Entry::end)
        .filter(end -> end.isAfter(now))
        .min(Instant::compareTo)
        .orElse(null);
  }

  /** Puts entries in the place of those in {@code directory}: all or, where that fails, none. */
  public static void save(Path directory, List<Entry> entries) throws IOException {
    List<Map<String, String>> out = new ArrayList<>();
    for (Entry entry : entries) {
      Map<String, String> one = new LinkedHashMap<>();
      one.put("rule", entry.rule());
      if (entry.path() != null) {
        one.put("path", entry.path());
      }
      one.put("until", entry.until().toString());
      one.put("reason", entry.reason());
      out.add(one);
    }
    Files.createDirectories(directory);
    String text =
        new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build())
            .dumpToString(out);
    Path next = Files.createTempFile(directory, "allow", ".new");
    try {
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
      Files.write(next, Text.encode(text));
      try {
        Files.move(next, file(directory), StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        throw new IOException("`" + file(directory) + "` cannot be replaced in one step", e);
      }
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
