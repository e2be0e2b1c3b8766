package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The files and devices in use as swap: {@code /proc/swaps}, {@code proc(5)}. */
final class SwapTable {

  private final Machine machine;
  private final List<String> paths;

  private SwapTable(Machine machine, List<String> paths) {
    this.machine = machine;
    this.paths = paths;
  }

  static SwapTable read(Machine machine) throws IOException {
    List<String> paths = new ArrayList<>();
    try {
      for (String line : Text.decode(machine.read("/proc/swaps", 1 << 20)).split("\n")) {
        int end = line.indexOf(' ');
        if (line.startsWith("/") && end > 0) {
          paths.add(MountTable.unescaped(line.substring(0, end)));
        }
      }
    } catch (java.nio.file.NoSuchFileException kernelWithoutSwap) {
      return new SwapTable(machine, List.of());
    }
    return new SwapTable(machine, paths);
  }

  boolean contains(FileKey key) {
    for (String path : paths) {
      FileStatus swap = machine.found(path, true);
      if (swap != null && Identity.key(swap).equals(key)) {
        return true;
      }
    }
    return false;
  }

  /** The swap files below {@code directory}. */
  List<String> below(String directory) {
    String prefix = directory.equals("/") ? "/" : directory + "/";
    return paths.stream().filter(path -> path.startsWith(prefix)).toList();
  }
}
