package belay.rules.effect;

import java.util.Set;

/**
 * What a command says besides of what it does.
 *
 * @param resource what sort of thing its target is, by the words of the command ({@code rds
 *     delete-db-instance}, {@code ns}, {@code table}); empty where no model tells
 * @param traits what its options say of the way it does it
 */
public record Detail(String resource, Set<Trait> traits) {

  /** Nothing more is said. */
  public static final Detail NONE = new Detail("", Set.of());

  public Detail {
    traits = Set.copyOf(traits);
  }
}
