package belay.daemon.fact;

import belay.daemon.libc.FileStatus.Device;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is mounted in a process's mount namespace: {@code proc_pid_mountinfo(5)}.
 *
 * <pre>
 * 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
 * </pre>
 */
final class MountTable {

  private static final int LIMIT = 16 << 20;

  /**
   * One mount.
   *
   * @param device of the superblock
   * @param root the directory of the file system that is seen at {@code point}; {@code /} unless it
   *     is a bind mount or subvolume
   * @param options of the superblock
   */
  record Mount(
      long id,
      Device device,
      String root,
      String point,
      String type,
      String source,
      String options) {}

  /** The mounts of another mount namespace, as a process in it sees them. */
  record Foreign(long pid, MountTable mounts) {}

  /** Types whose files another machine serves, all of them or none: {@code filesystems(5)}. */
  private static final Set<String> SERVED =
      Set.of(
          "9p",
          "afs",
          "beegfs",
          "ceph",
          "cifs",
          "coda",
          "gfs2",
          "glusterfs",
          "gpfs",
          "lustre",
          "ncpfs",
          "nfs",
          "nfs4",
          "ocfs2",
          "orangefs",
          "smb3",
          "smbfs",
          "virtiofs",
          "vboxsf");

  /** Types whose files are in memory. */
  private static final Set<String> OF_MEMORY = Set.of("devtmpfs", "ramfs", "rootfs", "tmpfs");

  private final List<Mount> mounts;
  private final boolean served;
  private final Set<Device> indispensable = new HashSet<>();
  private final Map<Long, Mount> byId = new HashMap<>();
  private final Map<String, Mount> byPoint = new HashMap<>();

  /** Where the layers of overlays are in truth: as long as this table stands, and no longer. */
  private final Map<String, String> layers = new ConcurrentHashMap<>();

  private MountTable(List<Mount> mounts) {
    this.mounts = mounts;
    for (Mount mount : mounts) {
      byId.put(mount.id, mount);
      byPoint.put(mount.point, mount); // the latest of those that are stacked
    }
    for (String path : List.of("/", System.getProperty("user.home"))) {
      Mount mount = covering(path);
      if (mount != null) {
        indispensable.add(mount.device);
      }
    }
    served = mounts.stream().anyMatch(MountTable::isServed);
  }

  /** The mounts of this process. */
  static Unchanged<MountTable> own() {
    return new Unchanged<>("/proc/self/mountinfo", LIMIT, MountTable::of);
  }

  static MountTable read(Machine machine, String process) throws IOException {
    return of(text(machine, process));
  }

  /** What a process is told of its mounts, as it stands there. */
  static byte[] text(Machine machine, String process) throws IOException {
    return machine.read("/proc/" + process + "/mountinfo", LIMIT);
  }

  /** The table that stands in such a text. */
  static MountTable of(byte[] text) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : Text.decode(text).split("\n")) {
      String[] words = line.split(" ");
      int dash = 6;
      while (dash < words.length && !words[dash].equals("-")) {
        dash++;
      }
      String[] device = words.length > 2 ? words[2].split(":") : words;
      if (dash + 2 >= words.length || device.length != 2) {
        continue;
      }
      mounts.add(
          new Mount(
              Long.parseLong(words[0]),
              new Device(Integer.parseInt(device[0]), Integer.parseInt(device[1])),
              unescaped(words[3]),
              unescaped(words[4]),
              words[dash + 1],
              unescaped(words[dash + 2]),
              dash + 3 < words.length ? unescaped(words[dash + 3]) : ""));
    }
    return new MountTable(mounts);
  }

  /** The mounts of every other namespace that may be looked into, once each. */
  static List<Foreign> foreign(Machine machine) throws IOException {
    List<Long> pids = Processes.all(machine);
    Set<String> seen = new HashSet<>(List.of(namespace(machine, "self")));
    List<Foreign> found = new ArrayList<>();
    for (long pid : pids) {
      String namespace = namespace(machine, Long.toString(pid));
      if (namespace.isEmpty() || !seen.add(namespace)) {
        continue;
      }
      try {
        found.add(new Foreign(pid, read(machine, Long.toString(pid))));
      } catch (NoSuchFileException ended) {
        seen.remove(namespace);
      }
    }
    return found;
  }

  private static String namespace(Machine machine, String process) {
    try {
      return machine.link("/proc/" + process + "/ns/mnt");
    } catch (IOException notPermitted) {
      return "";
    }
  }

  /** Whether another machine serves its files. */
  static boolean isServed(Mount mount) {
    return SERVED.contains(mount.type);
  }

  /** Whether there is one that another machine serves. */
  boolean isServed() {
    return served;
  }

  /**
   * Whether a file system is in memory, or the one of the root directory or of our own home. Should
   * one of these hang, the shell that asks or this process with its journal hangs as well, whoever
   * looks.
   */
  boolean isIndispensable(Mount mount) {
    return OF_MEMORY.contains(mount.type)
        || indispensable.contains(mount.device) && !isServed(mount);
  }

  /** Undoes the kernel's {@code mangle}: a backslash and three octal digits are one byte. */
  static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 3 < text.length()) {
        out.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** What is known of links in the paths of layers; kept with the table. */
  Map<String, String> layers() {
    return layers;
  }

  List<Mount> all() {
    return mounts;
  }

  @Nullable Mount byId(long id) {
    return byId.get(id);
  }

  /** The mount that covers {@code point}, the latest where several are stacked; or null. */
  @Nullable Mount at(String point) {
    return byPoint.get(point);
  }

  /** The mount that an absolute path lies on, by its text: a symbolic link may lead elsewhere. */
  @Nullable Mount covering(String path) {
    String at = path;
    while (true) {
      Mount mount = byPoint.get(at);
      if (mount != null || at.equals("/")) {
        return mount;
      }
      int slash = at.lastIndexOf('/');
      at = slash <= 0 ? "/" : at.substring(0, slash);
    }
  }

  /** The mounts whose points lie strictly below {@code directory}. */
  List<Mount> below(String directory) {
    String prefix = directory.equals("/") ? "/" : directory + "/";
    return mounts.stream()
        .filter(mount -> mount.point.startsWith(prefix) && mount.point.length() > prefix.length())
        .toList();
  }

  /** Whether looking at {@code path} would make the automounter mount something. */
  boolean wouldMount(String path) {
    Mount covering = null;
    for (Mount mount : mounts) {
      String point = mount.point.equals("/") ? "" : mount.point;
      boolean covers =
          path.startsWith(point)
              && path.length() > point.length()
              && path.charAt(point.length()) == '/';
      if ((covers || path.equals(mount.point))
          && (covering == null || mount.point.length() >= covering.point.length())) {
        covering = mount;
      }
    }
    return covering != null && covering.type.equals("autofs") && !path.equals(covering.point);
  }
}
