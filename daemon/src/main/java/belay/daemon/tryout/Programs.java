package belay.daemon.tryout;

import java.nio.file.Files;
import java.nio.file.Path;

/** The programs on the PATH. */
final class Programs {

  private Programs() {}

  static boolean isInstalled(String program) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String directory : path.split(":")) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }
}
