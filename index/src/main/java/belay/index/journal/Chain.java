package belay.index.journal;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The writing end of the journal's files. After a failure it stands where it stood before, and what
 * was half written is taken back, at the latest before the next write.
 */
final class Chain implements Closeable {

  /** Opens a file for writing. */
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path file) throws IOException;
  }

  /** A record ready to be framed. */
  record Draft(long n, Instant time, String kind, String members) {}

  /** How far the journal goes. */
  private record Head(long position, String hash, long n) {}

  private final Path directory;
  private final long segmentBytes;
  private final Opener opener;

  private Path segment;
  private FileChannel channel;
  private Head written;
  private Head durable;
  private boolean overhang;

  /** A chain that goes on at {@code end}. */
  Chain(Path directory, TornTail end, long segmentBytes, Opener opener) throws IOException {
    this.directory = directory;
    this.segment = end.segment();
    this.segmentBytes = segmentBytes;
    this.opener = opener;
    this.channel = opener.open(segment);
    this.written = new Head(end.position(), end.hash(), end.n());
    this.durable = written;
    Segments.forceNames(directory);
  }

  /** The number of the last record that is safe. */
  long durable() {
    return durable.n;
  }

  /** Writes all drafts or none. */
  void write(List<Draft> drafts) throws IOException {
    takeBackOverhang();
    var bytes = new ByteArrayOutputStream(drafts.size() * 512);
    String hash = written.hash;
    long n = written.n;
    for (Draft draft : drafts) {
      byte[] line = Line.write(draft.n, draft.time, hash, draft.kind, draft.members);
      bytes.writeBytes(line);
      bytes.write('\n');
      hash = Line.hash(line);
      n = draft.n;
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      while (buffer.hasRemaining()) {
        channel.write(buffer, written.position + buffer.position());
      }
    } catch (IOException e) {
      throw withdrawn(e);
    }
    written = new Head(written.position + bytes.size(), hash, n);
  }

  /** Makes all that was written safe; what cannot be is taken back. */
  void force() throws IOException {
    try {
      channel.force(false);
      durable = written;
    } catch (IOException e) {
      // The kernel may have dropped the pages and will not say so again (fsync(2) ERRORS).
      written = durable;
      throw withdrawn(e);
    }
    if (written.position >= segmentBytes) {
      roll();
    }
  }

  private IOException withdrawn(IOException cause) {
    overhang = true;
    try {
      takeBackOverhang();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  private void takeBackOverhang() throws IOException {
    if (overhang) {
      channel.truncate(written.position);
      overhang = false;
    }
  }

  /** Goes on in a new file; where none can be made, the old one grows on. */
  private void roll() {
    Path next = Segments.after(segment);
    try {
      FileChannel opened = opener.open(next);
      try {
        Segments.forceNames(directory);
        channel.close();
      } catch (IOException e) {
        opened.close();
        throw e;
      }
      channel = opened;
    } catch (IOException e) {
      return;
    }
    segment = next;
    written = new Head(0, written.hash, written.n);
    durable = written;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
