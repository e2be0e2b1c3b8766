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
import java.util.regex.Pattern;

/** One shell, bare and guarded side by side, on ptys. */
final class ShellBench {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern PROMPT = Pattern.compile("\u001b]777;(\\d+)\u0007");

  private final Stage stage;
  private final String shell;
  private final int count;
  private final PrintStream out;

  ShellBench(Stage stage, String shell, int count, PrintStream out) {
    this.stage = stage;
    this.shell = shell;
    this.count = count;
    this.out = out;
  }

  /** Functions that write how long each of many rounds took, in microseconds, to a file. */
  private String functions() {
    return shell.equals("bash")
        ? """
        bench_true() {
          local i a b
          for ((i = 0; i < $1; i++)); do
            a=$EPOCHREALTIME; /bin/true; b=$EPOCHREALTIME
            echo $((${b/[.,]/} - ${a/[.,]/}))
          done >"$2"
        }
        bench_judge() {
          local i a b
          for ((i = 0; i < $1; i++)); do
            a=$EPOCHREALTIME; __belay_judge "ls -l src/main/file-$i.txt | grep -v '^d'" 0; b=$EPOCHREALTIME
            echo $((${b/[.,]/} - ${a/[.,]/}))
          done >"$2"
        }
        """
        : """
        zmodload zsh/datetime
        bench_true() {
          local i a b
          for ((i = 0; i < $1; i++)); do
            a=$EPOCHREALTIME; /bin/true; b=$EPOCHREALTIME
            echo $(((b - a) * 1000000))
          done >"$2"
        }
        bench_judge() {
          local i a b line
          for ((i = 0; i < $1; i++)); do
            line="ls -l src/main/file-$i.txt | grep -v '^d'"
            a=$EPOCHREALTIME; __belay_judge $line $line; b=$EPOCHREALTIME
            echo $(((b - a) * 1000000))
          done >"$2"
        }
        """;
  }

  /** Starts a shell whose start file is the stage's, with our functions and perhaps no hook. */
  private ShellOnPty start(boolean guarded) throws IOException, InterruptedException {
    String name = shell.equals("bash") ? ".bashrc" : ".zshrc";
    String original = Files.readString(stage.home().resolve(name));
    String text = (guarded ? original : original.replaceAll("eval .*\n", "")) + functions();
    Path home = Files.createDirectories(stage.home().resolve(guarded ? "guarded" : "bare"));
    Path startFile = home.resolve(name);
    Files.writeString(startFile, text);
    List<String> command =
        shell.equals("bash")
            ? List.of("bash", "--rcfile", startFile.toString(), "-i")
            : List.of("zsh", "-d", "-i");
    var environment = stage.environment();
    environment.put("ZDOTDIR", home.toString());
    ShellOnPty terminal = new ShellOnPty(command, environment, stage.directory(), PATIENCE);
    awaitPrompt(terminal, 0);
    return terminal;
  }

  private static void awaitPrompt(ShellOnPty terminal, int mark)
      throws IOException, InterruptedException {
    terminal.await(mark, text -> PROMPT.matcher(text).find());
  }

  private static int prompts(String shown) {
    return PROMPT
        .matcher(shown)
        .results()
        .mapToInt(prompt -> Integer.parseInt(prompt.group(1)))
        .max()
        .orElse(0);
  }

  void run() throws IOException, InterruptedException {
    try (ShellOnPty bare = start(false);
        ShellOnPty guarded = start(true)) {
      double[] bareTimes = new double[count];
      double[] guardedTimes = new double[count];
      int warmUp = Math.min(200, count);
      for (int i = -warmUp; i < count; i++) {
        double without = enterToOutput(bare, i);
        double with = enterToOutput(guarded, i);
        if (i >= 0) {
          bareTimes[i] = without;
          guardedTimes[i] = with;
        }
      }
      Times yardstick = inShell(guarded, "bench_true");
      Times reply = inShell(guarded, "bench_judge");
      report(yardstick, reply, new Times(bareTimes), new Times(guardedTimes));
    }
  }

  /** From the Enter key to the first byte of the command's output. */
  private static double enterToOutput(ShellOnPty terminal, int number)
      throws IOException, InterruptedException {
    // What is typed has a quote where the output has none.
    String typed = "echo 'out'" + (10_000 + number);
    String printed = "out" + (10_000 + number);
    int before = terminal.mark();
    terminal.type(typed);
    terminal.await(before, "'" + (10_000 + number));
    int mark = terminal.mark();
    long start = System.nanoTime();
    terminal.type("\r");
    String shown = terminal.await(mark, printed);
    long end = System.nanoTime();
    awaitPrompt(terminal, mark + Math.max(0, shown.indexOf(printed)));
    return (end - start) / 1e3;
  }

  private Times inShell(ShellOnPty terminal, String function)
      throws IOException, InterruptedException {
    Path file = stage.home().resolve(function + ".txt");
    int mark = terminal.mark();
    int prompts = prompts(terminal.since(0));
    terminal.type(" " + function + " " + count + " " + file + "\r");
    // The old prompt may be drawn again before the command runs; the next one has a number of its
    // own.
    terminal.await(mark, shown -> prompts(shown) > prompts);
    double[] micros = Files.readAllLines(file).stream().mapToDouble(Double::parseDouble).toArray();
    if (micros.length != count) {
      throw new IOException("`" + function + "` measured " + micros.length + " rounds");
    }
    return new Times(micros);
  }

  private void report(Times yardstick, Times reply, Times bare, Times guarded) {
    out.printf(Locale.ROOT, "%n%-34s %9s %9s %9s%n", shell + ", µs", "p50", "p90", "p99");
    row("fork+exec of /bin/true", yardstick);
    row("request to reply", reply);
    row("Enter to first output, bare", bare);
    row("Enter to first output, guarded", guarded);
    double added = guarded.percentile(50) - bare.percentile(50);
    double addedLate = guarded.percentile(99) - bare.percentile(99);
    out.printf(Locale.ROOT, "%-34s %9.0f %9s %9.0f%n", "added per command", added, "", addedLate);
    double unit = yardstick.percentile(50);
    goal("request to reply below 0.3 of a fork+exec, p50", reply.percentile(50) / unit, 0.3, "");
    goal("added below one fork+exec, p50", added / unit, 1, "");
    goal("request to reply below 3 ms, p99", reply.percentile(99) / 1e3, 3, " ms");
    goal("added below 3 ms, p99", addedLate / 1e3, 3, " ms");
  }

  private void row(String what, Times times) {
    out.printf(
        Locale.ROOT,
        "%-34s %9.0f %9.0f %9.0f%n",
        what,
        times.percentile(50),
        times.percentile(90),
        times.percentile(99));
  }

  private void goal(String what, double is, double below, String unit) {
    out.printf(Locale.ROOT, "  %-52s %6.2f%s  %s%n", what, is, unit, is < below ? "met" : "MISSED");
  }
}
