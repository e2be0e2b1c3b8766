package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The session that asks and the machine it is on. Read when first needed: {@code environ}, {@code
 * stat} and {@code cgroup} of proc(5), and sshd(8)'s {@code SSH_CONNECTION}.
 */
final class Session {

  private static final int MOST_ANCESTORS = 64;
  private static final int ENVIRONMENT = 256 * 1024;

  private static final Set<String> SERVERS =
      Set.of("sshd", "sshd-session", "sshd-auth", "dropbear", "mosh-server", "tinysshd", "telnetd");

  private final Machine machine;
  private final Viewpoint viewpoint;
  private final Memo<List<Ancestor>> ancestors;
  private final Memo<Coming> coming;
  private @Nullable String host;

  /** A process above the shell, or the shell itself. */
  record Ancestor(long pid, String name) {}

  /**
   * How the session came in.
   *
   * @param remote whether over the network; then {@code client} and {@code server} are addresses,
   *     empty where only a server among the ancestors tells it
   * @param port the server's; 22 where it is not told
   */
  record Coming(boolean remote, String client, String server, int port, String words) {}

  private static final int SSH_PORT = 22;

  Session(Machine machine, Viewpoint viewpoint) {
    this.machine = machine;
    this.viewpoint = viewpoint;
    this.ancestors = new Memo<>(this::readAncestors);
    this.coming = new Memo<>(this::readComing);
  }

  Viewpoint viewpoint() {
    return viewpoint;
  }

  /** The name of this host; empty where it is not told. */
  synchronized String host() {
    if (host == null) {
      try {
        String name = machine.line("/proc/sys/kernel/hostname");
        host = name == null ? "" : name;
      } catch (IOException e) {
        host = "";
      }
    }
    return host;
  }

  Set<String> hostLabels(Labels labels) {
    return labels.of(host());
  }

  boolean isThisHost(String name) {
    String own = host();
    int dot = own.indexOf('.');
    return name.equals("localhost")
        || name.equals(own)
        || (dot > 0 && name.equals(own.substring(0, dot)));
  }

  /** The shell and what it was started by, up to init; empty where nobody asks. */
  List<Ancestor> ancestors() throws IOException {
    return ancestors.get();
  }

  Coming coming() throws IOException {
    return coming.get();
  }

  private List<Ancestor> readAncestors() {
    return above(viewpoint.asker());
  }

  private List<Ancestor> above(long process) {
    List<Ancestor> out = new ArrayList<>();
    long pid = process;
    while (pid > 0 && out.size() < MOST_ANCESTORS) {
      Stat stat = Stat.read(machine, pid);
      if (stat == null) {
        break;
      }
      out.add(new Ancestor(pid, stat.name()));
      pid = stat.parent();
    }
    return out;
  }

  private Coming readComing() throws IOException {
    for (Ancestor ancestor : ancestors()) {
      if (isMultiplexer(ancestor.name())) {
        // It may have been started over a connection that has gone; who looks at it now counts.
        Coming attached = attached(ancestor.pid());
        if (attached != null) {
          return attached;
        }
      }
    }
    String connection = viewpoint.variables().get("SSH_CONNECTION");
    if (connection == null && viewpoint.asker() > 0) {
      connection = environment(viewpoint.asker()).get("SSH_CONNECTION");
    }
    Coming over = over(connection);
    if (over != null) {
      return over;
    }
    for (Ancestor ancestor : ancestors()) {
      if (SERVERS.contains(ancestor.name())) {
        return through(ancestor);
      }
    }
    if (viewpoint.asker() == 0) {
      throw new IOException("no shell asks, so how it came in is not known");
    }
    return new Coming(false, "", "", 0, "");
  }

  private static @Nullable Coming over(@Nullable String connection) {
    String[] parts = connection == null ? new String[0] : connection.split(" ", -1);
    return parts.length != 4
        ? null
        : new Coming(
            true,
            parts[0],
            parts[2],
            parts[3].matches("[0-9]{1,5}") ? Integer.parseInt(parts[3]) : SSH_PORT,
            "this shell came in over ssh from " + Text.printable(parts[0]));
  }

  private static Coming through(Ancestor server) {
    return new Coming(
        true,
        "",
        "",
        SSH_PORT,
        "this shell came in through " + server.name() + " (pid " + server.pid() + ")");
  }

  private static boolean isMultiplexer(String name) {
    return name.equals("tmux: server") || name.equals("SCREEN");
  }

  /**
   * How those came in who look at a server of tmux or screen now, a remote one first; null where
   * none is seen. They are known by their names, as {@code ps} shows them.
   */
  private @Nullable Coming attached(long server) throws IOException {
    Coming local = null;
    for (long pid : Processes.all(machine)) {
      Stat stat = pid == server ? null : Stat.read(machine, pid);
      if (stat == null || !stat.name().matches("tmux: client|screen")) {
        continue;
      }
      Coming over = over(environment(pid).get("SSH_CONNECTION"));
      if (over != null) {
        return over;
      }
      for (Ancestor ancestor : above(pid)) {
        if (SERVERS.contains(ancestor.name())) {
          return through(ancestor);
        }
      }
      local = new Coming(false, "", "", 0, "");
    }
    return local;
  }

  private Map<String, String> environment(long pid) {
    Map<String, String> out = new LinkedHashMap<>();
    try {
      String text = Text.decode(machine.read("/proc/" + pid + "/environ", ENVIRONMENT));
      for (String each : text.split("\0", -1)) {
        int equals = each.indexOf('=');
        if (equals > 0) {
          out.put(each.substring(0, equals), each.substring(equals + 1));
        }
      }
    } catch (IOException notOurs) {
      // Its ancestors may tell.
    }
    return out;
  }

  /** The container this is, in words; empty where it seems to be none. */
  String container() {
    try {
      String systemd = machine.line("/run/systemd/container");
      if (systemd != null && !systemd.isBlank()) {
        return "this is a container (" + Text.printable(systemd.strip()) + ")";
      }
      if (machine.found("/.dockerenv", false) != null) {
        return "this is a container (docker)";
      }
      if (machine.found("/run/.containerenv", false) != null) {
        return "this is a container (podman)";
      }
      String cgroup = Text.decode(machine.read("/proc/1/cgroup", 8192));
      for (String sign : List.of("docker", "kubepods", "containerd", "libpod", "lxc")) {
        if (cgroup.contains(sign)) {
          return "this is a container (" + sign + ")";
        }
      }
    } catch (IOException notTold) {
      // Then nothing says so.
    }
    return "";
  }

  /** The cgroup of the asking shell, from version 2's only hierarchy; empty where not known. */
  String cgroup() {
    try {
      String text = Text.decode(machine.read("/proc/" + viewpoint.asker() + "/cgroup", 8192));
      return text.lines()
          .filter(line -> line.startsWith("0::") || line.contains(":name=systemd:"))
          .map(line -> line.substring(line.indexOf(':', line.indexOf(':') + 1) + 1))
          .findFirst()
          .orElse("");
    } catch (IOException gone) {
      return "";
    }
  }
}
