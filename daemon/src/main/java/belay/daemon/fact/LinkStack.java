package belay.daemon.fact;

import belay.daemon.libc.Directory.EntryKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What network interfaces stand on: {@code /sys/class/net/NAME/lower_*} and {@code brif} (the
 * kernel's {@code sysfs-class-net}), so that a bridge's only port carries what the bridge does.
 */
final class LinkStack {

  private static final int DEEPEST = 8;

  private final Machine machine;

  LinkStack(Machine machine) {
    this.machine = machine;
  }

  /**
   * What is below some interfaces.
   *
   * @param all without these no packet comes through
   * @param some one or another of these carries it, and which is not told
   */
  record Below(Set<String> all, Set<String> some) {}

  Below of(Set<String> carrying) {
    Below out = new Below(new LinkedHashSet<>(carrying), new LinkedHashSet<>());
    carrying.forEach(each -> below(each, out, true, 0));
    return out;
  }

  private void below(String link, Below out, boolean sure, int depth) {
    List<String> lower = lower(link);
    if (depth > DEEPEST || lower.isEmpty()) {
      return;
    }
    // Guests' ports lead to guests; the way out is by a port with hardware or with links below.
    List<String> ways = lower.stream().filter(this::leadsOut).toList();
    List<String> ports = ways.isEmpty() ? lower : ways;
    List<String> up = ports.stream().filter(this::isUp).toList();
    List<String> used = up.isEmpty() ? ports : up;
    boolean only = sure && used.size() == 1;
    for (String each : used) {
      (only ? out.all() : out.some()).add(each);
      below(each, out, only, depth + 1);
    }
  }

  private List<String> lower(String link) {
    Set<String> out = new LinkedHashSet<>();
    for (String name : names("/sys/class/net/" + link)) {
      if (name.startsWith("lower_")) {
        out.add(name.substring("lower_".length()));
      }
    }
    out.addAll(names("/sys/class/net/" + link + "/brif"));
    return List.copyOf(out);
  }

  private boolean leadsOut(String link) {
    return machine.found("/sys/class/net/" + link + "/device", false) != null
        || !lower(link).isEmpty();
  }

  private boolean isUp(String link) {
    try {
      String state = machine.line("/sys/class/net/" + link + "/operstate");
      return state == null || state.equals("up") || state.equals("unknown");
    } catch (IOException notTold) {
      return true;
    }
  }

  /**
   * Whether an interface is the end of a tunnel, whose packets go by way of another that is not
   * told: {@code ARPHRD_NONE}, {@code TUNNEL}, {@code TUNNEL6}, {@code SIT}, {@code IPGRE} of
   * if_arp.h, or what udev calls so.
   */
  boolean isTunnel(String link) {
    String base = "/sys/class/net/" + link + "/";
    try {
      String type = machine.line(base + "type");
      if (type != null && Set.of("65534", "768", "769", "776", "778", "823").contains(type)) {
        return true;
      }
      if (machine.found(base + "tun_flags", false) != null) {
        return true;
      }
      byte[] event = machine.read(base + "uevent", 4096);
      return belay.rules.syntax.Text.decode(event)
          .lines()
          .anyMatch(line -> line.matches("DEVTYPE=(wireguard|vxlan|geneve|gre)"));
    } catch (IOException notTold) {
      return false;
    }
  }

  private List<String> names(String directory) {
    List<String> out = new ArrayList<>();
    try {
      machine.list(
          directory,
          (name, inode, kind) -> {
            if (kind != EntryKind.OTHER || directory.endsWith("/brif")) {
              out.add(name);
            }
            return true;
          });
    } catch (IOException none) {
      return List.of();
    }
    return out;
  }
}
