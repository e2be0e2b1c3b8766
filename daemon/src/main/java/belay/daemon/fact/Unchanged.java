package belay.daemon.fact;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a file says, read each time, or where the kernel gives notice of changes each time that it
 * has changed, and understood anew only where its text has. Safe for many threads.
 */
final class Unchanged<T> {

  /** Understands the file. */
  @FunctionalInterface
  interface Reader<T> {
    T read(byte[] text) throws IOException;
  }

  /**
   * What was read.
   *
   * @param change after how many changes
   */
  private record Read<T>(byte[] text, long change, T meaning) {}

  private final String path;
  private final int limit;
  private final Reader<T> reader;
  private Machine.@Nullable Watch watch;
  private boolean isWatched;
  private long changes;
  private volatile @Nullable Read<T> last;

  /**
   * What a file will say.
   *
   * @param limit how much of it is read, in bytes
   */
  Unchanged(String path, int limit, Reader<T> reader) {
    this.path = path;
    this.limit = limit;
    this.reader = reader;
  }

  T get(Machine machine) throws IOException {
    long change = change(machine);
    Read<T> before = last;
    if (before != null && before.change == change) {
      return before.meaning;
    }
    byte[] text = machine.read(path, limit);
    T meaning =
        before != null && Arrays.equals(before.text, text) ? before.meaning : reader.read(text);
    last = new Read<>(text, change, meaning);
    return meaning;
  }

  /** How often it has changed; another number at each call where nobody tells. */
  private synchronized long change(Machine machine) {
    if (!isWatched) {
      isWatched = true;
      watch = machine.watch(path);
    }
    // The notice is taken by asking, so that nobody else may ask until it is counted.
    if (watch == null || watch.hasChanged()) {
      changes++;
    }
    return changes;
  }
}
