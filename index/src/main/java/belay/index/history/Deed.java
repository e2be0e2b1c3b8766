package belay.index.history;

import belay.rules.effect.EffectKind;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that was done in one way to one target.
 *
 * @param target the target, resolved; printable where it is not UTF-8
 * @param runs how often
 * @param days on how many days; runs of an unknown time count as one day each
 * @param accepted a person was asked about it once and said yes
 * @param last when it was done last, or null if not known
 * @param lastNumber the number of the latest such command in the journal
 * @param programs the programs of that command
 */
public record Deed(
    String target,
    int runs,
    int days,
    boolean accepted,
    @Nullable Instant last,
    long lastNumber,
    Set<String> programs) {

  public Deed {
    programs = Set.copyOf(programs);
  }

  /**
   * What kind of deed it is: only deeds of the same kind, on targets of the same kind, in the same
   * place are compared.
   *
   * @param place as in {@link belay.index.journal.LoggedEffect}
   */
  public record Way(EffectKind kind, String targetKind, String place) {

    private static final char BETWEEN = '\u0001';

    String prefix() {
      return kind.key() + BETWEEN + targetKind + BETWEEN + Documents.term(place) + BETWEEN;
    }
  }
}
