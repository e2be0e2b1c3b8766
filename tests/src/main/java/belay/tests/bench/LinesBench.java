package belay.tests.bench;

import belay.daemon.tryout.Stage;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code belay check --jsonl}, from a file to a reader. */
final class LinesBench {

  /** Lines of everyday work and some at stake; {@code N} is a number that makes each its own. */
  private static final List<String> LINES =
      List.of(
          "ls -l",
          "cd src/N && git status",
          "git commit -m 'fix N' && git push origin main",
          "grep -rn 'word N' . | head -20",
          "sudo systemctl restart nginx",
          "for f in *.N; do echo $f; done",
          "tar czf backup-N.tgz dir",
          "docker ps -a --format {{.Names}}",
          "find . -name '*.N' -mtime +3 -print",
          "ps aux | grep java | awk '{print $2}'",
          "cp file-N.txt /tmp/file.txt",
          "curl -s https://example.org/N | jq .items",
          "rm -f /tmp/lock-N",
          "dd if=/dev/zero of=file-N.img bs=1M count=10",
          "rm -rf build-N",
          "mv a-N.txt b-N.txt");

  private final Stage stage;
  private final Path launcher;
  private final PrintStream out;

  LinesBench(Stage stage, Path launcher, PrintStream out) {
    this.stage = stage;
    this.launcher = launcher;
    this.out = out;
  }

  void run(int count, String... options) throws IOException, InterruptedException {
    Path file = stage.home().resolve("lines.jsonl");
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (int i = 0; i < count; i++) {
        String line = LINES.get(i % LINES.size()).replace("N", String.valueOf(i));
        writer.write("{\"command\":\"" + line.replace("\"", "\\\"") + "\"}\n");
      }
    }
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "check", "--jsonl"));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(stage.directory().toFile())
            .redirectInput(file.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    builder.environment().putAll(stage.environment());
    long start = System.nanoTime();
    long first = 0;
    long answers = 0;
    Process process = builder.start();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      while (reader.readLine() != null) {
        if (answers++ == 0) {
          first = System.nanoTime();
        }
      }
    }
    long end = System.nanoTime();
    if (process.waitFor() != 0 || answers != count) {
      throw new IOException(answers + " answers to " + count + " lines");
    }
    out.printf(
        Locale.ROOT,
        "%-34s %,9.0f lines/s  (%,d lines, %.2f s; first answer after %.2f s)%n",
        String.join(" ", options).isEmpty()
            ? "check --jsonl"
            : "check --jsonl " + String.join(" ", options),
        count / ((end - start) / 1e9),
        count,
        (end - start) / 1e9,
        (first - start) / 1e9);
  }
}
