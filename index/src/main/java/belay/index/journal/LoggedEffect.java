package belay.index.journal;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin.Place;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an {@link Effect}.
 *
 * @param targetKind the target's {@link Target#key}
 * @param target the target as people read it, resolved as far as it was known
 * @param exact the target's text is the whole of its name: no pattern, nothing unknown
 * @param program the command that did it
 * @param place where it happened: empty for this machine's own file tree
 */
public record LoggedEffect(
    EffectKind kind,
    String targetKind,
    String target,
    boolean exact,
    String program,
    String place) {

  public static LoggedEffect of(Effect effect) {
    return new LoggedEffect(
        effect.kind(),
        effect.target().key(),
        effect.target().display(),
        name(effect.target()) != null,
        effect.origin().program(),
        place(effect.origin().place()));
  }

  private static @Nullable String name(Target target) {
    Value value =
        switch (target) {
          case Target.Path(Value path, Value _) -> path;
          case Target.Device(Value path) -> path;
          case Target.Volume(String _, Value name) -> name;
          case Target.Guest(String _, Value name) -> name;
          case Target.Host(Value name) -> name;
          case Target.Service(Value name) -> name;
          case Target.Processes(Value selector) -> selector;
          case Target.Repository(Value directory, String _) -> directory;
          case Target.DatabaseObject(String _, Value name) -> name;
          case Target.ClusterObject(Value name) -> name;
          case Target.CloudResource(String _, Value name) -> name;
          case Target.Unknown _ -> null;
        };
    return value == null ? null : value.known();
  }

  private static String place(Place place) {
    return switch (place) {
      case Place.Here _ -> "";
      case Place.Remote(Value host) -> "host " + host.display();
      case Place.Inside(String what) -> what;
    };
  }
}
