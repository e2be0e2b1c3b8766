package belay.daemon.fact;

import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who else is on this machine when it goes down: logind's {@code /run/systemd/sessions}, else
 * utmp(5).
 */
final class HostProbe {

  private static final int RECORD = 384;
  private static final int USER_PROCESS = 7;
  private static final int MOST = 20;

  private final Machine machine;
  private final Session session;
  private final Notes notes;

  HostProbe(Machine machine, Session session, Notes notes) {
    this.machine = machine;
    this.session = session;
    this.notes = notes;
  }

  void look(String name) throws IOException {
    if (!session.isThisHost(name)) {
      notes.unknown(About.LIVE, "another host is not looked at");
      notes.unknown(About.CUTS_OFF, "another host is not looked at");
      return;
    }
    String container = session.container();
    if (!container.isEmpty()) {
      notes.place(container, Set.of());
    }
    Set<String> others = others();
    notes.add(
        About.LIVE,
        !others.isEmpty(),
        others.isEmpty() ? "" : "also logged in: " + String.join(", ", others));
    Session.Coming coming = session.coming();
    notes.add(About.CUTS_OFF, coming.remote(), coming.words());
  }

  /** Sessions that are not the one that asks, in words. */
  Set<String> others() throws IOException {
    Set<String> out = new LinkedHashSet<>();
    List<String> names = new ArrayList<>();
    try {
      machine.list(
          "/run/systemd/sessions",
          (name, inode, kind) -> {
            if (!name.endsWith(".ref")) {
              names.add(name);
            }
            return names.size() < 1000;
          });
    } catch (IOException noLogind) {
      return fromUtmp();
    }
    String own = session.cgroup();
    for (String name : names) {
      Map<String, String> fields = fields("/run/systemd/sessions/" + name);
      String scope = fields.getOrDefault("SCOPE", "session-" + name + ".scope");
      boolean person = fields.getOrDefault("CLASS", "user").startsWith("user");
      if (person
          && !"closing".equals(fields.get("STATE"))
          && !own.contains("/" + scope)
          && out.size() < MOST) {
        out.add(
            inWords(
                fields.getOrDefault("USER", "user " + fields.getOrDefault("UID", "?")),
                fields.getOrDefault("TTY", ""),
                fields.getOrDefault("REMOTE_HOST", "")));
      }
    }
    return out;
  }

  private Map<String, String> fields(String path) {
    Map<String, String> out = new LinkedHashMap<>();
    try {
      Text.decode(machine.read(path, 16 * 1024))
          .lines()
          .forEach(
              line -> {
                int equals = line.indexOf('=');
                if (equals > 0) {
                  out.put(line.substring(0, equals), line.substring(equals + 1));
                }
              });
    } catch (IOException gone) {
      // It has just ended.
    }
    return out;
  }

  private Set<String> fromUtmp() throws IOException {
    Set<String> out = new LinkedHashSet<>();
    byte[] records;
    try {
      records = machine.read("/run/utmp", 1024 * RECORD);
    } catch (java.nio.file.NoSuchFileException none) {
      return out;
    }
    List<Long> own = session.ancestors().stream().map(Session.Ancestor::pid).toList();
    ByteBuffer buffer = ByteBuffer.wrap(records).order(ByteOrder.nativeOrder());
    for (int at = 0; at + RECORD <= records.length && out.size() < MOST; at += RECORD) {
      if (buffer.getShort(at) == USER_PROCESS && !own.contains((long) buffer.getInt(at + 4))) {
        out.add(
            inWords(
                text(records, at + 44, 32),
                text(records, at + 8, 32),
                text(records, at + 76, 256)));
      }
    }
    return out;
  }

  private static String text(byte[] bytes, int from, int most) {
    int to = from;
    while (to < from + most && bytes[to] != 0) {
      to++;
    }
    return Text.decode(java.util.Arrays.copyOfRange(bytes, from, to));
  }

  private static String inWords(String user, String terminal, String from) {
    String on = terminal.isEmpty() ? "" : " on " + terminal;
    return Text.printable(user + on + (from.isEmpty() ? "" : " from " + from));
  }
}
