package belay.daemon.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code belay init}. The launcher answers it itself, without a JVM; this is for whoever runs the
 * jar alone.
 */
@Command(
    name = "init",
    description = "Prints the hook of a shell, for eval \"$(belay init bash)\" in its rc file.")
final class InitCommand implements Callable<Integer> {

  private enum Shell {
    bash,
    zsh
  }

  @Parameters(paramLabel = "bash|zsh")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() throws IOException {
    String name = "/belay/hooks/belay." + shell;
    try (InputStream in = InitCommand.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the hook `" + name + "` is not on the class path");
      }
      String launcher = System.getProperty("belay.launcher", "");
      System.out.println("__belay_launcher='" + launcher.replace("'", "'\\''") + "'");
      System.out.print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    return 0;
  }
}
