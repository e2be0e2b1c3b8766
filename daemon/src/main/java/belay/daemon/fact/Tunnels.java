package belay.daemon.fact;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where ports of this host lead that a running {@code ssh -L} forwards ({@code ssh(1)}), told by
 * its command line. What {@code LocalForward} in a file of ssh's says is not read.
 */
final class Tunnels {

  /** Its options with a value: the getopt(3) letters of OpenSSH 9.2. */
  private static final String VALUED = "BbcDEeFIiJLlmOopQRSWw";

  private final Machine machine;

  Tunnels(Machine machine) {
    this.machine = machine;
  }

  /**
   * The far end of a forwarded port.
   *
   * @param host as the server that ssh is connected to knows it
   * @param by that server
   */
  record Far(long pid, String host, String by) {}

  /** Where a port leads; null where none of the processes forwards it. */
  @Nullable Far of(int port) throws IOException {
    Processes processes = new Processes(machine);
    for (long pid : Processes.all(machine)) {
      List<String> words = processes.commandLine(pid);
      String program = words.isEmpty() ? "" : words.getFirst();
      if (program.substring(program.lastIndexOf('/') + 1).matches("(auto)?ssh")) {
        Far far = forwarded(pid, words, port);
        if (far != null) {
          return far;
        }
      }
    }
    return null;
  }

  private static @Nullable Far forwarded(long pid, List<String> words, int port) {
    List<String> forwards = new ArrayList<>();
    String destination = null;
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-") || word.length() < 2) {
        if (destination != null) {
          break; // the command that is run over there
        }
        destination = word;
        continue;
      }
      for (int at = 1; at < word.length(); at++) {
        char letter = word.charAt(at);
        if (VALUED.indexOf(letter) >= 0) {
          String value = word.substring(at + 1);
          if (value.isEmpty() && i + 1 < words.size()) {
            value = words.get(++i);
          }
          if (letter == 'L') {
            forwards.add(value);
          } else if (letter == 'o' && value.matches("(?i)LocalForward[ =].*")) {
            forwards.add(
                value.substring("LocalForward".length() + 1).strip().replaceFirst(" +", ":"));
          }
          break;
        }
      }
    }
    if (destination == null) {
      return null;
    }
    String by = destination.replaceFirst("^ssh://", "");
    by = by.substring(by.lastIndexOf('@') + 1);
    for (String forward : forwards) {
      List<String> parts = parts(forward);
      int size = parts.size();
      if (size >= 3 && size <= 4 && parts.get(size - 3).equals(Integer.toString(port))) {
        return new Far(pid, parts.get(size - 2), by);
      }
    }
    return null;
  }

  /** {@code [bind:]port:host:hostport}, with brackets around an address of IPv6. */
  private static List<String> parts(String forward) {
    List<String> out = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < forward.length(); i++) {
      char c = forward.charAt(i);
      if (c == '[' || c == ']') {
        inside = c == '[';
      } else if (c == ':' && !inside) {
        out.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    out.add(part.toString());
    return out;
  }
}
