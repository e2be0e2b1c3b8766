package belay.daemon.libc;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mounted file system that never answers, as one of a server that is gone: a FUSE whose requests
 * nobody reads, {@code fuse(4)}. Until it is released whoever looks below it waits.
 */
public final class DeafFileSystem implements AutoCloseable {

  private static final int MNT_DETACH = 2;

  static {
    Native.register(DeafFileSystem.class, "c");
  }

  private final Path point;
  private int fd;

  private DeafFileSystem(Path point, int fd) {
    this.point = point;
    this.fd = fd;
  }

  static native int mount(byte[] source, byte[] target, byte[] type, long flags, byte[] data);

  static native int umount2(byte[] target, int flags);

  /**
   * Mounts one.
   *
   * @throws IOException with the reason why that cannot be done here
   */
  public static DeafFileSystem at(Path point) throws IOException {
    int fd = Libc.open(Libc.path("/dev/fuse"), Libc.O_RDWR | Libc.O_CLOEXEC, 0);
    if (fd < 0) {
      throw Libc.failure("/dev/fuse");
    }
    Files.createDirectories(point);
    byte[] options = Libc.path("fd=" + fd + ",rootmode=40000,user_id=0,group_id=0");
    byte[] name = Libc.path("deaf");
    if (mount(name, Libc.path(point.toString()), Libc.path("fuse"), 0, options) != 0) {
      IOException failure = Libc.failure(point.toString());
      int _ = Libc.close(fd);
      throw failure;
    }
    return new DeafFileSystem(point, fd);
  }

  /** Whoever waits gets an error, and the mount point is a directory like any other again. */
  public void release() throws IOException {
    if (fd >= 0) {
      int _ = Libc.close(fd);
      fd = -1;
      if (umount2(Libc.path(point.toString()), MNT_DETACH) != 0) {
        throw Libc.failure(point.toString());
      }
    }
  }

  @Override
  public void close() throws IOException {
    release();
  }
}
