package belay.daemon.fact;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Something that is read at most once, when first needed; a failure is remembered too. A thread
 * that may not wait does not wait for another one that reads it.
 */
final class Memo<T> {

  /** Reads it. */
  @FunctionalInterface
  interface Source<T> {
    T read() throws IOException;
  }

  private final Source<T> source;
  private final ReentrantLock reading = new ReentrantLock();
  private @Nullable T value;
  private @Nullable IOException failure;

  Memo(Source<T> source) {
    this.source = source;
  }

  T get() throws IOException {
    if (!reading.tryLock()) {
      if (Elsewhere.isCalledFor()) {
        throw new Elsewhere();
      }
      reading.lock();
    }
    try {
      if (failure != null) {
        throw failure;
      }
      if (value == null) {
        try {
          value = source.read();
        } catch (IOException e) {
          failure = e;
          throw e;
        }
      }
      return value;
    } finally {
      reading.unlock();
    }
  }

  /** Whether it has been read, so that to get it takes no time. */
  boolean isRead() {
    if (!reading.tryLock()) {
      return false;
    }
    try {
      return value != null || failure != null;
    } finally {
      reading.unlock();
    }
  }
}
