package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.Origin.Place;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.effect.Value.Piece;
import belay.rules.fact.Facts;
import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of an effect's target can be looked for in the file tree.
 *
 * @param named names known to the last character
 * @param globbed patterns that are known
 * @param begun names of which only the beginning is known
 * @param unknown what cannot be looked for, with the reason
 */
record Subjects(List<Named> named, List<Globbed> globbed, List<Begun> begun, List<Facts> unknown) {

  /**
   * A name.
   *
   * @param child added where {@code path} turns out to be a directory; or null
   */
  record Named(String path, @Nullable String child) {}

  /** A pattern, absolute. */
  record Globbed(String display, List<Piece> pieces) {}

  /** The beginning of a name, absolute, and why there is no more of it. */
  record Begun(String display, String prefix, String why) {}

  static Subjects of(Effect effect, @Nullable String directory) {
    String display = effect.target().display();
    return switch (effect.origin().place()) {
      case Place.Remote(Value host) ->
          none(display, "on another host, " + Text.printable(host.display()));
      case Place.Inside(String what) -> none(display, "inside " + Text.printable(what));
      case Place.Here() ->
          switch (effect.target()) {
            case Target.Path(Value value, Value child) -> path(value, child, directory);
            case Target.Device(Value value) -> path(value, null, directory);
            case Target.Volume(String system, Value name) -> volume(system, name);
            case Target.Unknown(String why) -> none(display, why);
            case Target.Guest _,
                Target.Host _,
                Target.Service _,
                Target.Processes _,
                Target.Repository _,
                Target.DatabaseObject _,
                Target.ClusterObject _,
                Target.CloudResource _ ->
                none(display, "a " + effect.target().key() + " is not looked at");
          };
    };
  }

  private static Subjects none(String subject, String why) {
    return new Subjects(List.of(), List.of(), List.of(), List.of(Facts.unknown(subject, why)));
  }

  private static Subjects path(Value value, @Nullable Value child, @Nullable String directory) {
    if (!value.display().startsWith("/") || value.knownPrefix().isEmpty()) {
      boolean begins = !value.pieces().isEmpty();
      if (begins && value.pieces().getFirst() instanceof Piece.Unknown(String why)) {
        return none(value.display(), why);
      }
      if (directory == null) {
        return none(value.display(), "the working directory is not known");
      }
      if (!begins) {
        return none("", "an empty name is nothing");
      }
      value = Value.of(directory.endsWith("/") ? directory : directory + "/").append(value);
    }
    String known = value.known();
    if (known != null && (child == null || child.known() != null)) {
      Named named = new Named(clean(known), child == null ? null : child.known());
      return new Subjects(List.of(named), List.of(), List.of(), List.of());
    }
    // Patterns and unknowns in the child: what they stand for lies in the directory, if it is one.
    Value whole = child == null ? value : value.append(Value.of("/")).append(child);
    for (Piece piece : whole.pieces()) {
      if (piece instanceof Piece.Unknown(String why)) {
        Begun begun = new Begun(whole.display(), whole.knownPrefix(), why);
        return new Subjects(List.of(), List.of(), List.of(begun), List.of());
      }
    }
    Globbed globbed = new Globbed(whole.display(), whole.pieces());
    return new Subjects(List.of(), List.of(globbed), List.of(), List.of());
  }

  /** Without doubled and trailing slashes; {@code ..} is left to path resolution. */
  private static String clean(String path) {
    List<String> components = new ArrayList<>();
    for (String component : path.split("/")) {
      if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    return "/" + String.join("/", components);
  }

  private static Subjects volume(String system, Value name) {
    String known = name.known();
    String node =
        known == null || known.isEmpty()
            ? null
            : known.startsWith("/")
                ? known
                : switch (system) {
                  case "lvm" -> known.contains("/") ? "/dev/" + known : null;
                  case "zfs" -> "/dev/zvol/" + known;
                  case "md" -> "/dev/" + known;
                  case "dm", "luks" -> "/dev/mapper/" + known;
                  default -> null;
                };
    return node == null
        ? none(name.display(), "a volume of " + system + " is not looked at by this name")
        : new Subjects(List.of(new Named(clean(node), null)), List.of(), List.of(), List.of());
  }
}
