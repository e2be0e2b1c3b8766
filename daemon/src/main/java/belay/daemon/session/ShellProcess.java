package belay.daemon.session;

import belay.daemon.terminal.Painter;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What /proc tells of the shell (proc(5)). */
final class ShellProcess {

  private final Path proc;
  private @Nullable Map<String, String> environment;

  ShellProcess(long pid) {
    this.proc = Path.of("/proc", Long.toString(pid));
  }

  /** Its working directory, or null where it is gone or not to be seen. */
  @Nullable String directory() {
    try {
      String target = Files.readSymbolicLink(proc.resolve("cwd")).toString();
      return target.endsWith(" (deleted)") ? null : target;
    } catch (IOException | java.nio.file.InvalidPathException _) {
      return null;
    }
  }

  /** The variables it was started with: enough to know its terminal. */
  Map<String, String> environment() {
    if (environment == null) {
      environment = readEnvironment();
    }
    return environment;
  }

  private Map<String, String> readEnvironment() {
    Map<String, String> out = new HashMap<>();
    try {
      for (String variable : Text.decode(Files.readAllBytes(proc.resolve("environ"))).split("\0")) {
        int equals = variable.indexOf('=');
        if (equals > 0) {
          out.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
      }
    } catch (IOException _) {
      // Not to be seen: then nothing is assumed of its terminal.
    }
    return Map.copyOf(out);
  }

  /** For text that the shell prints itself. */
  Painter plainPainter() {
    return Painter.plain(80);
  }
}
