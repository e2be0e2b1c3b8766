package belay.rules.fact;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What was observed of one thing.
 *
 * @param subject the name it was looked up under, absolute where it is a path
 * @param kind what stands there
 * @param size bytes of a file or device; for a directory the number of entries counted below it
 * @param countIsLowerBound counting stopped early, so that {@code size} is "more than"
 * @param facts in the order they should be told
 */
public record Facts(
    String subject, Kind kind, OptionalLong size, boolean countIsLowerBound, List<Fact> facts) {

  public Facts {
    facts = List.copyOf(facts);
  }

  /** What stands under a name. */
  public enum Kind {
    MISSING,
    REGULAR_FILE,
    DIRECTORY,
    SYMBOLIC_LINK,
    BLOCK_DEVICE,
    CHARACTER_DEVICE,
    FIFO,
    SOCKET,
    /** Not a thing of the file system, or it could not be looked at. */
    UNKNOWN;

    /** The name used in packs and in JSON. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Facts about something that was not, or could not be, looked at. */
  public static Facts unknown(String subject, String why) {
    List<Fact> facts = new ArrayList<>();
    for (Fact.About about : Fact.About.values()) {
      facts.add(new Fact(about, Truth.UNKNOWN, why));
    }
    return new Facts(subject, Kind.UNKNOWN, OptionalLong.empty(), false, facts);
  }

  /** True where any fact says so; else unknown where any is unknown or none speaks; else false. */
  public Truth truth(Fact.About about) {
    boolean spoken = false;
    boolean unknown = false;
    for (Fact fact : facts) {
      if (fact.about() == about) {
        switch (fact.truth()) {
          case TRUE -> {
            return Truth.TRUE;
          }
          case FALSE -> spoken = true;
          case UNKNOWN -> unknown = true;
        }
      }
    }
    return unknown || !spoken ? Truth.UNKNOWN : Truth.FALSE;
  }

  /** The evidence of every true fact about {@code about}, in order. */
  public List<String> evidence(Fact.About about) {
    return facts.stream()
        .filter(fact -> fact.about() == about && fact.truth() == Truth.TRUE)
        .map(Fact::evidence)
        .filter(text -> !text.isEmpty())
        .distinct()
        .toList();
  }
}
