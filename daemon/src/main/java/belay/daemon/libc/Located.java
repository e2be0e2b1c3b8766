package belay.daemon.libc;

import com.sun.jna.Pointer;
import java.io.IOException;

/**
 * A file that was found and not opened: {@code open(2)}, O_PATH. Nothing is read, woken or mounted
 * by it, and it stays the same file whatever is done to its path.
 */
public final class Located implements AutoCloseable {

  /** Where the kernel shows a process its own descriptors. */
  static final String OPEN = "/proc/self/fd/";

  private static final int F_GETFL = 3;

  private final int fd;

  Located(int fd) {
    this.fd = fd;
  }

  /**
   * Finds a file, which takes the right to search the directories on the way and none on the file.
   *
   * @param follow whether a symbolic link at the end of {@code path} is followed
   */
  public static Located at(String path, boolean follow) throws IOException {
    int flags = Libc.O_PATH | Libc.O_CLOEXEC | (follow ? 0 : Libc.O_NOFOLLOW);
    int fd = Libc.open(Libc.path(path), flags, 0);
    if (fd < 0) {
      throw Libc.failure(path);
    }
    return new Located(fd);
  }

  /** What it is. */
  public FileStatus status() throws IOException {
    return FileStatus.of(fd);
  }

  /** Whether it was only located, by whoever did: what was opened may do things when closed. */
  public boolean isOnlyLocated() {
    return (Libc.fcntl(fd, F_GETFL, Pointer.NULL) & Libc.O_PATH) != 0;
  }

  /** A path by which this process can reach it, as long as it is open. */
  public String link() {
    return OPEN + fd;
  }

  int fd() {
    return fd;
  }

  @Override
  public void close() {
    int _ = Libc.close(fd);
  }
}
