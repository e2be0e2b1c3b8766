package belay.daemon.session;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The lines of a FIFO; a line over the limit is skipped whole, not cut into false messages. */
public final class FifoLines {

  /** 1 MiB of line, every byte of it escaped, twice (typed and expanded), and some room. */
  private static final int LONGEST = 4 * 1024 * 1024 + 4096;

  private final InputStream in;
  private final byte[] buffer = new byte[65_536];
  private int at;
  private int end;

  public FifoLines(InputStream in) {
    this.in = in;
  }

  /** The next line without its LF, waiting for it; null at the end of input. */
  public byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = null;
    boolean skipping = false;
    while (true) {
      for (int i = at; i < end; i++) {
        if (buffer[i] == '\n') {
          byte[] out;
          if (line == null) {
            out = Arrays.copyOfRange(buffer, at, i);
          } else {
            line.write(buffer, at, i - at);
            out = line.toByteArray();
          }
          at = i + 1;
          if (!skipping) {
            return out;
          }
          skipping = false;
          line = null;
          i = at - 1;
        }
      }
      if (end > at && !skipping) {
        line = line == null ? new ByteArrayOutputStream(end - at + 1024) : line;
        line.write(buffer, at, end - at);
        if (line.size() > LONGEST) {
          skipping = true;
          line = null;
        }
      }
      at = 0;
      end = 0;
      int count = in.read(buffer);
      if (count < 0) {
        return null;
      }
      end = count;
    }
  }
}
