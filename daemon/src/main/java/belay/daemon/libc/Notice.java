package belay.daemon.libc;

import com.sun.jna.Memory;
import java.io.IOException;

/**
 * Notice of changes to a file of the kernel that gives one: {@code /proc/self/mountinfo} and {@code
 * /proc/swaps} are ready with POLLPRI once after each change ({@code proc_pid_mountinfo(5)}; {@code
 * swaps_poll} in Linux's {@code mm/swapfile.c}). Never closed: there are two in a process.
 */
public final class Notice {

  /** {@code struct pollfd}: int fd, short events, short revents. */
  private static final int POLLFD = 8;

  private static final short POLLPRI = 2;
  private static final short POLLERR = 8;

  private final Memory asked = new Memory(POLLFD);

  private Notice(int fd) {
    asked.setInt(0, fd);
    asked.setShort(4, POLLPRI);
  }

  /** From now on. */
  public static Notice of(String path) throws IOException {
    return new Notice(Descriptor.opened(path, 0));
  }

  /** Whether it has changed since this was asked last, or where that cannot be told. */
  public synchronized boolean hasChanged() {
    asked.setShort(6, (short) 0);
    int ready = Libc.poll(asked, 1, 0);
    return ready != 0 || (asked.getShort(6) & (POLLPRI | POLLERR)) != 0;
  }
}
