package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
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

  private static final int SECTOR = 512;

  private static final int LOOP = "loop".length();

  private static final String DELETED = " (deleted)";

  /**
   * A loop device in use.
   *
   * @param name {@code loop3}
   * @param path the backing file's name as the kernel tells it, which another mount namespace may
   *     see elsewhere
   * @param deleted whether it has lost that name
   */
  record Loop(String name, String path, boolean deleted) {}

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
            new Loop(
                name,
                deleted ? path.substring(0, path.length() - DELETED.length()) : path,
                deleted));
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

  /**
   * Whether a file may be behind a device whose backing file has no such name here, as one of
   * another mount namespace has: by its size. Empty where there is none, else for a person.
   */
  String elsewhere(FileStatus status) throws IOException {
    for (Loop loop : status.size() < Holders.SMALLEST_IMAGE ? List.<Loop>of() : loops) {
      if (!loop.deleted && machine.found(loop.path, true) == null && isMissing(loop.path)) {
        long bytes = number("/sys/block/" + loop.name + "/size") * SECTOR;
        long offset = number("/sys/block/" + loop.name + "/loop/offset");
        boolean isPart = number("/sys/block/" + loop.name + "/loop/sizelimit") > 0;
        long file = status.size();
        if (isPart ? offset + bytes <= file : offset + bytes == file - (file - offset) % SECTOR) {
          return "/dev/" + loop.name + " has a file of this size that is not seen from here";
        }
      }
    }
    return "";
  }

  /** As against one that may only not be seen. */
  private boolean isMissing(String path) {
    try {
      machine.status(path, true);
      return false;
    } catch (NoSuchFileException | NotDirectoryException missing) {
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  private long number(String file) throws IOException {
    String text = machine.line(file);
    return text == null ? 0 : Long.parseLong(text.strip());
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
