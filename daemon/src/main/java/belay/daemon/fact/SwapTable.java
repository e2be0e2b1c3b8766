package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
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

  /** Their names as the kernel tells them. */
  static Unchanged<List<String>> names() {
    return new Unchanged<>("/proc/swaps", 1 << 20, SwapTable::names);
  }

  private static List<String> names(byte[] text) {
    List<String> names = new ArrayList<>();
    for (String line : Text.decode(text).split("\n")) {
      int end = line.indexOf(' ');
      if (line.startsWith("/") && end > 0) {
        names.add(MountTable.unescaped(line.substring(0, end)));
      }
    }
    return List.copyOf(names);
  }

  static SwapTable of(Machine machine, Unchanged<List<String>> names) throws IOException {
    try {
      return new SwapTable(machine, names.get(machine));
    } catch (NoSuchFileException kernelWithoutSwap) {
      return new SwapTable(machine, List.of());
    }
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
