package belay.daemon.fact;

import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Facts.Kind;
import belay.rules.fact.Truth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What has been found out of one thing so far. Probes write on it as they finish; the deadline
 * reads it as it is, and what a probe then has not written is unknown.
 */
final class Sheet {

  /** One line for each question, in the order in which the answers are told. */
  enum Line {
    EXISTENCE("the file system"),
    LOCKS("its locks"),
    LOOPS("the table of loop devices"),
    HOLDERS("the search for processes that use it"),
    STACK("the search for what stands on the device"),
    CLAIM("the device"),
    MOUNTS("the table of mounts"),
    PLACE("its place"),
    CONTENTS("its contents"),
    REGISTER("the registers of guests, pools and servers"),
    PROGRAMS("the search for programs that run it"),
    COPIES("the search for copies of it");

    private final String what;

    Line(String what) {
      this.what = what;
    }

    /** What is unknown as long as the question is open. */
    private Set<About> abouts() {
      return switch (this) {
        case EXISTENCE -> EnumSet.allOf(About.class);
        case LOCKS, HOLDERS, CLAIM -> EnumSet.of(About.LIVE);
        case LOOPS, STACK, MOUNTS -> EnumSet.of(About.LIVE, About.MOUNTED);
        case PLACE -> EnumSet.of(About.SYSTEM, About.HOME, About.TEMPORARY);
        case CONTENTS -> EnumSet.of(About.NONEMPTY, About.LIVE);
        case REGISTER -> EnumSet.of(About.LIVE);
        case PROGRAMS -> EnumSet.of(About.RUNNING);
        case COPIES -> EnumSet.of(About.ONLY_COPY);
      };
    }
  }

  private String subject;
  private final Map<Line, List<Fact>> lines = new EnumMap<>(Line.class);
  private final Map<Line, Long> spent = new EnumMap<>(Line.class);
  private final Set<Line> open = EnumSet.of(Line.EXISTENCE);
  private Kind kind = Kind.UNKNOWN;
  private OptionalLong size = OptionalLong.empty();
  private boolean lowerBound;

  Sheet(String subject) {
    this.subject = subject;
  }

  /** A question is asked; without an answer what it is about is unknown. */
  synchronized void ask(Line line) {
    open.add(line);
  }

  /** The answer to a question; also in place of an earlier, weaker one. */
  synchronized void answer(Line line, List<Fact> facts) {
    lines.put(line, facts);
    open.remove(line);
  }

  /** A question could not be answered, which leaves an earlier, weaker answer standing. */
  synchronized void fail(Line line, String why) {
    List<Fact> facts = new ArrayList<>(lines.getOrDefault(line, List.of()));
    for (About about : line.abouts()) {
      facts.add(new Fact(about, Truth.UNKNOWN, why));
    }
    answer(line, facts);
  }

  /** A question was worked on for so long; several times where it took several. */
  synchronized void spent(Line line, long nanos) {
    spent.merge(line, nanos, Long::sum);
  }

  /** The questions that were asked, and what each took. */
  synchronized List<Seen.Probe> probes() {
    List<Seen.Probe> probes = new ArrayList<>();
    for (Line line : Line.values()) {
      Long nanos = spent.get(line);
      if (nanos != null || open.contains(line)) {
        probes.add(new Seen.Probe(line.what, nanos == null ? 0 : nanos, !open.contains(line)));
      }
    }
    return List.copyOf(probes);
  }

  /** The name under which it was looked up in the end. */
  synchronized void subject(String found) {
    subject = found;
  }

  synchronized void kind(Kind found) {
    kind = found;
  }

  synchronized void size(long found, boolean isLowerBound) {
    size = OptionalLong.of(found);
    lowerBound = isLowerBound;
  }

  /** What is known now; open questions are unknown because of {@code why}. */
  synchronized Facts facts(String why) {
    List<Fact> all = new ArrayList<>();
    boolean isThere = !open.contains(Line.EXISTENCE);
    for (Line line : Line.values()) {
      all.addAll(lines.getOrDefault(line, List.of()));
      if (open.contains(line) && (line == Line.EXISTENCE || isThere)) {
        for (About about : line.abouts()) {
          all.add(new Fact(about, Truth.UNKNOWN, line.what + " " + why));
        }
      }
    }
    Set<Fact> told = new LinkedHashSet<>();
    for (About about : ORDER) {
      List<Fact> mine = all.stream().filter(fact -> fact.about() == about).toList();
      Truth strongest = strongest(mine);
      mine.stream().filter(fact -> fact.truth() == strongest).limit(MOST).forEach(told::add);
    }
    return new Facts(subject, kind, size, lowerBound, List.copyOf(told));
  }

  /** How many statements of one sort a person is told. */
  private static final int MOST = 5;

  private static final List<About> ORDER =
      List.of(
          About.EXISTS,
          About.LIVE,
          About.MOUNTED,
          About.SYSTEM,
          About.HOME,
          About.TEMPORARY,
          About.NONEMPTY,
          About.RUNNING,
          About.UNSAVED,
          About.PUBLISHED,
          About.ONLY_COPY,
          About.PROTECTED,
          About.CUTS_OFF);

  /** One true statement makes the unknown and the false ones about the same not worth telling. */
  private static Truth strongest(List<Fact> facts) {
    if (facts.stream().anyMatch(fact -> fact.truth() == Truth.TRUE)) {
      return Truth.TRUE;
    }
    return facts.stream().anyMatch(fact -> fact.truth() == Truth.UNKNOWN)
        ? Truth.UNKNOWN
        : Truth.FALSE;
  }
}
