package belay.daemon.libc;

import java.io.IOException;

/** Ends a wait of another thread: {@code eventfd(2)}. Waking once is enough for ever. */
public final class Wake implements AutoCloseable {

  private static final int EFD_CLOEXEC = Libc.O_CLOEXEC;
  private static final int EFD_NONBLOCK = Libc.O_NONBLOCK;

  private int fd;
  private volatile boolean woken;

  public Wake() throws IOException {
    fd = Libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
      throw Libc.failure("an eventfd");
    }
  }

  /** Ends the wait that is, or the next; does nothing when closed. */
  public synchronized void wake() {
    woken = true;
    if (fd >= 0) {
      // Eight bytes that are added to the counter. It fails only where that is full already.
      long _ = Libc.write(fd, new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, 8);
    }
  }

  /** Whether somebody has. */
  public boolean isWoken() {
    return woken;
  }

  /** To wait for; -1 when closed, which poll(2) ignores. */
  synchronized int fd() {
    return fd;
  }

  @Override
  public synchronized void close() {
    if (fd >= 0) {
      int _ = Libc.close(fd);
      fd = -1;
    }
  }
}
