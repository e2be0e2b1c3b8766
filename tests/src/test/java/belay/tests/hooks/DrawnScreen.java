package belay.tests.hooks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A terminal whose screen can be looked at: tmux(1) draws it, {@code capture-pane} shows it. */
final class DrawnScreen implements AutoCloseable {

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(12);

  private final Path directory;
  private final Path socket;

  /** Starts {@code command} on a screen of that size. */
  DrawnScreen(Path directory, int columns, int rows, List<String> command)
      throws IOException, InterruptedException {
    this.directory = directory;
    this.socket = directory.resolve("tmux.sock");
    List<String> words = new ArrayList<>(List.of("-f", "/dev/null", "new-session", "-d"));
    words.addAll(List.of("-x", "" + columns, "-y", "" + rows));
    words.addAll(command);
    tmux(words);
  }

  private String tmux(List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket.toString()));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TMUX"));
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("ZDOTDIR", directory.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("BELAY_RUNTIME_DIR", directory.resolve("run").toString());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + out);
    }
    return out;
  }

  /** Types text, as it is. */
  void type(String text) throws IOException, InterruptedException {
    tmux(List.of("send-keys", "-l", "--", text));
  }

  /** Presses a key that tmux has a name for. */
  void press(String key) throws IOException, InterruptedException {
    tmux(List.of("send-keys", key));
  }

  /** The rows of the screen without the spaces at their ends, down to the last with text. */
  List<String> rows() throws IOException, InterruptedException {
    return tmux(List.of("capture-pane", "-p"))
        .stripTrailing()
        .lines()
        .map(String::stripTrailing)
        .toList();
  }

  /** Where the cursor is: column and row. */
  String cursor() throws IOException, InterruptedException {
    return tmux(List.of("display-message", "-p", "#{cursor_x},#{cursor_y}")).strip();
  }

  /** Waits until the screen is as it should be: looking at it takes a process, and so some time. */
  List<String> await(Predicate<List<String>> wanted) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    while (true) {
      List<String> rows = rows();
      if (wanted.test(rows)) {
        return rows;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the screen stays\n" + String.join("\n", rows));
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      tmux(List.of("kill-server"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
