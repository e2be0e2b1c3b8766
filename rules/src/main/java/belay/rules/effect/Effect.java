package belay.rules.effect;

/** What a command does to something outside itself. */
public record Effect(
    EffectKind kind,
    Target target,
    Reach reach,
    Certainty certainty,
    Detail detail,
    Origin origin) {

  /** Of which the command says nothing more. */
  public Effect(EffectKind kind, Target target, Reach reach, Certainty certainty, Origin origin) {
    this(kind, target, reach, certainty, Detail.NONE, origin);
  }

  /** One line for people: {@code overwrites /srv/xen/web1.img}. */
  public String inWords() {
    return kind.verb()
        + " "
        + target.display()
        + (reach == Reach.RECURSIVE ? " and all below it" : "");
  }
}
