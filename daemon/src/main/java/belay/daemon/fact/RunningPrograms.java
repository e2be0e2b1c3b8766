package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.daemon.libc.FileStatus.Device;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Which processes run a program, or have a library mapped: {@code proc_pid_exe(5)}, {@code
 * proc_pid_maps(5)}. A file that is mapped needs no descriptor. Of other users' processes neither
 * may be read.
 */
final class RunningPrograms {

  /** The lines of one process; a JVM or browser has some thousand. */
  private static final int LIMIT = 1 << 20;

  /** How many processes are told. */
  private static final int MOST = 3;

  private static final String DELETED = " (deleted)";

  private final Machine machine;
  private final Processes processes;
  private final Set<Long> bystanders;
  private final BooleanSupplier isLate;

  RunningPrograms(Machine machine, Set<Long> bystanders, BooleanSupplier isLate) {
    this.machine = machine;
    this.processes = new Processes(machine);
    this.bystanders = bystanders;
    this.isLate = isLate;
  }

  /**
   * What was found.
   *
   * @param all false where processes could not be asked, for want of permission or of time
   */
  record Found(List<String> evidence, boolean all) {
    Found {
      evidence = List.copyOf(evidence);
    }
  }

  private boolean hidden;

  /** Whether a file may be a program or a library: by its mode, or as they are called. */
  static boolean isCandidate(String path, FileStatus status) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return (status.mode() & 0111) != 0 || name.endsWith(".so") || name.contains(".so.");
  }

  /**
   * Who runs a file or has it mapped.
   *
   * @param superblock the device by which maps knows the file's file system
   */
  Found of(FileStatus status, Device superblock) throws IOException {
    String number =
        String.format("%02x:%02x", superblock.major(), superblock.minor())
            + " "
            + status.inode()
            + " ";
    List<String> evidence = new ArrayList<>();
    for (long pid : pids()) {
      if (isEnough(evidence)) {
        break;
      }
      if (runs(pid, status)) {
        evidence.add("now running as " + processes.who(pid));
      } else if (isMapped(pid, number)) {
        evidence.add("mapped by " + processes.who(pid));
      }
    }
    return new Found(evidence, !hidden);
  }

  private boolean isEnough(List<String> evidence) {
    boolean late = isLate.getAsBoolean();
    hidden |= late;
    return late || evidence.size() >= MOST;
  }

  private boolean runs(long pid, FileStatus status) {
    try {
      return Identity.same(machine.status("/proc/" + pid + "/exe", true), status);
    } catch (AccessDeniedException notOurs) {
      hidden = true;
      return false;
    } catch (IOException goneOrOfTheKernel) {
      return false;
    }
  }

  private boolean isMapped(long pid, String number) {
    try {
      // ISO-8859-1 would do: only the numbers are looked for.
      return Text.decode(machine.read("/proc/" + pid + "/maps", LIMIT)).contains(" " + number);
    } catch (AccessDeniedException notOurs) {
      hidden = true;
      return false;
    } catch (IOException gone) {
      return false;
    }
  }

  /** Which processes run a program that lies below a directory. */
  Found below(String directory) throws IOException {
    String prefix = directory.equals("/") ? "/" : directory + "/";
    List<String> evidence = new ArrayList<>();
    for (long pid : pids()) {
      if (isEnough(evidence)) {
        break;
      }
      String program = program(pid);
      if (program.startsWith(prefix) && !program.endsWith(DELETED)) {
        evidence.add(
            "`"
                + Text.printable(program.substring(prefix.length()))
                + "` is now running as "
                + processes.who(pid));
      }
    }
    return new Found(evidence, !hidden);
  }

  private String program(long pid) {
    try {
      return machine.link("/proc/" + pid + "/exe");
    } catch (AccessDeniedException notOurs) {
      hidden = true;
      return "";
    } catch (IOException goneOrOfTheKernel) {
      return "";
    }
  }

  private List<Long> pids() throws IOException {
    return Processes.all(machine).stream().filter(pid -> !bystanders.contains(pid)).toList();
  }
}
