package belay.daemon.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code belay hook}. */
@Command(
    name = "hook",
    description =
        "Prints where the hook for scripts of a shell is: BASH_ENV=$(belay hook bash) or"
            + " ZDOTDIR=$(belay hook zsh) has each command of a script judged.")
final class HookCommand implements Callable<Integer> {

  private enum Shell {
    bash,
    zsh
  }

  @Parameters(paramLabel = "bash|zsh")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() throws IOException {
    System.out.println(
        switch (shell) {
          case bash -> Hooks.bash();
          case zsh -> Hooks.zsh();
        });
    return 0;
  }
}
