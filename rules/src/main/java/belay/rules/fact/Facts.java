package belay.rules.fact;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What was observed of one thing.
 *
 * @param subject the name it was looked up under: absolute where it is a path, else with the kind
 *     of target before it ({@code service:nginx})
 * @param kind what stands there
 * @param size bytes of a file or device; for a directory the number of entries counted below it
 * @param countIsLowerBound counting stopped early, so that {@code size} is "more than"
 * @param facts in the order they should be told
 * @param labels what configuration calls the machine, account, cluster or database it is on: {@code
 *     prod}
 * @param context where that is, in words for a person: {@code kubectl's context is `prod-eu`}
 * @param probes what the team's own probes said of it
 */
public record Facts(
    String subject,
    Kind kind,
    OptionalLong size,
    boolean countIsLowerBound,
    List<Fact> facts,
    Set<String> labels,
    List<String> context,
    List<Probed> probes) {

  public Facts {
    facts = List.copyOf(facts);
    labels = Set.copyOf(labels);
    context = List.copyOf(context);
    probes = List.copyOf(probes);
  }

  /** Of something without labels, of which no probe was asked. */
  public Facts(
      String subject, Kind kind, OptionalLong size, boolean countIsLowerBound, List<Fact> facts) {
    this(subject, kind, size, countIsLowerBound, facts, Set.of(), List.of(), List.of());
  }

  /**
   * What a probe of the team's answered.
   *
   * @param name the probe's
   * @param evidence what it saw, or why it is not known
   */
  public record Probed(String name, Truth truth, String evidence) {}

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

  /** The same with more facts, told after these. */
  public Facts with(List<Fact> more) {
    List<Fact> all = new ArrayList<>(facts);
    all.addAll(more);
    return new Facts(subject, kind, size, countIsLowerBound, all, labels, context, probes);
  }

  /** The same with labels and the words they come from. */
  public Facts in(Set<String> moreLabels, List<String> moreContext) {
    Set<String> allLabels = new LinkedHashSet<>(labels);
    allLabels.addAll(moreLabels);
    List<String> allContext = new ArrayList<>(context);
    moreContext.stream().filter(text -> !context.contains(text)).forEach(allContext::add);
    return new Facts(subject, kind, size, countIsLowerBound, facts, allLabels, allContext, probes);
  }

  /** The same with the answers of probes. */
  public Facts probed(List<Probed> answers) {
    return new Facts(subject, kind, size, countIsLowerBound, facts, labels, context, answers);
  }

  /** What a probe answered; unknown where it was not asked. */
  public Truth probe(String name) {
    return probes.stream()
        .filter(probed -> probed.name().equals(name))
        .map(Probed::truth)
        .findFirst()
        .orElse(Truth.UNKNOWN);
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
