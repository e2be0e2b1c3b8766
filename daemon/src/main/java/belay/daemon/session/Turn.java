package belay.daemon.session;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Whose turn it is among the processes of one script, which share a FIFO pair: the parts of a
 * pipeline and what runs in the background ask at the same time, and a reply must find who asked.
 * One byte in a third FIFO is the right to ask. Whoever reads it has it, and writes it back when
 * answered; so a shell can take turns without a fork. Of a process that is killed meanwhile the
 * byte is put back here.
 */
final class Turn implements AutoCloseable {

  /** Between taking the turn and asking a shell does nothing else. */
  private static final long LOST_NANOS = 900_000_000;

  private final RandomAccessFile byteOfTurn;
  private long holder;
  private long lastMoved = System.nanoTime();

  private Turn(RandomAccessFile byteOfTurn) {
    this.byteOfTurn = byteOfTurn;
  }

  static Turn open(Path directory, String name) throws IOException {
    Path path = directory.resolve(name + ".t");
    Pipes.checkFifo(path);
    // For both, so that the byte is kept while no shell has it open: fifo(7).
    Turn turn = new Turn(new RandomAccessFile(path.toFile(), "rw"));
    turn.byteOfTurn.write('t');
    return turn;
  }

  /** That process asks, so it has the turn. */
  void taken(long process) {
    holder = process;
  }

  /** What that process asked is answered. */
  void answered() {
    lastMoved = System.nanoTime();
  }

  /**
   * Puts the byte back if whoever had it last is gone, or took it and has asked nothing for long:
   * called when somebody has waited for it. Whether that was so.
   */
  boolean restore() throws IOException {
    boolean gone = holder != 0 && ProcessHandle.of(holder).isEmpty();
    if (!gone && System.nanoTime() - lastMoved < LOST_NANOS) {
      return false;
    }
    holder = 0;
    lastMoved = System.nanoTime();
    byteOfTurn.write('t');
    return true;
  }

  @Override
  public void close() throws IOException {
    byteOfTurn.close();
  }
}
