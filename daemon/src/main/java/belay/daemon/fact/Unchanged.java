package belay.daemon.fact;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a file says, read each time and understood anew only where its text has changed. */
final class Unchanged<T> {

  /** Reads the file. */
  @FunctionalInterface
  interface Source {
    byte[] read(Machine machine) throws IOException;
  }

  private record Read<T>(byte[] text, T meaning) {}

  private final Source source;
  private final Function<byte[], T> reader;
  private volatile @Nullable Read<T> last;

  Unchanged(Source source, Function<byte[], T> reader) {
    this.source = source;
    this.reader = reader;
  }

  T get(Machine machine) throws IOException {
    byte[] text = source.read(machine);
    Read<T> before = last;
    if (before != null && Arrays.equals(before.text, text)) {
      return before.meaning;
    }
    T meaning = reader.apply(text);
    last = new Read<>(text, meaning);
    return meaning;
  }
}
