package belay.daemon.guard;

import belay.rules.effect.ShellView;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A shell, and the files that a line has it read. A file is read once, so that the line is judged
 * by one text of it. For one line and one thread.
 */
public final class ShellWithFiles implements ShellView {

  /** A file on a server that does not answer must not hold a line up. */
  private static final long PATIENCE_MILLIS = 50;

  private static final int LONGEST = 256 * 1024;

  /** A line that names more files is long enough to say that the rest was not read. */
  private static final int MOST = 32;

  private final ShellView shell;
  private final Map<String, Optional<String>> scripts = new HashMap<>();
  private boolean impatient;

  public ShellWithFiles(ShellView shell) {
    this.shell = shell;
  }

  @Override
  public Dialect dialect() {
    return shell.dialect();
  }

  @Override
  public @Nullable String directory() {
    return shell.directory();
  }

  @Override
  public @Nullable String home() {
    return shell.home();
  }

  @Override
  public Variable variable(String name) {
    return shell.variable(name);
  }

  @Override
  public @Nullable String alias(String word) {
    return shell.alias(word);
  }

  @Override
  public @Nullable String function(String name) {
    return shell.function(name);
  }

  @Override
  public @Nullable String script(String path) {
    if (!scripts.containsKey(path)) {
      // One server that does not answer is waited for once, however many files a line names.
      boolean willing = !impatient && scripts.size() < MOST;
      scripts.put(path, willing ? Optional.ofNullable(readInTime(path)) : Optional.empty());
    }
    return scripts.get(path).orElse(null);
  }

  private @Nullable String readInTime(String path) {
    FutureTask<@Nullable String> reading = new FutureTask<>(() -> read(path));
    // Of its own: a virtual one would hold one of the few carriers for as long as the server does.
    Thread.ofPlatform().daemon().name("script").start(reading);
    try {
      return reading.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException _) {
      return null;
    } catch (TimeoutException _) {
      impatient = true;
      return null;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static @Nullable String read(String path) throws IOException {
    Path file;
    try {
      file = Path.of(path);
    } catch (InvalidPathException _) {
      return null;
    }
    // To open a FIFO would wait for its writer, and a device may answer for ever.
    if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) {
      return null;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Text.decode(in.readNBytes(LONGEST));
    }
  }
}
