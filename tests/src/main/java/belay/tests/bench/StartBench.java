package belay.tests.bench;

import belay.daemon.tryout.ShellOnPty;
import belay.daemon.tryout.Stage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** How long a shell takes to its first prompt, with the hook and without, in turn. */
final class StartBench {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String PROMPT = "\u001b]778;first\u0007";

  private final Stage stage;
  private final String shell;
  private final int count;
  private final PrintStream out;

  StartBench(Stage stage, String shell, int count, PrintStream out) {
    this.stage = stage;
    this.shell = shell;
    this.count = count;
    this.out = out;
  }

  void run() throws IOException, InterruptedException {
    // The file that `belay init` has the shell read: sourced here, as finding it takes a process.
    String hook = stage.belay("init", shell).output();
    double[] bare = new double[count];
    double[] guarded = new double[count];
    for (int i = -10; i < count; i++) {
      double without = toFirstPrompt("start-bare", "");
      double with = toFirstPrompt("start-guarded", hook);
      if (i >= 0) {
        bare[i] = without;
        guarded[i] = with;
      }
    }
    Times without = new Times(bare);
    Times with = new Times(guarded);
    out.printf(
        Locale.ROOT,
        "%n%s, start to first prompt, ms: p50 %.1f bare, %.1f guarded; p90 %.1f and %.1f%n",
        shell,
        without.percentile(50) / 1e3,
        with.percentile(50) / 1e3,
        without.percentile(90) / 1e3,
        with.percentile(90) / 1e3);
    double added = (with.percentile(50) - without.percentile(50)) / 1e3;
    out.printf(
        Locale.ROOT,
        "  %-52s %6.2f ms  %s%n",
        "added at the start below 5 ms, p50",
        added,
        added < 5 ? "met" : "MISSED");
  }

  private double toFirstPrompt(String name, String hook) throws IOException, InterruptedException {
    Path home = Files.createDirectories(stage.home().resolve(name));
    Path startFile = home.resolve(shell.equals("bash") ? ".bashrc" : ".zshrc");
    String prompt =
        shell.equals("bash")
            ? "PS1='\\[\\e]778;first\\a\\]$ '\n"
            : "PS1=$'%{\\e]778;first\\a%}$ '\n";
    Files.writeString(startFile, prompt + hook);
    List<String> command =
        shell.equals("bash")
            ? List.of("bash", "--rcfile", startFile.toString(), "-i")
            : List.of("zsh", "-d", "-i");
    var environment = stage.environment();
    environment.put("ZDOTDIR", home.toString());
    long start = System.nanoTime();
    try (ShellOnPty terminal = new ShellOnPty(command, environment, stage.directory(), PATIENCE)) {
      terminal.await(0, PROMPT);
      long end = System.nanoTime();
      terminal.type("exit\r");
      terminal.awaitEnd();
      return (end - start) / 1e3;
    }
  }
}
