package belay.daemon.tryout;

import com.pty4j.PtyProcess;
import com.pty4j.PtyProcessBuilder;
import com.pty4j.unix.UnixPtyProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** An interactive shell on a terminal of its own, with somebody at the keys who waits and reads. */
public final class ShellOnPty implements AutoCloseable {

  /** The terminal's width. */
  public static final int COLUMNS = 120;

  private static final int ROWS = 40;

  private final PtyProcess process;
  private final OutputStream keys;
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final Duration patience;
  private boolean ended;

  /**
   * Starts {@code command}.
   *
   * @param patience how long {@link #await} waits
   */
  public ShellOnPty(
      List<String> command, Map<String, String> environment, Path directory, Duration patience)
      throws IOException {
    this.patience = patience;
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("TERM", "xterm-256color");
    // The terminal has its size before the shell is there: set from here it would come with a
    // SIGWINCH at some moment of the shell's first prompt, which zsh then expands once more.
    List<String> sized =
        new ArrayList<>(
            List.of(
                "sh", "-c", "stty columns " + COLUMNS + " rows " + ROWS + "; exec \"$@\"", "sh"));
    sized.addAll(command);
    this.process =
        new PtyProcessBuilder(sized.toArray(String[]::new))
            .setEnvironment(variables)
            .setDirectory(directory.toString())
            .start();
    this.keys = process.getOutputStream();
    Thread.ofPlatform().daemon().name("pty").start(this::read);
  }

  private void read() {
    byte[] buffer = new byte[8192];
    try (InputStream in = process.getInputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        synchronized (shown) {
          shown.write(buffer, 0, count);
          shown.notifyAll();
        }
      }
    } catch (IOException _) {
      // EIO is how a terminal ends whose last process has gone.
    }
    synchronized (shown) {
      ended = true;
      shown.notifyAll();
    }
  }

  /** How much has been shown so far: a place to {@link #await} from. */
  public int mark() {
    synchronized (shown) {
      return shown.size();
    }
  }

  /** All that has been shown since {@code mark}, with the terminal's controls. */
  public String since(int mark) {
    synchronized (shown) {
      byte[] all = shown.toByteArray();
      return new String(all, mark, all.length - mark, StandardCharsets.UTF_8);
    }
  }

  public void type(String text) throws IOException {
    type(text.getBytes(StandardCharsets.UTF_8));
  }

  public void type(byte... bytes) throws IOException {
    keys.write(bytes);
    keys.flush();
  }

  /**
   * Waits until what has been shown behind {@code mark} is as {@code enough} wants it.
   *
   * @return what was shown from the mark on
   */
  public String await(int mark, Predicate<String> enough) throws IOException, InterruptedException {
    return await(mark, enough, patience);
  }

  /** Waits as {@link #await(int, Predicate)} does, but with a patience of its own. */
  public String await(int mark, Predicate<String> enough, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (shown) {
      while (true) {
        String now = since(mark);
        if (enough.test(now)) {
          return now;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (ended || left <= 0) {
          throw new IOException(
              (ended ? "the shell has ended" : "nothing more for " + patience.toMillis() + " ms")
                  + "; shown was: "
                  + now);
        }
        shown.wait(left);
      }
    }
  }

  /** Waits until {@code text} has been shown behind {@code mark}. */
  public String await(int mark, String text) throws IOException, InterruptedException {
    return await(mark, shown -> shown.contains(text));
  }

  /** Waits for the shell's own end. */
  public void awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("the shell does not end");
    }
  }

  /** How it ended; only once it has. */
  public int exitStatus() {
    return process.exitValue();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Hangs up, as a terminal window does that is closed. */
  @Override
  public void close() {
    try {
      // More than once: bash misses a signal that comes just before it waits for a key, and the
      // end of input that a real terminal gives at the same time does not come here.
      for (int attempt = 0; attempt < 50 && process.isAlive(); attempt++) {
        hangUp();
        process.waitFor(100, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (process.isAlive()) {
      process.destroyForcibly();
    }
  }

  private void hangUp() {
    if (process instanceof UnixPtyProcess unix) {
      unix.hangup();
    } else {
      process.destroy(); // interactive shells pass over SIGTERM
    }
  }
}
