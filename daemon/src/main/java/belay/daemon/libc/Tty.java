package belay.daemon.libc;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A person's terminal, opened by its path beside the shell that owns it: {@code termios(3)}. It
 * never becomes this process's controlling terminal, so that neither job control nor a hang-up
 * reaches the daemon. For one thread at a time; reading holds that thread.
 */
public final class Tty implements AutoCloseable {

  /** A wait was ended by {@link Wake}. */
  public static final int WOKEN = -2;

  private static final int TCSADRAIN = 1;
  private static final int TCIFLUSH = 0;
  private static final long TIOCGWINSZ = 0x5413;
  private static final int POLLIN = 1;
  private static final int POLLOUT = 4;

  /** Of struct termios: glibc's is 60 bytes long, c_oflag the second of its four flag words. */
  private static final int TERMIOS = 128;

  private static final int OUTPUT_FLAGS = 4;
  private static final int OPOST_ONLCR = 0x1 | 0x4;

  /** How long output may stand still, as after Ctrl-S, until writing gives up. */
  private static final int WRITE_STALL_MILLIS = 2_000;

  private final String path;
  private int fd;

  private Tty(String path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /**
   * Opens a terminal for reading and writing.
   *
   * @param path {@code /dev/pts/3}
   * @throws IOException where it cannot be opened or is no terminal; the message names the path
   */
  public static Tty open(String path) throws IOException {
    // O_NONBLOCK belongs to this opening alone: the shell's own descriptors stay as they are.
    int flags = Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC | Libc.O_NONBLOCK;
    int fd = Libc.open(Libc.path(path), flags, 0);
    if (fd < 0) {
      throw Libc.failure(path);
    }
    if (Libc.tcgetattr(fd, new Memory(TERMIOS)) != 0) {
      Libc.close(fd);
      throw new FileSystemException(path, null, "not a terminal");
    }
    return new Tty(path, fd);
  }

  /** The terminal's settings as they were, to be put back. */
  public interface Mode extends AutoCloseable {
    /** Puts the settings back; does nothing where the terminal is gone. */
    @Override
    void close();
  }

  /**
   * From now on every key arrives at once, unechoed, Ctrl-C as the byte 3; until the mode is
   * closed. A line feed written still returns to the left margin.
   */
  public Mode rawMode() throws IOException {
    Memory before = new Memory(TERMIOS);
    check(Libc.tcgetattr(fd(), before));
    Memory raw = new Memory(TERMIOS);
    raw.write(0, before.getByteArray(0, TERMIOS), 0, TERMIOS);
    Libc.cfmakeraw(raw);
    raw.setInt(OUTPUT_FLAGS, before.getInt(OUTPUT_FLAGS) | OPOST_ONLCR);
    check(Libc.tcsetattr(fd(), TCSADRAIN, raw));
    return () -> {
      if (fd >= 0) {
        int _ = Libc.tcsetattr(fd, TCSADRAIN, before);
      }
    };
  }

  /** Forgets what was typed and not yet read, so that a key meant for the shell answers nothing. */
  public void discardTypedAhead() throws IOException {
    check(Libc.tcflush(fd(), TCIFLUSH));
  }

  /**
   * Waits for keys.
   *
   * @return how many bytes were read into {@code buffer}; 0 where none came within {@code timeout};
   *     -1 where the terminal is gone
   */
  public int read(byte[] buffer, Duration timeout) throws IOException {
    return read(buffer, timeout, null);
  }

  /**
   * Waits for keys, or to be woken.
   *
   * @param wake ends the wait; or null
   * @return as above, and {@link #WOKEN}
   */
  public int read(byte[] buffer, Duration timeout, @Nullable Wake wake) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      int millis = Math.clamp((left + 999_999) / 1_000_000, 0, 1_000_000);
      if (wake == null ? !ready(POLLIN, millis) : !readyOrWoken(wake, millis)) {
        if (wake != null && isWoken(wake)) {
          return WOKEN;
        }
        if (end - System.nanoTime() <= 0) {
          return 0;
        }
        continue;
      }
      long count = Libc.read(fd(), buffer, buffer.length);
      if (count > 0) {
        return (int) count;
      }
      if (count == 0) {
        return -1;
      }
      int errno = Native.getLastError();
      if (errno == Libc.EIO) {
        // tty_io.c answers so to a reader of a hung-up terminal.
        return -1;
      }
      if (errno != Libc.EAGAIN && errno != Libc.EINTR) {
        throw Libc.failure(path, errno);
      }
    }
  }

  /**
   * Writes all of {@code bytes}.
   *
   * @throws IOException also where the terminal takes nothing for two seconds
   */
  public void write(byte[] bytes) throws IOException {
    byte[] left = bytes;
    while (left.length > 0) {
      long count = Libc.write(fd(), left, left.length);
      if (count >= 0) {
        left = Arrays.copyOfRange(left, (int) count, left.length);
        continue;
      }
      int errno = Native.getLastError();
      if (errno == Libc.EAGAIN) {
        if (!ready(POLLOUT, WRITE_STALL_MILLIS)) {
          throw new FileSystemException(path, null, "the terminal takes no output");
        }
      } else if (errno != Libc.EINTR) {
        throw Libc.failure(path, errno);
      }
    }
  }

  /** The width of the terminal, 80 where it does not say. */
  public int columns() throws IOException {
    return windowSize(1);
  }

  /** The height of the terminal, 24 where it does not say. */
  public int rows() throws IOException {
    return windowSize(0);
  }

  private int windowSize(int field) throws IOException {
    // struct winsize: rows, columns, and two sizes in pixels, all unsigned short.
    Memory size = new Memory(8);
    check(Libc.ioctl(fd(), TIOCGWINSZ, size));
    int value = Short.toUnsignedInt(size.getShort(field * 2L));
    return value > 0 ? value : field == 0 ? 24 : 80;
  }

  /** False also where it was woken; keys go first. */
  private boolean readyOrWoken(Wake wake, int millis) throws IOException {
    Memory descriptors = new Memory(16);
    descriptors.clear();
    descriptors.setInt(0, fd());
    descriptors.setShort(4, (short) POLLIN);
    descriptors.setInt(8, wake.fd());
    descriptors.setShort(12, (short) POLLIN);
    if (Libc.poll(descriptors, 2, millis) < 0 && Native.getLastError() != Libc.EINTR) {
      throw Libc.failure(path);
    }
    return descriptors.getShort(6) != 0;
  }

  private static boolean isWoken(Wake wake) {
    Memory descriptor = new Memory(8);
    descriptor.clear();
    descriptor.setInt(0, wake.fd());
    descriptor.setShort(4, (short) POLLIN);
    return Libc.poll(descriptor, 1, 0) > 0;
  }

  private boolean ready(int events, int millis) throws IOException {
    // struct pollfd: int fd, short events, short revents. A hang-up counts as ready: read tells it.
    Memory descriptor = new Memory(8);
    descriptor.setInt(0, fd());
    descriptor.setShort(4, (short) events);
    descriptor.setShort(6, (short) 0);
    int count = Libc.poll(descriptor, 1, millis);
    if (count < 0 && Native.getLastError() != Libc.EINTR) {
      throw Libc.failure(path);
    }
    return count > 0;
  }

  private int fd() throws IOException {
    if (fd < 0) {
      throw new FileSystemException(path, null, "closed");
    }
    return fd;
  }

  private void check(int result) throws IOException {
    if (result != 0) {
      throw Libc.failure(path);
    }
  }

  @Override
  public void close() {
    if (fd >= 0) {
      int _ = Libc.close(fd);
      fd = -1;
    }
  }
}
