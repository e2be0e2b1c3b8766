package belay.daemon.fact;

import belay.rules.effect.Value;
import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether a guest runs, by asking who keeps it: only what reads is asked. */
final class GuestProbe {

  private static final Set<String> RUNNING =
      Set.of("running", "paused", "idle", "blocked", "pmsuspended", "in shutdown", "restarting");

  private final Machine machine;
  private final Knowledge knowledge;
  private final Duration deadline;
  private final Notes notes;

  GuestProbe(Machine machine, Knowledge knowledge, Duration deadline, Notes notes) {
    this.machine = machine;
    this.knowledge = knowledge;
    this.deadline = deadline;
    this.notes = notes;
  }

  void look(String system, Value name) throws IOException {
    String guest = name.known();
    if (guest == null || guest.isEmpty() || guest.startsWith("-") || guest.contains("\0")) {
      throw new IOException("which guest is not known");
    }
    notes.place("", knowledge.labels().of(guest));
    List<String> words =
        switch (system) {
          case "libvirt" -> List.of("virsh", "-r", "domstate", "--domain", guest);
          case "xen" -> List.of("xl", "list", guest);
          case "docker", "podman" ->
              List.of(system, "container", "inspect", "--format", "{{.State.Status}}", "--", guest);
          default -> throw new IOException("guests of " + system + " are not asked after");
        };
    if (system.equals("docker") && machine.found("/var/run/docker.sock", true) == null) {
      throw new IOException("no docker daemon runs here");
    }
    Programs.Answer answer =
        knowledge.programs().ask(new Programs.Question(words, Map.of(), ""), deadline);
    if (answer.status() != 0) {
      boolean gone =
          answer
              .complaint()
              .matches("(?is).*(no such|not found|failed to get domain|invalid domain).*");
      if (gone) {
        notes.add(About.EXISTS, false, "");
        notes.add(About.LIVE, false, "");
        return;
      }
      throw new IOException(words.getFirst() + " says: " + answer.complaint());
    }
    // A domain that xl lists is there; its states are no words.
    String state = system.equals("xen") ? "running" : answer.output().strip();
    notes.add(About.EXISTS, true, "");
    notes.add(
        About.LIVE,
        RUNNING.contains(state),
        RUNNING.contains(state)
            ? "the guest `" + Text.printable(guest) + "` is " + Text.printable(state)
            : "");
  }
}
