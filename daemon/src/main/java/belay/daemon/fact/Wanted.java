package belay.daemon.fact;

import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.syntax.Span;
import java.util.List;
import java.util.Set;

/**
 * What somebody wants to know all about, by a word of his: the effect that asks every question
 * there is about it.
 */
public final class Wanted {

  /** What stands for the command in an effect that nobody has typed. */
  static final String PROGRAM = "belay facts";

  private static final Set<String> VOLUMES = Set.of("lvm", "zfs", "btrfs", "md", "dm", "luks");

  private static final Set<String> GUESTS =
      Set.of("xen", "libvirt", "docker", "podman", "lxc", "kubernetes");

  private static final List<String> UNITS =
      List.of(".service", ".socket", ".timer", ".mount", ".target", ".scope", ".slice");

  private Wanted() {}

  /**
   * The effects that a word stands for.
   *
   * @param word a path; {@code NAME.service}; or one of {@code service:NAME}, {@code xen:NAME} and
   *     the like, {@code guest:NAME}, {@code process:PID}, {@code host:NAME}, {@code lvm:VG/LV} and
   *     the like, {@code repository:DIRECTORY}
   */
  public static Effect of(String word) {
    int colon = word.indexOf(':');
    String sort =
        colon < 0 || word.substring(0, colon).contains("/") ? "" : word.substring(0, colon);
    Value name = Value.of(word.substring(colon + 1));
    if (VOLUMES.contains(sort)) {
      return effect(EffectKind.DESTROY, new Target.Volume(sort, name));
    }
    if (GUESTS.contains(sort)) {
      return effect(EffectKind.STOP, new Target.Guest(sort, name));
    }
    return switch (sort) {
      case "guest" -> guest(name);
      case "service" -> service(name);
      case "process" -> effect(EffectKind.STOP, new Target.Processes(name));
      case "host" -> effect(EffectKind.STOP, new Target.Host(name));
      case "repository" -> effect(EffectKind.REWRITE, new Target.Repository(name, "work tree"));
      default ->
          UNITS.stream().anyMatch(word::endsWith) && !word.contains("/")
              ? service(Value.of(word))
              : path(word);
    };
  }

  /**
   * What else a word may be where no file has that name: a plain name can be a guest's or a
   * service's.
   */
  public static List<Effect> otherwise(String word) {
    boolean isName = word.matches("[A-Za-z0-9][A-Za-z0-9._@-]*");
    return isName ? List.of(guest(Value.of(word)), service(Value.of(word))) : List.of();
  }

  private static Effect guest(Value name) {
    return effect(EffectKind.STOP, new Target.Guest("", name));
  }

  private static Effect service(Value name) {
    return effect(EffectKind.STOP, new Target.Service(name));
  }

  private static Effect path(String word) {
    Value value = Value.of(word);
    Target target = word.startsWith("/dev/") ? new Target.Device(value) : new Target.Path(value);
    return effect(EffectKind.OVERWRITE, target);
  }

  private static Effect effect(EffectKind kind, Target target) {
    Origin origin =
        new Origin(new Span(0, 0), "git", List.of(), new Origin.Place.Here(), List.of());
    return new Effect(kind, target, Reach.RECURSIVE, Certainty.CERTAIN, origin);
  }
}
