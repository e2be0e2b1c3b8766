package belay.daemon.fact;

import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether a service runs and what needs it: {@code systemctl show} (systemctl(1)), else the
 * processes of its control group.
 */
final class ServiceProbe {

  private static final List<String> TREES =
      List.of("/sys/fs/cgroup/system.slice/", "/sys/fs/cgroup/systemd/system.slice/");

  private final Machine machine;
  private final Knowledge knowledge;
  private final Duration deadline;
  private final Session session;
  private final Notes notes;

  ServiceProbe(
      Machine machine, Knowledge knowledge, Duration deadline, Session session, Notes notes) {
    this.machine = machine;
    this.knowledge = knowledge;
    this.deadline = deadline;
    this.session = session;
    this.notes = notes;
  }

  void look(String name) throws IOException {
    String unit = name.indexOf('.') < 0 ? name + ".service" : name;
    if (!unit.matches("[A-Za-z0-9:_.@\\\\-]+") || unit.startsWith("-")) {
      throw new IOException("`" + name + "` is no unit's name");
    }
    Set<Long> pids = new LinkedHashSet<>();
    for (String tree : TREES) {
      try {
        Text.decode(machine.read(tree + unit + "/cgroup.procs", 64 * 1024))
            .lines()
            .forEach(line -> pids.add(Long.parseLong(line.strip())));
      } catch (IOException none) {
        // The other hierarchy may have it.
      }
    }
    String listening = listening(pids);
    if (machine.found("/run/systemd/system", true) == null) {
      running(pids, listening, "no systemd runs here that could say so");
      return;
    }
    Map<String, String> shown;
    try {
      shown = shown(unit);
    } catch (IOException notAsked) {
      running(pids, listening, String.valueOf(notAsked.getMessage()));
      return;
    }
    boolean active = Set.of("active", "reloading", "activating").contains(shown.get("ActiveState"));
    notes.add(About.EXISTS, !"not-found".equals(shown.get("LoadState")), "");
    if (!active) {
      notes.add(About.LIVE, false, "");
      return;
    }
    String needed =
        String.join(
            " ",
            List.of(
                shown.getOrDefault("RequiredBy", ""),
                shown.getOrDefault("BoundBy", ""),
                shown.getOrDefault("RequisiteOf", "")));
    String main = shown.getOrDefault("MainPID", "0");
    notes.add(
        About.LIVE,
        true,
        Text.printable(unit)
            + " is active"
            + (main.equals("0") ? "" : ", pid " + main)
            + (needed.isBlank() ? "" : ", required by " + Text.printable(needed.strip()))
            + listening);
  }

  private void running(Set<Long> pids, String listening, String why) {
    if (pids.isEmpty()) {
      notes.unknown(About.LIVE, why);
    } else {
      notes.add(About.LIVE, true, pids.size() + " of its processes run" + listening);
    }
  }

  private String listening(Set<Long> pids) throws IOException {
    Listeners listeners = new Listeners(machine);
    Set<Integer> ports = new LinkedHashSet<>();
    for (long pid : pids.stream().limit(50).toList()) {
      ports.addAll(listeners.of(pid));
    }
    return ports.isEmpty() ? "" : ", " + Listeners.inWords(ports);
  }

  private Map<String, String> shown(String unit) throws IOException {
    Map<String, String> environment =
        session.viewpoint().home() == null
            ? Map.of()
            : Map.of("HOME", String.valueOf(session.viewpoint().home()));
    Programs.Answer answer =
        knowledge
            .programs()
            .ask(
                new Programs.Question(
                    List.of(
                        "systemctl",
                        "show",
                        "--no-pager",
                        "--no-ask-password",
                        "--property=LoadState,ActiveState,SubState,MainPID,RequiredBy,BoundBy,RequisiteOf",
                        "--",
                        unit),
                    environment,
                    ""),
                deadline);
    if (answer.status() != 0) {
      throw new IOException("systemctl says: " + answer.complaint());
    }
    Map<String, String> out = new LinkedHashMap<>();
    answer
        .output()
        .lines()
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals > 0) {
                out.put(line.substring(0, equals), line.substring(equals + 1));
              }
            });
    return out;
  }
}
