package belay.daemon.fact;

import belay.daemon.fact.MountTable.Foreign;
import belay.daemon.fact.MountTable.Mount;
import belay.daemon.libc.FileStatus;
import belay.daemon.libc.FileStatus.Device;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What stands on a block device, all the way up: its partitions, the arrays, encrypted and logical
 * volumes made of it ({@code holders}), and what each of them is in use for. {@code
 * Documentation/ABI/stable/sysfs-block}, {@code sysfs-block-dm}, {@code sysfs-fs-btrfs}.
 */
final class BlockStack {

  private static final String CLASS = "/sys/class/block/";
  private static final String BTRFS = "/sys/fs/btrfs";

  /** How many layers are followed; real stacks have five or six. */
  private static final int MOST_LAYERS = 16;

  /**
   * One way in which a device is in use.
   *
   * @param mounted whether a file system on it is mounted
   * @param evidence {@code part of LVM volume vg-root, mounted on /}
   */
  record Use(boolean mounted, String evidence) {}

  private final Machine machine;
  private final Tables tables;

  BlockStack(Machine machine, Tables tables) {
    this.machine = machine;
    this.tables = tables;
  }

  /** The kernel's name of a device, or null where it has none. */
  @Nullable String name(Device device) throws IOException {
    try {
      return lastName(machine.link("/sys/dev/block/" + device));
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  /** The bytes a device holds; -1 where it does not say. */
  long size(String name) throws IOException {
    String sectors = machine.line(CLASS + name + "/size");
    // Always of 512 bytes, whatever the device's own sectors are.
    return sectors == null ? -1 : Long.parseLong(sectors) * 512;
  }

  /** In what ways {@code device} is in use, itself or by what stands on it. */
  List<Use> uses(Device device) throws IOException {
    String name = name(device);
    if (name == null) {
      List<Use> found = new ArrayList<>();
      direct(device, "/dev/block/" + device, "", found);
      return found;
    }
    return uses(name);
  }

  /** In what ways the device that the kernel calls {@code name} is in use. */
  List<Use> uses(String name) throws IOException {
    List<Use> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    climb(name, "", 0, seen, found);
    String disk = diskOf(name);
    if (disk != null && seen.add(disk)) {
      String chain = "its disk " + disk + ", ";
      Device whole = device(disk);
      if (whole != null) {
        direct(whole, "/dev/" + disk, chain, found);
      }
      holders(disk, chain, 0, seen, found);
    }
    return found;
  }

  private void climb(String name, String chain, int layer, Set<String> seen, List<Use> found)
      throws IOException {
    if (layer > MOST_LAYERS || !seen.add(name)) {
      return;
    }
    Device device = device(name);
    if (device == null) {
      return;
    }
    direct(device, "/dev/" + name.replace('!', '/'), chain, found);
    holders(name, chain, layer, seen, found);
    for (String partition : partitions(name)) {
      climb(partition, chain + "its partition " + partition + ", ", layer + 1, seen, found);
    }
  }

  private void holders(String name, String chain, int layer, Set<String> seen, List<Use> found)
      throws IOException {
    for (String holder : names(CLASS + name + "/holders")) {
      String above = chain + "part of " + label(holder);
      int before = found.size();
      climb(holder, above + ", ", layer + 1, seen, found);
      if (found.size() == before) {
        found.add(new Use(false, above));
      }
    }
  }

  private void direct(Device device, String node, String chain, List<Use> found)
      throws IOException {
    boolean mounted = false;
    for (Mount mount : tables.mounts().all()) {
      if (mount.device().equals(device) || isBtrfsOn(mount, device)) {
        found.add(new Use(true, chain + "mounted on " + Text.printable(mount.point())));
        mounted = true;
      }
    }
    // A new namespace begins as a copy of the old: what is mounted here is mounted there too.
    for (Foreign foreign : mounted ? List.<Foreign>of() : tables.foreignMounts()) {
      for (Mount mount : foreign.mounts().all()) {
        if (mount.device().equals(device) || isBtrfsOn(mount, device)) {
          String where =
              Text.printable(mount.point()) + " by " + tables.holders().who(foreign.pid());
          found.add(new Use(true, chain + "mounted on " + where));
          break;
        }
      }
    }
    if (tables.swaps().contains(Identity.key(device))) {
      found.add(new Use(false, chain + "in use as swap"));
    }
    for (Register.Entry entry : tables.register().of(device)) {
      if (entry.isLive()) {
        found.add(new Use(false, chain + entry.evidence()));
      }
    }
    String connected = connected(node);
    if (!connected.isEmpty()) {
      found.add(new Use(false, chain + connected));
    }
    for (String disk : tables.xenDisks().of(device)) {
      found.add(new Use(false, chain + disk));
    }
    for (String holder : tables.holders().ofNode(node, device)) {
      found.add(new Use(false, chain + holder));
    }
  }

  /** Who a network block device is connected by; {@code drivers/block/nbd.c}, {@code pid_show}. */
  private String connected(String node) throws IOException {
    String name = lastName(node);
    String pid = name.startsWith("nbd") ? machine.line(CLASS + name + "/pid") : null;
    return pid == null
        ? ""
        : "a network block device, connected by "
            + tables.holders().who(Long.parseLong(pid.strip()));
  }

  /** A mounted btrfs has a device number of its own; its members stand in sysfs. */
  private boolean isBtrfsOn(Mount mount, Device device) throws IOException {
    if (!mount.type().equals("btrfs")) {
      return false;
    }
    FileStatus status = machine.found(mount.source(), true);
    if (status == null) {
      return false;
    }
    Device source = status.special();
    if (source.equals(device)) {
      return true;
    }
    String sourceName = name(source);
    String name = name(device);
    for (String system : names(BTRFS)) {
      List<String> members = names(BTRFS + "/" + system + "/devices");
      if (members.contains(sourceName) && members.contains(name)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Device device(String name) throws IOException {
    String number = machine.line(CLASS + name + "/dev");
    if (number == null) {
      return null;
    }
    String[] halves = number.split(":");
    return new Device(Integer.parseInt(halves[0]), Integer.parseInt(halves[1]));
  }

  private List<String> partitions(String name) throws IOException {
    List<String> found = new ArrayList<>();
    for (String entry : names(CLASS + name)) {
      if (entry.startsWith(name)
          && machine.line(CLASS + name + "/" + entry + "/partition") != null) {
        found.add(entry);
      }
    }
    return found;
  }

  /**
   * A disk below a device that sleeps, or null: {@code power/runtime_status} of {@code
   * sysfs-devices-power}. To open it would wake it.
   */
  @Nullable String sleeping(Device device) throws IOException {
    String name = name(device);
    return name == null ? null : sleeping(name, 0);
  }

  private @Nullable String sleeping(String name, int layer) throws IOException {
    String disk = diskOf(name);
    String whole = disk == null ? name : disk;
    String status = machine.line(CLASS + whole + "/device/power/runtime_status");
    if (status != null && status.startsWith("suspend")) {
      return whole;
    }
    for (String slave : layer > MOST_LAYERS ? List.<String>of() : names(CLASS + name + "/slaves")) {
      String below = sleeping(slave, layer + 1);
      if (below != null) {
        return below;
      }
    }
    return null;
  }

  private @Nullable String diskOf(String name) throws IOException {
    if (machine.line(CLASS + name + "/partition") == null) {
      return null;
    }
    String link = machine.link(CLASS + name);
    return lastName(link.substring(0, link.lastIndexOf('/')));
  }

  private String label(String name) throws IOException {
    String mapped = machine.line(CLASS + name + "/dm/name");
    if (mapped != null) {
      String uuid = machine.line(CLASS + name + "/dm/uuid");
      String system = uuid == null ? "" : uuid.substring(0, Math.max(0, uuid.indexOf('-')));
      String kind =
          switch (system) {
            case "LVM" -> "LVM volume ";
            case "CRYPT" -> "encrypted volume ";
            case "mpath" -> "multipath device ";
            default -> "mapped device ";
          };
      return kind + Text.printable(mapped);
    }
    String state = machine.line(CLASS + name + "/md/array_state");
    if (state != null) {
      return "array " + name + " (" + state + ")";
    }
    return name.startsWith("bcache") ? "cached device " + name : name;
  }

  private List<String> names(String directory) throws IOException {
    Set<String> found = new TreeSet<>();
    try {
      machine.list(
          directory,
          (name, inode, kind) -> {
            found.add(name);
            return true;
          });
    } catch (NoSuchFileException none) {
      return List.of();
    }
    return List.copyOf(found);
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
