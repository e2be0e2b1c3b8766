package belay.tests.hooks;

import belay.daemon.libc.Fifo;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The daemon's end of the FIFO protocol, saying what a test wants. By default it lets lines run and
 * stops those with {@code BLOCKME} in them. Its process is a {@code sleep}, so that it can be
 * killed while its pipes stay.
 */
final class ScriptedDaemon implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(12);

  /** What a test wants said to a request. */
  interface Mind {
    void judge(Message request, Line line) throws IOException;
  }

  private final Path directory;
  private final RandomAccessFile control;
  private final List<Message> heard = new ArrayList<>();
  private final List<String> functions = new ArrayList<>();
  private final List<Line> lines = new ArrayList<>();
  private Process body;
  private volatile Mind mind = ScriptedDaemon::usual;
  private volatile Mind afterwards = (answer, line) -> line.say("A " + answer.number());
  private volatile int deafAfter = Integer.MAX_VALUE;
  private volatile boolean closed;

  /** Starts in a directory that is there and private. */
  ScriptedDaemon(Path directory) throws IOException {
    this.directory = directory;
    this.body = new ProcessBuilder("sleep", "infinity").start();
    Files.createDirectories(directory.resolve("s"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Path path = directory.resolve("control");
    Files.deleteIfExists(path);
    Fifo.make(path.toString(), 0600);
    this.control = new RandomAccessFile(path.toFile(), "rw");
    start("control", () -> listen(control));
    writePid();
  }

  /** Starts where the hooks of {@link Terminal}s look that start in {@code home}. */
  static ScriptedDaemon in(Path home) throws IOException {
    return new ScriptedDaemon(Files.createDirectories(home.resolve("run")));
  }

  static void usual(Message request, Line line) throws IOException {
    line.say((request.line().contains("BLOCKME") ? "B " : "A ") + request.number());
  }

  private interface Task {
    void run() throws IOException;
  }

  private void start(String name, Task task) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                if (!closed) {
                  throw new AssertionError(e);
                }
              }
            });
  }

  private void writePid() throws IOException {
    Path made = Files.writeString(directory.resolve("pid.new"), body.pid() + "\n");
    Files.move(made, directory.resolve("daemon.pid"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private void listen(RandomAccessFile control) throws IOException {
    BufferedInputStream in = new BufferedInputStream(new FileInputStream(control.getFD()));
    for (byte[] line = next(in); line != null && !closed; line = next(in)) {
      if (line.length == 0) {
        continue;
      }
      Message hello = Message.read(line);
      hear(hello);
      String name = hello.value("n");
      synchronized (heard) {
        if (lines.stream().anyMatch(known -> known.name.equals(name))) {
          continue;
        }
        Line opened = new Line(name);
        lines.add(opened);
        start(name, opened::serve);
      }
    }
  }

  private void hear(Message message) {
    synchronized (heard) {
      heard.add(message);
      heard.notifyAll();
    }
  }

  /** The next line without its LF; null at the end. */
  private static byte @Nullable [] next(BufferedInputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    while (true) {
      in.mark(buffer.length);
      int count = in.read(buffer);
      if (count < 0) {
        return null;
      }
      for (int i = 0; i < count; i++) {
        if (buffer[i] == '\n') {
          in.reset();
          line.writeBytes(in.readNBytes(i));
          in.skipNBytes(1);
          return line.toByteArray();
        }
      }
      line.write(buffer, 0, count);
    }
  }

  /** One shell's pair of pipes. */
  final class Line {

    private final String name;
    private final RandomAccessFile questions;
    private final RandomAccessFile answers;

    Line(String name) throws IOException {
      this.name = name;
      this.questions = new RandomAccessFile(directory.resolve("s/" + name + ".q").toFile(), "rw");
      this.answers = new RandomAccessFile(directory.resolve("s/" + name + ".a").toFile(), "rw");
    }

    private void serve() throws IOException {
      BufferedInputStream in =
          new BufferedInputStream(new FileInputStream(questions.getFD()), 1 << 16);
      for (byte[] line = next(in); line != null && !closed; line = next(in)) {
        if (requests().size() >= deafAfter) {
          return; // our end stays open
        }
        Message message = Message.read(line);
        if (message.type().equals("F")) {
          StringBuilder text = new StringBuilder();
          for (byte[] more = next(in);
              more != null && !(more.length == 2 && more[0] == 0x1d && more[1] == '.');
              more = next(in)) {
            text.append(new String(more, StandardCharsets.UTF_8)).append('\n');
          }
          synchronized (heard) {
            functions.add(text.toString());
          }
        }
        hear(message);
        switch (message.type()) {
          case "R" -> mind.judge(message, this);
          case "V" -> afterwards.judge(message, this);
          default -> {}
        }
      }
    }

    void say(String reply) throws IOException {
      answers.write((reply + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A reply that ends in text for a person. */
    void say(String reply, String text) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes((reply + " ").getBytes(StandardCharsets.UTF_8));
      out.writeBytes(Message.escaped(text));
      out.write('\n');
      answers.write(out.toByteArray());
    }
  }

  /** From now on requests are answered so. */
  ScriptedDaemon minding(Mind mind) {
    this.mind = mind;
    return this;
  }

  /** From now on answers to questions are followed so, not by letting the line run. */
  ScriptedDaemon onAnswer(Mind mind) {
    this.afterwards = mind;
    return this;
  }

  /** Reads nothing more after so many requests, like a process that was stopped. */
  ScriptedDaemon deafAfter(int requests) {
    this.deafAfter = requests;
    return this;
  }

  /** Lets time pass, as a person does who thinks. */
  void pause(int millis) throws IOException {
    try {
      if (body.waitFor(millis, TimeUnit.MILLISECONDS)) {
        throw new IOException("killed");
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  /** How many messages were heard so far: a place to {@link #await} from. */
  int mark() {
    synchronized (heard) {
      return heard.size();
    }
  }

  /** Waits for a message. */
  Message await(int mark, Predicate<Message> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (heard) {
      while (true) {
        for (Message message : heard.subList(mark, heard.size())) {
          if (wanted.test(message)) {
            return message;
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError("did not come; heard was " + heard.subList(mark, heard.size()));
        }
        heard.wait(left);
      }
    }
  }

  /** Waits for the next message of a type. */
  Message await(int mark, String type) throws InterruptedException {
    return await(mark, message -> message.type().equals(type));
  }

  /** All messages of a type. */
  List<Message> heard(String type) {
    synchronized (heard) {
      return heard.stream().filter(message -> message.type().equals(type)).toList();
    }
  }

  /** The lines of all requests. */
  List<String> requests() {
    return heard("R").stream().map(Message::line).toList();
  }

  /** The texts of functions that were sent. */
  List<String> functions() {
    synchronized (heard) {
      return List.copyOf(functions);
    }
  }

  Path directory() {
    return directory;
  }

  /** Ends the process, as kill -9 does; what is on its way in the pipes stays there. */
  void kill() {
    body.destroyForcibly().onExit().join();
  }

  /** Comes back as another process, that knows no shell. */
  void restart() throws IOException {
    synchronized (heard) {
      lines.clear();
    }
    body = new ProcessBuilder("sleep", "infinity").start();
    writePid();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    body.destroyForcibly();
    control.write('\n');
  }
}
