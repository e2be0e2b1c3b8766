package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which files are backing files of loop devices. Such a file shows neither locks nor descriptors:
 * the kernel itself has it open. {@code /sys/block/loopN/loop/backing_file}, {@code
 * Documentation/ABI/testing/sysfs-block-loop}.
 */
final class LoopTable {

  private static final String PARTITIONS = "/proc/partitions";

  private static final int LIMIT = 1 << 20;

  private static final int LOOP = "loop".length();

  private static final String DELETED = " (deleted)";

  /**
   * A loop device in use.
   *
   * @param name {@code loop3}
   * @param path the backing file's name as the kernel tells it, which another mount namespace may
   *     see elsewhere
   */
  record Loop(String name, String path) {}

  private final Machine machine;
  private final List<Loop> loops;

  private LoopTable(Machine machine, List<Loop> loops) {
    this.machine = machine;
    this.loops = loops;
  }

  static LoopTable read(Machine machine) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : devices(machine)) {
      if (name.startsWith("loop")) {
        names.add(name);
      }
    }
    List<Loop> loops = new ArrayList<>();
    for (String name : names) {
      String path = machine.line("/sys/block/" + name + "/loop/backing_file");
      if (path != null) {
        boolean deleted = path.endsWith(DELETED);
        loops.add(
            new Loop(name, deleted ? path.substring(0, path.length() - DELETED.length()) : path));
      }
    }
    return new LoopTable(machine, loops);
  }

  /**
   * The names of block devices: those that have a size, by {@code proc_partitions(5)}, which spares
   * a look at each of the idle loop devices that many machines have.
   */
  private static List<String> devices(Machine machine) throws IOException {
    List<String> names = new ArrayList<>();
    if (machine.found(PARTITIONS, true) == null) {
      return Register.names(machine, "/sys/block");
    }
    for (String line : Text.decode(machine.read(PARTITIONS, LIMIT)).split("\n")) {
      String name = line.substring(line.lastIndexOf(' ') + 1);
      // A partition of a loop device has no backing file of its own.
      if (!name.startsWith("loop") || name.indexOf('p', LOOP) < 0) {
        names.add(name);
      }
    }
    return names;
  }

  /** The loop devices that a file backs. */
  List<Loop> backedBy(String path, FileStatus status) {
    List<Loop> found = new ArrayList<>();
    for (Loop loop : loops) {
      if (loop.path.equals(path) || isSame(loop.path, status)) {
        found.add(loop);
      }
    }
    return found;
  }

  private boolean isSame(String path, FileStatus status) {
    FileStatus backing = machine.found(path, true);
    return backing != null && Identity.same(backing, status);
  }

  /** The loop devices whose backing files lie below {@code directory}. */
  List<Loop> backedBelow(String directory) {
    String prefix = directory.equals("/") ? "/" : directory + "/";
    return loops.stream().filter(loop -> loop.path.startsWith(prefix)).toList();
  }
}
