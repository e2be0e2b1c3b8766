package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes by name and by what their command lines name; both may be read by all. */
final class Processes {

  private static final int LIMIT = 256 * 1024;

  /** TASK_COMM_LEN without its NUL: longer names are cut by the kernel. */
  private static final int COMM = 15;

  private final Machine machine;

  Processes(Machine machine) {
    this.machine = machine;
  }

  /** The ids of all processes that {@code /proc} shows. */
  static List<Long> all(Machine machine) throws IOException {
    List<Long> pids = new ArrayList<>();
    machine.list(
        "/proc",
        (name, inode, kind) -> {
          if (Character.isDigit(name.charAt(0))) {
            pids.add(Long.parseLong(name));
          }
          return true;
        });
    return pids;
  }

  /** {@code qemu-nbd (pid 4121)}, fit for a person to see. */
  String who(long pid) {
    return Text.printable(name(pid)) + " (pid " + pid + ")";
  }

  /** The program's name; {@code a process} where it is gone. */
  String name(long pid) {
    try {
      String comm = Text.decode(machine.read("/proc/" + pid + "/comm", 64)).strip();
      if (comm.length() < COMM) {
        return comm;
      }
      List<String> words = commandLine(pid);
      String program = words.isEmpty() ? "" : words.getFirst();
      String base = program.substring(program.lastIndexOf('/') + 1);
      return base.startsWith(comm) ? base : comm;
    } catch (IOException gone) {
      return "a process";
    }
  }

  /**
   * What a process is called in its own pid namespace.
   *
   * @param isInside whether that is another than {@code /proc}'s
   */
  record Ids(long innermost, boolean isInside) {}

  /** By {@code NSpid} of {@code proc_pid_status(5)}, which all may read. */
  Ids ids(long pid) {
    try {
      String text = Text.decode(machine.read("/proc/" + pid + "/status", 8_192));
      int at = text.indexOf("\nNSpid:");
      if (at >= 0) {
        int end = text.indexOf('\n', at + 1);
        String line = text.substring(at + "\nNSpid:".length(), end < 0 ? text.length() : end);
        String[] ids = line.strip().split("\\s+");
        return new Ids(Long.parseLong(ids[ids.length - 1]), ids.length > 1);
      }
    } catch (IOException | NumberFormatException goneOrOld) {
      // As if it had no other.
    }
    return new Ids(pid, false);
  }

  /** The inode of the first pid namespace: PROC_PID_INIT_INO of linux/proc_ns.h. */
  private static final String FIRST = "pid:[4026531836]";

  /** Whether {@code /proc} shows every process of the machine. */
  boolean areAllHere() {
    try {
      return machine.link("/proc/self/ns/pid").equals(FIRST)
          && machine.found("/proc/1", false) != null;
    } catch (IOException notTold) {
      return false;
    }
  }

  /** Its words; none where it is gone or the kernel's own. */
  List<String> commandLine(long pid) {
    try {
      String text = Text.decode(machine.read("/proc/" + pid + "/cmdline", LIMIT));
      return text.isEmpty() ? List.of() : List.of(text.split("\0"));
    } catch (IOException gone) {
      return List.of();
    }
  }

  /**
   * Those whose command lines name a file, by its whole path or, where they were given a path of
   * their own directory, by its last name.
   */
  List<Long> naming(List<String> paths, List<Long> pids) {
    return pids.stream()
        .filter(pid -> commandLine(pid).stream().skip(1).anyMatch(word -> names(word, paths)))
        .toList();
  }

  /** What virtual machines run as; longer names are cut at fifteen characters. */
  private static final List<String> MACHINES =
      List.of(
          "qemu", // also for Xen's guests
          "kvm",
          "xen-qemu",
          "VBoxHeadless",
          "VirtualBoxVM",
          "vmware-vmx",
          "firecracker",
          "cloud-hyperviso",
          "crosvm");

  /** Whether a program of this name is a virtual machine. */
  static boolean isMachine(String comm) {
    for (String machine : MACHINES) {
      if (comm.startsWith(machine)) {
        return true;
      }
    }
    return false;
  }

  private static boolean names(String word, List<String> paths) {
    for (String path : paths) {
      if (standsIn(word, path, true)) {
        return true;
      }
      String last = path.substring(path.lastIndexOf('/') + 1);
      if (!last.isEmpty() && standsIn(word, last, false)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code name} stands in an argument as a whole value: {@code file=web1.img,if=none}. */
  private static boolean standsIn(String word, String name, boolean anywhere) {
    for (int at = word.indexOf(name); at >= 0; at = word.indexOf(name, at + 1)) {
      int end = at + name.length();
      boolean starts = at == 0 || "=:,\"'".indexOf(word.charAt(at - 1)) >= 0;
      // A relative path may have directories before the last name, but no root.
      if (!starts && !anywhere) {
        int from = at;
        while (from > 0 && "=:,\"'".indexOf(word.charAt(from - 1)) < 0) {
          from--;
        }
        starts = word.charAt(at - 1) == '/' && word.charAt(from) != '/';
      }
      boolean ends = end == word.length() || ",\"'".indexOf(word.charAt(end)) >= 0;
      if (starts && ends) {
        return true;
      }
    }
    return false;
  }
}
