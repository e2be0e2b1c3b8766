package belay.daemon.fact;

import belay.rules.fact.Facts;
import java.util.List;

/**
 * What was found out of one thing, and at what cost.
 *
 * @param probes what was asked, in the order in which the answers are told
 */
public record Seen(Facts facts, List<Probe> probes) {

  public Seen {
    probes = List.copyOf(probes);
  }

  /**
   * One question.
   *
   * @param what who was asked ({@code /proc/locks})
   * @param nanos how long it was worked on, without the wait for a free hand; tables that several
   *     questions share are paid for by the first
   * @param answered whether an answer came before the deadline
   */
  public record Probe(String what, long nanos, boolean answered) {}
}
