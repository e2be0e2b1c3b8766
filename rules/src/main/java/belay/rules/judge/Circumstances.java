package belay.rules.judge;

import belay.rules.effect.Effect;
import belay.rules.effect.Origin;
import belay.rules.effect.Value;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, where, when and in which way. What is null or empty is not known, and a condition about
 * it keeps no rule silent.
 *
 * @param user the login name of who asks
 * @param hosts the names of this machine, short and full
 * @param directory the shell's working directory, absolute
 * @param time with the zone of this machine
 */
public record Circumstances(
    @Nullable String user,
    List<String> hosts,
    @Nullable String directory,
    @Nullable ZonedDateTime time,
    @Nullable Caller caller) {

  /** Nothing is known. */
  public static final Circumstances UNKNOWN = new Circumstances(null, List.of(), null, null, null);

  public Circumstances {
    hosts = List.copyOf(hosts);
  }

  /** How a line came. */
  public enum Caller {
    /** A person at a prompt on this machine. */
    TERMINAL,
    /** A person at a prompt who came in by ssh. */
    SSH,
    /** A script that is watched. */
    SCRIPT,
    /** A program that acts for a person, such as a coding agent or a build server. */
    AGENT,
    /** Nobody is about to run it: it is only asked about. */
    NOBODY;

    /** The name used in packs. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The names of the machine an effect happens on; empty where they are not known. */
  List<String> hostsOf(Effect effect) {
    return switch (effect.origin().place()) {
      case Origin.Place.Here _, Origin.Place.Inside _ -> hosts;
      case Origin.Place.Remote(Value host) -> host.hasUnknown() ? List.of() : named(host.display());
    };
  }

  /** {@code user@host}, also as ssh(1) takes it in a URI, without the user. */
  private static List<String> named(String destination) {
    String host = destination.substring(destination.lastIndexOf('@') + 1);
    int dot = host.indexOf('.');
    return dot <= 0 ? List.of(host) : List.of(host, host.substring(0, dot));
  }
}
