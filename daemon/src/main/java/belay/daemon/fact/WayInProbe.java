package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Whether a link, address, route, firewall or service is what the asking session comes in by. */
final class WayInProbe {

  private static final Set<String> SSH = Set.of("ssh", "sshd", "dropbear");

  /** Without them the link itself goes down. */
  private static final Set<String> NETWORK =
      Set.of("networking", "network", "NetworkManager", "systemd-networkd", "network-manager");

  private static final Set<String> EVERY_LINK =
      Set.of(
          "all interfaces",
          "all links",
          "all services",
          "all leases",
          "every connection",
          "all",
          "wlan",
          "wifi");

  /** What the models call filters besides {@code firewall rules} and {@code firewall policy}. */
  private static final Set<String> FILTERS =
      Set.of("the rules in force", "all that no rule allows");

  private final Machine machine;
  private final Session session;
  private final Programs programs;
  private final Duration deadline;
  private final Notes notes;

  WayInProbe(Machine machine, Session session, Programs programs, Duration deadline, Notes notes) {
    this.machine = machine;
    this.session = session;
    this.programs = programs;
    this.deadline = deadline;
    this.notes = notes;
  }

  void look(Effect effect, String name) throws IOException {
    String unit = name.replaceFirst("[.](service|socket|target)$", "");
    String cgroup = session.cgroup();
    if (effect.kind() == EffectKind.STOP
        && !unit.isEmpty()
        && cgroup.matches(
            "(?s).*/" + java.util.regex.Pattern.quote(unit) + "[.](service|scope|slice)(/.*)?")) {
      cutsOff("this shell runs in " + Text.printable(cgroup));
      return;
    }
    Session.Coming coming = session.coming();
    if (!coming.remote()) {
      notes.add(About.CUTS_OFF, false, "");
      return;
    }
    if (effect.kind() == EffectKind.STOP) {
      boolean byIt = SSH.contains(unit) || NETWORK.contains(unit) || unit.startsWith("ifup@");
      if (byIt) {
        cutsOff(coming.words());
      } else {
        notes.add(About.CUTS_OFF, false, "");
      }
      return;
    }
    network(effect, name, coming);
  }

  private void network(Effect effect, String name, Session.Coming coming) throws IOException {
    if (EVERY_LINK.contains(name)) {
      cutsOff(coming.words());
      return;
    }
    if (name.startsWith("firewall ")
        || FILTERS.contains(name)
        || effect.origin().program().equals("ufw")) {
      new Firewall(machine, programs, deadline, notes)
          .look(effect, name.equals("firewall policy"), coming);
      return;
    }
    if (effect.origin().program().equals("firewall-cmd")) {
      if (SSH.contains(name) || name.equals(coming.port() + "/tcp")) {
        cutsOff(coming.words() + ", and nobody would be let in again");
      } else {
        notes.unknown(About.CUTS_OFF, coming.words() + "; whether a rule lets it in is not seen");
      }
      return;
    }
    Links links = new Links(machine, programs, deadline);
    Set<String> ends = links.between(coming.client(), coming.server());
    LinkStack stack = new LinkStack(machine);
    LinkStack.Below below = stack.of(ends);
    Set<String> carrying = below.all();
    String plain = name.indexOf('/') < 0 ? name : name.substring(0, name.indexOf('/'));
    if (ends.contains(plain)) {
      cutsOff(coming.words() + ", by way of " + Text.printable(plain));
    } else if (carrying.contains(plain)) {
      cutsOff(
          coming.words()
              + ", by way of "
              + Text.printable(ends.iterator().next())
              + ", which stands on "
              + Text.printable(plain));
    } else if (below.some().contains(plain)) {
      notes.unknown(
          About.CUTS_OFF,
          coming.words()
              + "; which of "
              + Text.printable(String.join(", ", below.some()))
              + " carries it is not seen");
    } else if (plain.equals(coming.server())) {
      cutsOff(coming.words() + " to this address");
    } else if (name.equals("all addresses") || name.equals("all routes")) {
      cutsOff(coming.words());
    } else if (name.equals("default")) {
      if (links.isByDefaultRoute()) {
        cutsOff(coming.words() + ", by way of the default route");
      } else {
        notes.add(About.CUTS_OFF, false, "");
      }
    } else if (carrying.isEmpty() || machine.found("/sys/class/net/" + plain, false) == null) {
      notes.unknown(
          About.CUTS_OFF,
          coming.words()
              + "; whether that is by way of `"
              + Text.printable(name)
              + "` is not seen");
    } else if (carrying.stream().anyMatch(stack::isTunnel)) {
      notes.unknown(
          About.CUTS_OFF,
          coming.words()
              + " through a tunnel, "
              + Text.printable(String.join(", ", ends))
              + "; what carries that is not seen");
    } else {
      notes.add(About.CUTS_OFF, false, "");
    }
  }

  private void cutsOff(String evidence) {
    notes.add(About.CUTS_OFF, true, evidence);
  }
}
