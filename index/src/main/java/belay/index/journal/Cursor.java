package belay.index.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the journal in order, a record at a time, and can go on where it stood once there
 * is more. It never sees a record that is not yet safe on the disk. Lines that are damaged are
 * passed over; {@link Journal#verify} names them. Not for several threads at once.
 */
public final class Cursor implements Closeable {

  private static final int CHUNK = 1 << 16;

  private final Path directory;
  private final LongSupplier limit;
  private long last;
  private @Nullable Path segment;
  private @Nullable FileChannel channel;

  /** Where in the segment {@code buffer} begins. */
  private long position;

  private byte[] buffer = new byte[CHUNK];
  private int start;
  private int end;

  /**
   * @param after the number of the record before the first wanted
   * @param limit the greatest number that may be read now
   */
  Cursor(Path directory, long after, LongSupplier limit) {
    this.directory = directory;
    this.last = after;
    this.limit = limit;
  }

  /** The number of the last record given, or what the cursor was made with. */
  public long last() {
    return last;
  }

  /** The next record, or null where there is none yet. */
  public @Nullable Entry next() throws IOException {
    while (true) {
      byte[] line = line();
      if (line == null) {
        return null;
      }
      if (!Line.isWhole(line)) {
        continue;
      }
      long n = Line.number(line);
      if (n > limit.getAsLong()) {
        // It may still be taken back; forget what was read of it.
        start -= line.length + 1;
        forget();
        return null;
      }
      if (n > last) {
        last = n;
        return Line.read(line);
      }
    }
  }

  /** The next complete line, or null at the end. */
  private byte @Nullable [] line() throws IOException {
    int searched = start;
    while (true) {
      for (int i = searched; i < end; i++) {
        if (buffer[i] == '\n') {
          byte[] line = Arrays.copyOfRange(buffer, start, i);
          start = i + 1;
          return line;
        }
      }
      searched = end;
      FileChannel from = channel;
      if (from == null) {
        if (!openFirst()) {
          return null;
        }
        searched = start;
        continue;
      }
      // Asked before the read: the writer is done with a segment once the next one exists.
      Path next = segment == null ? null : Segments.after(segment);
      boolean more = next != null && Files.exists(next);
      int moved = makeRoom();
      searched -= moved;
      int count = from.read(ByteBuffer.wrap(buffer, end, buffer.length - end), position + end);
      if (count > 0) {
        end += count;
      } else if (more && next != null) {
        open(next);
        searched = start;
      } else {
        forget();
        return null;
      }
    }
  }

  private int makeRoom() {
    int moved = 0;
    if (start > 0 && (start == end || end == buffer.length)) {
      moved = start;
      System.arraycopy(buffer, start, buffer, 0, end - start);
      position += start;
      end -= start;
      start = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    return moved;
  }

  private void forget() {
    position += start;
    start = 0;
    end = 0;
    if (buffer.length > CHUNK) {
      buffer = new byte[CHUNK];
    }
  }

  /** Opens the last segment that begins with nothing newer than what is wanted. */
  private boolean openFirst() throws IOException {
    List<Path> segments = Segments.list(directory);
    for (int i = segments.size() - 1; i >= 0; i--) {
      open(segments.get(i));
      if (i == 0) {
        return true;
      }
      byte[] line = line();
      if (line != null && Line.isWhole(line) && Line.number(line) <= last + 1) {
        start -= line.length + 1;
        return true;
      }
    }
    return false;
  }

  private void open(Path file) throws IOException {
    close();
    channel = FileChannel.open(file, StandardOpenOption.READ);
    segment = file;
    position = 0;
    start = 0;
    end = 0;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
