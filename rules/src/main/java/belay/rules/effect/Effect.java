package belay.rules.effect;

import java.util.Set;

/**
 * What a command does to something outside itself.
 *
 * @param traits what its options say of the way it does it
 */
public record Effect(
    EffectKind kind,
    Target target,
    Reach reach,
    Certainty certainty,
    Set<Trait> traits,
    Origin origin) {

  public Effect {
    traits = Set.copyOf(traits);
  }

  /** Of which the options say nothing more. */
  public Effect(EffectKind kind, Target target, Reach reach, Certainty certainty, Origin origin) {
    this(kind, target, reach, certainty, Set.of(), origin);
  }

  /** One line for people: {@code overwrites /srv/xen/web1.img}. */
  public String inWords() {
    return kind.verb()
        + " "
        + target.display()
        + (reach == Reach.RECURSIVE ? " and all below it" : "");
  }
}
