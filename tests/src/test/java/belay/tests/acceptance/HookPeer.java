package belay.tests.acceptance;

import belay.daemon.tryout.Stage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A shell's side of the FIFO protocol without the shell, for bytes that no keyboard sends;
 * docs/protocol.md, "Hook messages".
 */
final class HookPeer implements AutoCloseable {

  private static final char FIELD = '\u001f';

  private final Process shell;
  private final Path questions;
  private final Path answers;
  private final RandomAccessFile out;
  private final RandomAccessFile in;

  /** Makes the FIFO pair and says Hello. The shell is a process that does nothing. */
  HookPeer(Stage stage) throws IOException, InterruptedException {
    Path run = stage.home().resolve("run");
    this.shell =
        new ProcessBuilder("sleep", "infinity").directory(stage.directory().toFile()).start();
    String name = shell.pid() + "-4711";
    this.questions = run.resolve("s/" + name + ".q");
    this.answers = run.resolve("s/" + name + ".a");
    Process make =
        new ProcessBuilder("mkfifo", "-m", "600", questions.toString(), answers.toString())
            .inheritIO()
            .start();
    if (make.waitFor() != 0) {
      throw new IOException("mkfifo failed");
    }
    // Open for both ways, so that neither open waits for the daemon, as the hooks do.
    this.out = new RandomAccessFile(questions.toFile(), "rw");
    this.in = new RandomAccessFile(answers.toFile(), "rw");
    try (RandomAccessFile control = new RandomAccessFile(run.resolve("control").toFile(), "rw")) {
      control.write(
          message(
              "H",
              "1",
              "n=" + name,
              "shell=bash",
              "v=5.2",
              "pid=" + shell.pid(),
              "tty=",
              "hist=",
              "home=" + stage.home()));
    }
  }

  static byte[] message(String... fields) {
    return (String.join(String.valueOf(FIELD), fields) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Sends a Request; {@code line} must not hold LF, US or GS. */
  void request(int number, byte[] line, String... more) throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(("R" + FIELD + number + FIELD + "c=").getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(line);
    for (String field : more) {
      bytes.writeBytes((FIELD + field).getBytes(StandardCharsets.UTF_8));
    }
    bytes.write('\n');
    out.write(bytes.toByteArray());
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /**
   * What the daemon says until it decides request {@code number}; the decision is the last. Its
   * questions are answered on the way.
   */
  List<String> untilDecided(int number) throws IOException {
    List<String> said = new ArrayList<>();
    while (true) {
      String line = line();
      said.add(line);
      if (line.startsWith("Q " + number + " ")) {
        answer(number, line.split(" "));
      }
      if (line.equals("A " + number) || line.equals("B " + number)) {
        return said;
      }
    }
  }

  /** Of whatever is asked, this shell has none. */
  private void answer(int number, String... asked) throws IOException {
    List<String> fields = new ArrayList<>(List.of("V", String.valueOf(number)));
    for (String word : List.of(asked).subList(2, asked.length)) {
      String name = word.substring(2);
      fields.add((word.startsWith("v:") ? "u." : "n.") + name + "=");
    }
    out.write(message(fields.toArray(String[]::new)));
  }

  private String line() throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      bytes.write(b);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    shell.destroyForcibly();
    out.close();
    in.close();
    Files.deleteIfExists(questions);
    Files.deleteIfExists(answers);
  }
}
