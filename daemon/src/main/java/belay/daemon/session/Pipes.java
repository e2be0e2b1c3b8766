package belay.daemon.session;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A shell's FIFO pair. Both ends are open for reading and writing (fifo(7): never blocks on open,
 * never SIGPIPE, no end of file), so that a shell which opens them for each request finds nothing
 * lost in between.
 */
final class Pipes implements AutoCloseable {

  private final RandomAccessFile questions;
  private final RandomAccessFile answers;
  private final FifoLines lines;
  private final Path questionsPath;
  private final Path answersPath;
  private volatile boolean closed;

  private Pipes(Path questionsPath, Path answersPath) throws IOException {
    this.questionsPath = questionsPath;
    this.answersPath = answersPath;
    this.questions = new RandomAccessFile(questionsPath.toFile(), "rw");
    try {
      this.answers = new RandomAccessFile(answersPath.toFile(), "rw");
      this.lines = new FifoLines(new FileInputStream(questions.getFD()));
    } catch (IOException e) {
      questions.close();
      throw e;
    }
  }

  static Pipes open(Path directory, String name) throws IOException {
    Path questions = directory.resolve(name + ".q");
    Path answers = directory.resolve(name + ".a");
    checkFifo(questions);
    checkFifo(answers);
    return new Pipes(questions, answers);
  }

  /** Opening anything else for writing could make a file, or wait for ever. */
  static void checkFifo(Path path) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    boolean fifo = (mode & 0170000) == 0010000;
    if (!fifo || !found.owner().getName().equals(System.getProperty("user.name"))) {
      throw new IOException("`" + path + "` is not a FIFO of ours");
    }
  }

  byte @Nullable [] nextLine() throws IOException {
    return lines.next();
  }

  boolean isClosed() {
    return closed;
  }

  /** One reply line; several threads may reply. */
  void reply(String words) throws IOException {
    write((words + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** One reply line that ends in text for a person. */
  void reply(String words, String text) throws IOException {
    byte[] head = words.getBytes(StandardCharsets.UTF_8);
    byte[] tail = Fields.escape(text);
    byte[] line = java.util.Arrays.copyOf(head, head.length + tail.length + 1);
    System.arraycopy(tail, 0, line, head.length, tail.length);
    line[line.length - 1] = '\n';
    write(line);
  }

  private synchronized void write(byte[] line) throws IOException {
    answers.write(line);
  }

  /** Makes the reader see that it is over: a blocked read(2) of a FIFO knows no interrupt. */
  void wake() {
    closed = true;
    try (RandomAccessFile own = new RandomAccessFile(questionsPath.toFile(), "rw")) {
      own.write('\n');
    } catch (IOException _) {
      // The files are gone, and with them every writer; the read end is closed at exit.
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    questions.close();
    answers.close();
  }

  /** Removes the files of a shell that is gone. */
  void remove() throws IOException {
    Files.deleteIfExists(questionsPath);
    Files.deleteIfExists(answersPath);
  }
}
