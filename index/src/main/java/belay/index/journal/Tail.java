package belay.index.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The last lines of a segment, read from its end.
 *
 * @param lines complete lines without their newlines, in order
 * @param offsets where each begins in the file
 * @param end where the last complete line ends, its newline included
 * @param fromStart the first line of the file is among them
 */
record Tail(List<byte[]> lines, List<Long> offsets, long end, boolean fromStart) {

  private static final int WINDOW = 1 << 16;

  /** The last {@code wanted} complete lines, or more, or all there are. */
  static Tail read(FileChannel channel, int wanted) throws IOException {
    long size = channel.size();
    long window = WINDOW;
    while (true) {
      long start = Math.max(0, size - window);
      Tail tail = split(bytes(channel, start, size), start);
      if (start == 0 || tail.lines.size() >= wanted) {
        return tail;
      }
      window *= 4;
    }
  }

  private static byte[] bytes(FileChannel channel, long from, long to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(to - from));
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
      // A read may give less than was asked for.
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private static Tail split(byte[] bytes, long start) {
    List<byte[]> lines = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    // Only the first line of the file is known to begin where the window begins.
    boolean begun = start == 0;
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        if (begun) {
          lines.add(Arrays.copyOfRange(bytes, from, i));
          offsets.add(start + from);
        }
        begun = true;
        from = i + 1;
      }
    }
    return new Tail(lines, offsets, start + from, start == 0);
  }
}
