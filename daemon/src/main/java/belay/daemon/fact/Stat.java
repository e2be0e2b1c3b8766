package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of {@code /proc/PID/stat}: proc(5). The name stands in brackets and may hold
 * brackets itself.
 */
record Stat(long pid, String name, long parent, long group) {

  static @Nullable Stat read(Machine machine, long pid) {
    try {
      String text = Text.decode(machine.read("/proc/" + pid + "/stat", 4096));
      int open = text.indexOf('(');
      int close = text.lastIndexOf(')');
      if (open < 0 || close < open) {
        return null;
      }
      String[] rest = text.substring(close + 1).strip().split(" ", 4);
      return rest.length < 3
          ? null
          : new Stat(
              pid,
              text.substring(open + 1, close),
              Long.parseLong(rest[1]),
              Long.parseLong(rest[2].strip()));
    } catch (IOException | NumberFormatException gone) {
      return null;
    }
  }
}
