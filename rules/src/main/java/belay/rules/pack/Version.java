package belay.rules.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version (Semantic Versioning 2.0.0): three numbers and perhaps a pre-release. What stands
 * behind a {@code +} says nothing of the order and is not kept.
 *
 * @param prerelease its identifiers; none for a release
 */
public record Version(long major, long minor, long patch, List<String> prerelease)
    implements Comparable<Version> {

  private static final String NUMBER = "(0|[1-9][0-9]{0,8})";
  private static final String IDENTIFIER = "(?:0|[1-9][0-9]{0,8}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";

  static final Pattern FORM =
      Pattern.compile(
          NUMBER
              + "\\."
              + NUMBER
              + "\\."
              + NUMBER
              + "(?:-("
              + IDENTIFIER
              + "(?:\\."
              + IDENTIFIER
              + ")*))?"
              + "(?:\\+[0-9A-Za-z.-]+)?");

  /** Of this Belay. */
  public static final Version BELAY = own();

  public Version {
    prerelease = List.copyOf(prerelease);
  }

  /** Reads {@code 1.2.3} or {@code 1.2.3-rc.1}; empty where it is none. */
  public static Optional<Version> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.length() > 100 || !matcher.matches()) {
      return Optional.empty();
    }
    String prerelease = matcher.group(4);
    return Optional.of(
        new Version(
            Long.parseLong(matcher.group(1)),
            Long.parseLong(matcher.group(2)),
            Long.parseLong(matcher.group(3)),
            prerelease == null ? List.of() : List.of(prerelease.split("\\.", -1))));
  }

  private static Version own() {
    try (InputStream in = Version.class.getResourceAsStream("/belay/version")) {
      if (in == null) {
        throw new IllegalStateException("not in this build: belay/version");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
      return parse(text).orElseThrow(() -> new IllegalStateException("belay/version: " + text));
    } catch (IOException e) {
      throw new UncheckedIOException("belay/version", e);
    }
  }

  /** The order of Semantic Versioning 2.0.0, 11. */
  @Override
  public int compareTo(Version other) {
    int numbers = Long.compare(major, other.major);
    numbers = numbers == 0 ? Long.compare(minor, other.minor) : numbers;
    numbers = numbers == 0 ? Long.compare(patch, other.patch) : numbers;
    if (numbers != 0) {
      return numbers;
    }
    if (prerelease.isEmpty() || other.prerelease.isEmpty()) {
      // A release comes after its pre-releases.
      return Boolean.compare(prerelease.isEmpty(), other.prerelease.isEmpty());
    }
    for (int i = 0; i < Math.min(prerelease.size(), other.prerelease.size()); i++) {
      int order = compare(prerelease.get(i), other.prerelease.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(prerelease.size(), other.prerelease.size());
  }

  private static int compare(String a, String b) {
    boolean numberA = isNumber(a);
    boolean numberB = isNumber(b);
    if (numberA && numberB) {
      return Long.compare(Long.parseLong(a), Long.parseLong(b));
    }
    return numberA == numberB ? a.compareTo(b) : numberA ? -1 : 1;
  }

  private static boolean isNumber(String identifier) {
    return identifier.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  @Override
  public String toString() {
    return major
        + "."
        + minor
        + "."
        + patch
        + (prerelease.isEmpty() ? "" : "-" + String.join(".", prerelease));
  }
}
