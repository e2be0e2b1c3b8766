package belay.daemon.fact;

import belay.rules.fact.Facts.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which process has which regular file or block device open, as far as {@code /proc/PID/fd} may be
 * read: all of it by root, those of the own user otherwise.
 */
final class OpenFiles {

  /** A process's directory in /proc. */
  record Entry(String pid, long inode) {}

  /** A descriptor of a process. */
  record Opening(long pid, String fd) {}

  /**
   * Which processes are the kernel's own threads, which have no descriptors: most of the processes
   * of an idle machine. A process directory has a new inode for every process, so that a pid that
   * is used again is looked at again.
   */
  static final class KernelThreads {
    private static final int LIMIT = 4_096;

    /**
     * PF_KTHREAD of the kernel's {@code sched.h}, in the ninth field of {@code proc_pid_stat(5)}.
     */
    private static final long FLAG = 0x0020_0000;

    private final Map<Entry, Boolean> known = new ConcurrentHashMap<>();

    /** Whether a process is known to be one. */
    boolean contains(Entry process) {
      return known.getOrDefault(process, false);
    }

    /** Whether a process that showed no descriptors is one, or has ended meanwhile. */
    boolean isOneOrGone(Machine machine, Entry process) {
      Boolean before = known.get(process);
      if (before != null) {
        return before;
      }
      try {
        String stat = machine.line("/proc/" + process.pid + "/stat");
        if (stat == null) {
          return true;
        }
        // The name, in parentheses, may hold anything: fields are counted from its end.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        boolean is = fields.length > 6 && (Long.parseLong(fields[6]) & FLAG) != 0;
        if (known.size() < LIMIT) {
          known.put(process, is);
        }
        return is;
      } catch (IOException | NumberFormatException unreadable) {
        return false;
      }
    }

    void keepOnly(Set<Long> inodes) {
      known.keySet().removeIf(process -> !inodes.contains(process.inode));
    }
  }

  /** The last search of a finder, for one that may answer with what it knew a moment ago. */
  static final class Recent {
    private final KernelThreads kernelThreads = new KernelThreads();
    private @Nullable OpenFiles last;
    private long read;

    /**
     * What is open.
     *
     * @param age how old the answer may be; zero for a new search every time
     */
    OpenFiles get(Machine machine, Duration age) throws IOException {
      if (age.isZero()) {
        return OpenFiles.read(machine, kernelThreads);
      }
      synchronized (this) {
        if (last == null || System.nanoTime() - read > age.toNanos()) {
          last = OpenFiles.read(machine, kernelThreads);
          read = System.nanoTime();
        }
        return last;
      }
    }
  }

  private final Machine machine;
  private final Map<FileKey, List<Opening>> openings;
  private final List<String> unseen;

  private OpenFiles(Machine machine, Map<FileKey, List<Opening>> openings, List<String> unseen) {
    this.machine = machine;
    this.openings = openings;
    this.unseen = unseen;
  }

  static OpenFiles read(Machine machine, KernelThreads kernelThreads) throws IOException {
    Map<FileKey, List<Opening>> openings = new HashMap<>();
    List<String> unseen = new ArrayList<>();
    Set<Long> inodes = new HashSet<>();
    for (Entry process : processes(machine)) {
      inodes.add(process.inode);
      if (kernelThreads.contains(process)) {
        continue;
      }
      long pid = Long.parseLong(process.pid);
      boolean[] any = {false};
      boolean opened =
          machine.targets(
              "/proc/" + process.pid + "/fd",
              (fd, target) -> {
                any[0] = true;
                Kind kind = Identity.kind(target);
                if (kind == Kind.REGULAR_FILE || kind == Kind.BLOCK_DEVICE) {
                  openings
                      .computeIfAbsent(Identity.key(target), _ -> new ArrayList<>(2))
                      .add(new Opening(pid, fd));
                }
              });
      if (!any[0] && !kernelThreads.isOneOrGone(machine, process) && !opened) {
        unseen.add(process.pid);
      }
    }
    kernelThreads.keepOnly(inodes);
    return new OpenFiles(machine, openings, unseen);
  }

  private static List<Entry> processes(Machine machine) throws IOException {
    List<Entry> processes = new ArrayList<>();
    machine.list(
        "/proc",
        (name, inode, kind) -> {
          if (Character.isDigit(name.charAt(0))) {
            processes.add(new Entry(name, inode));
          }
          return true;
        });
    return processes;
  }

  /** Who has this file or device open. */
  List<Opening> of(FileKey key) {
    return openings.getOrDefault(key, List.of());
  }

  /** Everything that is open. */
  Map<FileKey, List<Opening>> all() {
    return openings;
  }

  /** The processes, none of them the kernel's own, whose descriptors may not be seen. */
  List<String> unseen() {
    return unseen;
  }

  /** Whether a descriptor can write: the link's own mode says so, {@code proc_pid_fd(5)}. */
  boolean isWriter(Opening opening) {
    try {
      return (machine.status("/proc/" + opening.pid + "/fd/" + opening.fd, false).mode() & 0200)
          != 0;
    } catch (IOException closed) {
      return false;
    }
  }

  /** The name a descriptor's file has now; empty where it cannot be told. */
  String path(Opening opening) {
    try {
      return machine.link("/proc/" + opening.pid + "/fd/" + opening.fd);
    } catch (IOException closed) {
      return "";
    }
  }
}
