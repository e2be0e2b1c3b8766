package belay.rules.effect;

import belay.rules.effect.Meaning.Mark;
import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/** Names the thing a mark falls on. */
final class Targets {

  /** null(4), full(4), tty(4), random(4), pts(4), fd(4): writing to them changes nothing. */
  private static final Pattern STREAM =
      Pattern.compile(
          "/dev/(null|zero|full|random|urandom|tty|stdin|stdout|stderr|console|pts/.*|fd/.*|tcp/.*"
              + "|udp/.*)|/proc/(self|thread-self)/fd/.*");

  private Targets() {}

  /** Null where nothing outside the command is touched. */
  static @Nullable Target of(Mark mark, @Nullable Value directory) {
    Value value = mark.value();
    return switch (mark.sort()) {
      case PATH -> path(mark, directory);
      case VOLUME -> new Target.Volume(mark.system(), value);
      case GUEST -> new Target.Guest(mark.system(), value);
      case HOST -> new Target.Host(value);
      case SERVICE -> new Target.Service(value);
      case PROCESS -> new Target.Processes(value);
      case REPOSITORY -> new Target.Repository(Paths.absolute(value, directory), mark.system());
      case DATABASE -> new Target.DatabaseObject(mark.system(), value);
      case CLUSTER -> new Target.ClusterObject(value);
      case CLOUD -> new Target.CloudResource(mark.system(), value);
      case UNKNOWN ->
          new Target.Unknown(
              value.pieces().size() == 1
                      && value.pieces().getFirst() instanceof Value.Piece.Unknown(String why)
                  ? why
                  : value.display());
    };
  }

  private static @Nullable Target path(Mark mark, @Nullable Value directory) {
    if (mark.value().pieces().isEmpty()) {
      return null; // '' names no file
    }
    Value absolute = Paths.absolute(mark.value(), directory);
    String prefix = absolute.knownPrefix();
    if (prefix.startsWith("/dev/") || prefix.startsWith("/proc/")) {
      String whole = absolute.known();
      if (whole != null && STREAM.matches(whole)) {
        return null;
      }
      if (prefix.startsWith("/dev/") && !prefix.startsWith("/dev/shm")) {
        return new Target.Device(absolute);
      }
    }
    return new Target.Path(absolute, mark.child());
  }
}
