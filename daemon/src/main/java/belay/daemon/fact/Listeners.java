package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which processes listen on which TCP ports: {@code /proc/net/tcp} and {@code tcp6} name the
 * sockets' inodes, {@code /proc/PID/fd} who holds them.
 */
final class Listeners {

  private static final int LIMIT = 4 * 1024 * 1024;
  private static final String LISTEN = "0A";

  private final Machine machine;
  private final Memo<Map<String, Integer>> ports;

  Listeners(Machine machine) {
    this.machine = machine;
    this.ports = new Memo<>(this::read);
  }

  private Map<String, Integer> read() throws IOException {
    Map<String, Integer> out = new HashMap<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      String text;
      try {
        text = Text.decode(machine.read(table, LIMIT));
      } catch (java.nio.file.NoSuchFileException none) {
        continue;
      }
      for (String line : text.lines().skip(1).toList()) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length > 9 && fields[3].equals(LISTEN)) {
          int port = Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16);
          out.put("socket:[" + fields[9] + "]", port);
        }
      }
    }
    return out;
  }

  /** The ports a process listens on; none where its descriptors may not be seen. */
  Set<Integer> of(long pid) throws IOException {
    Map<String, Integer> all = ports.get();
    Set<Integer> out = new LinkedHashSet<>();
    if (all.isEmpty()) {
      return out;
    }
    List<String> names = new ArrayList<>();
    String directory = "/proc/" + pid + "/fd";
    try {
      machine.list(directory, (name, inode, kind) -> names.add(name));
      for (String name : names) {
        Integer port = all.get(machine.link(directory + "/" + name));
        if (port != null) {
          out.add(port);
        }
      }
    } catch (IOException notOurs) {
      return out;
    }
    return out;
  }

  /** {@code listens on port 80}; empty where it does not. */
  static String inWords(Set<Integer> ports) {
    List<String> texts = ports.stream().sorted().map(String::valueOf).toList();
    return texts.isEmpty()
        ? ""
        : "listens on port" + (texts.size() == 1 ? " " : "s ") + String.join(", ", texts);
  }
}
