package belay.rules.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which versions will do: all bounds must hold, {@code >=1.2.0 <2.0.0}.
 *
 * @param bounds never none
 */
public record VersionRange(List<Bound> bounds) {

  private static final Pattern BOUND = Pattern.compile("(>=|<=|>|<|=)?(\\S+)");

  public VersionRange {
    bounds = List.copyOf(bounds);
  }

  /** How a version stands to another. */
  public enum Relation {
    AT_LEAST(">="),
    AT_MOST("<="),
    ABOVE(">"),
    BELOW("<"),
    EXACTLY("=");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }
  }

  /** One bound. */
  public record Bound(Relation relation, Version version) {

    boolean holdsOf(Version other) {
      int order = other.compareTo(version);
      return switch (relation) {
        case AT_LEAST -> order >= 0;
        case AT_MOST -> order <= 0;
        case ABOVE -> order > 0;
        case BELOW -> order < 0;
        case EXACTLY -> order == 0;
      };
    }

    @Override
    public String toString() {
      return relation.sign + version;
    }
  }

  /** Reads {@code >=1.2.0 <2.0.0}; a bare version is that one exactly. Empty where it is none. */
  static Optional<VersionRange> parse(String text) {
    List<Bound> out = new ArrayList<>();
    for (String word : text.strip().split("[\\s,]+", -1)) {
      Matcher matcher = BOUND.matcher(word);
      Optional<Version> version =
          matcher.matches() ? Version.parse(matcher.group(2)) : Optional.empty();
      if (version.isEmpty()) {
        return Optional.empty();
      }
      String sign = matcher.group(1);
      Relation relation = Relation.EXACTLY;
      for (Relation each : Relation.values()) {
        relation = each.sign.equals(sign) ? each : relation;
      }
      out.add(new Bound(relation, version.get()));
    }
    return Optional.of(new VersionRange(out));
  }

  public boolean contains(Version version) {
    return bounds.stream().allMatch(bound -> bound.holdsOf(version));
  }

  @Override
  public String toString() {
    return bounds.stream().map(Bound::toString).collect(Collectors.joining(" "));
  }
}
