package belay.daemon.fact;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something that is read at most once, when first needed; a failure is remembered too. */
final class Memo<T> {

  /** Reads it. */
  @FunctionalInterface
  interface Source<T> {
    T read() throws IOException;
  }

  private final Source<T> source;
  private @Nullable T value;
  private @Nullable IOException failure;

  Memo(Source<T> source) {
    this.source = source;
  }

  synchronized T get() throws IOException {
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
  }
}
