package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which process has which regular file or block device open, as far as {@code /proc/PID/fd} may be
 * read: all of it by root, those of the own user otherwise. As it was at one moment; {@link
 * ProcessIndex} makes it.
 */
final class OpenFiles {

  /** How many questions are answered by going through everything before a table is worth it. */
  private static final int FEW = 8;

  private static final String DELETED = " (deleted)";

  /** A descriptor of a process. */
  record Opening(long pid, String fd) {}

  private final Machine machine;
  private final List<ProcessFiles> processes;
  private final List<String> unseen;
  private final String whyUnseen;
  private final boolean closed;
  private Map<FileKey, List<Opening>> table = Map.of();
  private int asked;

  /**
   * What was found.
   *
   * @param unseen the processes whose descriptors are not among it
   * @param whyUnseen for a person; empty where there are none
   * @param closed whether it is for want of permission
   */
  OpenFiles(
      Machine machine,
      List<ProcessFiles> processes,
      List<String> unseen,
      String whyUnseen,
      boolean closed) {
    this.machine = machine;
    this.processes = List.copyOf(processes);
    this.unseen = List.copyOf(unseen);
    this.whyUnseen = whyUnseen;
    this.closed = closed;
  }

  /** Who has this file or device open. */
  List<Opening> of(FileKey key) {
    synchronized (this) {
      if (++asked > FEW) {
        return all().getOrDefault(key, List.of());
      }
    }
    List<Opening> found = new ArrayList<>();
    for (ProcessFiles process : processes) {
      process.addTo(found, key);
    }
    return found;
  }

  /** Everything that is open. */
  synchronized Map<FileKey, List<Opening>> all() {
    if (table.isEmpty()) {
      table = new HashMap<>();
      for (ProcessFiles process : processes) {
        process.addTo(table);
      }
    }
    return table;
  }

  /** The processes that still have a file open which had this name before it was deleted. */
  List<Long> stillOpen(String path) {
    List<Opening> deleted = new ArrayList<>();
    processes.forEach(process -> process.addDeleted(deleted));
    return deleted.stream()
        .filter(opening -> path(opening).equals(path + DELETED))
        .map(Opening::pid)
        .distinct()
        .toList();
  }

  /** The processes, none of them the kernel's own, whose descriptors may not be seen. */
  List<String> unseen() {
    return unseen;
  }

  /** Why not, for a person. */
  String whyUnseen() {
    return whyUnseen;
  }

  /** Whether that is for want of permission, and not of time. */
  boolean isClosed() {
    return closed;
  }

  /** The processes that are QEMU by their names. */
  List<Long> machines() {
    return processes.stream()
        .filter(process -> process.isMachine(machine))
        .map(ProcessFiles::pid)
        .toList();
  }

  /** Whether a descriptor can write: the link's own mode says so, {@code proc_pid_fd(5)}. */
  boolean isWriter(Opening opening) {
    try {
      return (machine.status(link(opening), false).mode() & 0200) != 0;
    } catch (IOException closed) {
      return false;
    }
  }

  /** The name a descriptor's file has now; empty where it cannot be told. */
  String path(Opening opening) {
    try {
      return machine.link(link(opening));
    } catch (IOException closed) {
      return "";
    }
  }

  private static String link(Opening opening) {
    return "/proc/" + opening.pid + "/fd/" + opening.fd;
  }

  /** The name of a process, {@code proc_pid_comm(5)}; empty where it is gone. */
  static String name(Machine machine, long pid) {
    try {
      return Text.decode(machine.read("/proc/" + pid + "/comm", 64)).strip();
    } catch (IOException gone) {
      return "";
    }
  }
}
