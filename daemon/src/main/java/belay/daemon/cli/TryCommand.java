package belay.daemon.cli;

import belay.daemon.tryout.Tryout;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code belay try}. */
@Command(
    name = "try",
    description =
        "Stages the incident in a scratch directory with a daemon of its own and opens a guarded"
            + " shell in it.")
final class TryCommand implements Callable<Integer> {

  @Option(names = "--script", description = "plays it by itself and prints the transcript")
  private boolean script;

  @Option(names = "--shell", paramLabel = "bash|zsh", description = "default: that of $SHELL")
  private @Nullable String shell;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String chosen = shell;
    if (chosen == null) {
      String login = System.getenv("SHELL");
      chosen = login != null && login.endsWith("/zsh") ? "zsh" : "bash";
    }
    return new Tryout().run(script, chosen);
  }
}
