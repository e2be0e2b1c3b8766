package belay.daemon.fact;

import belay.daemon.fact.OpenFiles.Opening;
import belay.daemon.libc.FileStatus;
import belay.daemon.libc.FileStatus.Device;
import belay.rules.fact.Facts.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What one process had open when it was looked at, with what tells whether it can have changed
 * since.
 */
final class ProcessFiles {

  /** How a process's descriptors answered. */
  enum Sight {
    SEEN,
    /** They are somebody else's. */
    CLOSED,
    /** It has none: a thread of the kernel's own. */
    KERNEL
  }

  /** PF_KTHREAD of the kernel's {@code sched.h}, in the ninth field of {@code proc_pid_stat(5)}. */
  private static final long KERNEL_THREAD = 0x0020_0000;

  private final long pid;

  /** Of its directory, a new one for every process: a pid may be used again. */
  private final long inode;

  private final long ran;
  private final Sight sight;
  private final long[] devices;
  private final long[] inodes;
  private final int[] descriptors;
  private final boolean[] deleted;
  private final AtomicReference<@Nullable Boolean> isMachine = new AtomicReference<>();

  private ProcessFiles(
      long pid,
      long inode,
      long ran,
      Sight sight,
      long[] devices,
      long[] inodes,
      int[] descriptors,
      boolean[] deleted) {
    this.pid = pid;
    this.inode = inode;
    this.ran = ran;
    this.sight = sight;
    this.devices = devices;
    this.inodes = inodes;
    this.descriptors = descriptors;
    this.deleted = deleted;
  }

  /** Looks at a process; null where it has ended meanwhile. */
  static @Nullable ProcessFiles look(Machine machine, long pid, long inode) throws IOException {
    // Read first, so that what it does while we look makes it worth another look.
    long ran = machine.ran(pid);
    Found found = new Found();
    boolean opened = machine.targets("/proc/" + pid + "/fd", found::take);
    Sight sight = Sight.SEEN;
    if (found.count == 0) {
      String stat = machine.line("/proc/" + pid + "/stat");
      if (stat == null) {
        return null;
      }
      sight = isKernelThread(stat) ? Sight.KERNEL : opened ? Sight.SEEN : Sight.CLOSED;
    }
    return new ProcessFiles(
        pid,
        inode,
        ran,
        sight,
        Arrays.copyOf(found.devices, found.kept),
        Arrays.copyOf(found.inodes, found.kept),
        Arrays.copyOf(found.descriptors, found.kept),
        Arrays.copyOf(found.deleted, found.kept));
  }

  private static boolean isKernelThread(String stat) {
    // The name, in parentheses, may hold anything: fields are counted from its end.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    try {
      return fields.length > 6 && (Long.parseLong(fields[6]) & KERNEL_THREAD) != 0;
    } catch (NumberFormatException unexpected) {
      return false;
    }
  }

  /** The files and block devices among what is open. */
  private static final class Found {
    private long[] devices = new long[8];
    private long[] inodes = new long[8];
    private int[] descriptors = new int[8];
    private boolean[] deleted = new boolean[8];
    private int kept;
    private int count;

    void take(String fd, FileStatus target) {
      count++;
      Kind kind = Identity.kind(target);
      if (kind != Kind.REGULAR_FILE && kind != Kind.BLOCK_DEVICE) {
        return;
      }
      if (kept == devices.length) {
        devices = Arrays.copyOf(devices, 2 * kept);
        inodes = Arrays.copyOf(inodes, 2 * kept);
        descriptors = Arrays.copyOf(descriptors, 2 * kept);
        deleted = Arrays.copyOf(deleted, 2 * kept);
      }
      FileKey key = Identity.key(target);
      devices[kept] = packed(key.device());
      inodes[kept] = key.inode();
      descriptors[kept] = Integer.parseInt(fd);
      deleted[kept] = target.links() == 0;
      kept++;
    }
  }

  private static long packed(Device device) {
    return (long) device.major() << 32 | device.minor() & 0xffff_ffffL;
  }

  /**
   * Whether it is the same process and can have changed nothing: descriptors change only by what
   * the process itself does, so not where none of its threads has run.
   */
  boolean isAsItWas(Machine machine, long inodeNow) {
    return inode == inodeNow && (sight == Sight.KERNEL || (ran >= 0 && ran == machine.ran(pid)));
  }

  long pid() {
    return pid;
  }

  Sight sight() {
    return sight;
  }

  /** Whether it is QEMU by its name, which it too can change only by running. */
  boolean isMachine(Machine machine) {
    if (sight == Sight.KERNEL) {
      return false;
    }
    Boolean known = isMachine.get();
    if (known == null) {
      known = Processes.isMachine(OpenFiles.name(machine, pid));
      isMachine.set(known);
    }
    return known;
  }

  void addTo(List<Opening> found, FileKey key) {
    long device = packed(key.device());
    for (int i = 0; i < inodes.length; i++) {
      if (inodes[i] == key.inode() && devices[i] == device) {
        found.add(new Opening(pid, Integer.toString(descriptors[i])));
      }
    }
  }

  /** The descriptors of files that have no name any more. */
  void addDeleted(List<Opening> found) {
    for (int i = 0; i < deleted.length; i++) {
      if (deleted[i]) {
        found.add(new Opening(pid, Integer.toString(descriptors[i])));
      }
    }
  }

  void addTo(Map<FileKey, List<Opening>> table) {
    for (int i = 0; i < inodes.length; i++) {
      Device device = new Device((int) (devices[i] >> 32), (int) devices[i]);
      table
          .computeIfAbsent(new FileKey(device, inodes[i]), _ -> new ArrayList<>(2))
          .add(new Opening(pid, Integer.toString(descriptors[i])));
    }
  }
}
