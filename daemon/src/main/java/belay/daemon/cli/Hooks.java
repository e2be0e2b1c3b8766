package belay.daemon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the hook files are that shells read by themselves. */
final class Hooks {

  private Hooks() {}

  /** The file for {@code BASH_ENV}. */
  static Path bash() throws IOException {
    return path("belay-run.bash");
  }

  /** The directory for {@code ZDOTDIR}. */
  static Path zsh() throws IOException {
    return path("zdot");
  }

  /** In the checkout that this process was started from. */
  private static Path path(String name) throws IOException {
    Path file =
        Path.of(System.getProperty("belay.home", "/nonexistent"))
            .resolve("shell-hooks/src/main/resources/belay/hooks")
            .resolve(name);
    if (!Files.isReadable(file)) {
      throw new IOException("the hook `" + file + "` is not there");
    }
    return file;
  }
}
