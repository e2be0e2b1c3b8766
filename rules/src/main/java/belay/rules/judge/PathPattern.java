package belay.rules.judge;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern over file names that knows components: {@code *}, {@code ?} and {@code [a-z]} never
 * match a slash, {@code **} as a whole component matches any number of components, none included. A
 * pattern that begins with a slash is matched against the whole name, any other against its last
 * components: {@code *.img} is every name that ends so, in whatever directory.
 */
public final class PathPattern {

  private static final Wildcard ANY_DEPTH = new Wildcard("**");

  private final String source;
  private final boolean rooted;
  private final boolean below;
  private final List<Wildcard> components;

  /** Whether it matches names of more than one depth. */
  private final boolean deep;

  private PathPattern(String source, boolean below) {
    this.source = source;
    this.rooted = source.startsWith("/");
    this.below = below;
    List<Wildcard> all = new ArrayList<>();
    if (!rooted) {
      all.add(ANY_DEPTH);
    }
    for (String component : PathName.of(source).components()) {
      all.add(component.equals("**") ? ANY_DEPTH : new Wildcard(component));
    }
    if (below) {
      all.add(ANY_DEPTH);
    }
    this.components = List.copyOf(all);
    this.deep = all.stream().anyMatch(PathPattern::isAnyDepth);
  }

  /** Matches the names {@code glob} describes. */
  public static PathPattern matching(String glob) {
    return new PathPattern(glob, false);
  }

  /** Matches the names {@code glob} describes and everything below them. */
  public static PathPattern under(String glob) {
    return new PathPattern(glob, true);
  }

  /** Whether {@code path} matches; slashes at its end and doubled ones do not count. */
  public boolean matches(String path) {
    return matches(PathName.of(path));
  }

  boolean matches(PathName path) {
    if (rooted && !path.rooted()) {
      return false;
    }
    List<String> names = path.components();
    if (!deep && names.size() != components.size()) {
      return false;
    }
    int c = 0;
    int n = 0;
    int lastDeep = -1;
    int resume = 0;
    // The method of Wildcard.matches, with components in place of characters.
    while (n < names.size()) {
      if (c < components.size() && isAnyDepth(components.get(c))) {
        lastDeep = c++;
        resume = n;
      } else if (c < components.size() && components.get(c).matches(names.get(n))) {
        c++;
        n++;
      } else if (lastDeep >= 0) {
        c = lastDeep + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (c < components.size() && isAnyDepth(components.get(c))) {
      c++;
    }
    return c == components.size();
  }

  @SuppressWarnings("ReferenceEquality") // a component written "\**" must not be taken for it
  private static boolean isAnyDepth(Wildcard component) {
    return component == ANY_DEPTH;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathPattern pattern
        && source.equals(pattern.source)
        && below == pattern.below;
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  /** How many characters of a name {@link #literalStart} tells. */
  static final int START = 3;

  /** Whether part of each name it matches is known. */
  boolean hasLiteral() {
    return literalEnd() != null
        || !literalBeginning().isEmpty()
        || literalExtension() != null
        || literalStart() != null
        || literalWithin() != null;
  }

  /** What the last component of each name it matches has behind its last dot; null where unsure. */
  @Nullable String literalExtension() {
    String last = lastPattern();
    if (last == null || last.indexOf('.') < 0) {
      return null;
    }
    String extension = last.substring(last.lastIndexOf('.') + 1);
    return new Wildcard(extension).isPlain() ? extension : null;
  }

  /** The first {@value #START} characters of the last component of each name; null where unsure. */
  @Nullable String literalStart() {
    String last = lastPattern();
    if (last == null || last.length() < START) {
      return null;
    }
    String start = last.substring(0, START);
    return new Wildcard(start).isPlain() ? start : null;
  }

  /** A component that each name it matches has somewhere; null where there is none such. */
  @Nullable String literalWithin() {
    return components.stream()
        .filter(component -> !isAnyDepth(component) && component.isPlain())
        .map(Wildcard::toString)
        .findFirst()
        .orElse(null);
  }

  private @Nullable String lastPattern() {
    Wildcard last = components.isEmpty() ? ANY_DEPTH : components.getLast();
    String text = last.toString();
    // What is escaped or in brackets is not what it looks like.
    return isAnyDepth(last) || text.indexOf('\\') >= 0 || text.indexOf('[') >= 0 ? null : text;
  }

  /** The last component of each name it matches; null where that is not one and the same. */
  @Nullable String literalEnd() {
    Wildcard last = components.isEmpty() ? ANY_DEPTH : components.getLast();
    return !isAnyDepth(last) && last.isPlain() ? last.toString() : null;
  }

  /** The components that each name it matches begins with; none where it may begin anywhere. */
  List<String> literalBeginning() {
    List<String> out = new ArrayList<>();
    if (rooted) {
      for (Wildcard component : components) {
        if (isAnyDepth(component) || !component.isPlain()) {
          break;
        }
        out.add(component.toString());
      }
    }
    return out;
  }

  /** The pattern, and whether what is below counts. */
  String inWords() {
    return below ? source + " and below" : source;
  }

  /** The pattern as written. */
  @Override
  public String toString() {
    return source;
  }
}
