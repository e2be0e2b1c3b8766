package belay.daemon.libc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What {@code statx(2)} tells of a file, asked so that nothing is mounted by asking and a network
 * file system answers from what it remembers.
 *
 * @param mode type and permission bits
 * @param modified when its contents last changed, in nanoseconds since 1970
 * @param device of the file system, as {@link Device}
 * @param special the device that a device node stands for; zero for other files
 * @param mount the id of the mount it was reached through, the first field of a line of mountinfo;
 *     0 before Linux 5.8
 * @param mountRoot whether it is the root of that mount
 */
public record FileStatus(
    int mode,
    int links,
    int uid,
    long inode,
    long size,
    long modified,
    Device device,
    Device special,
    long mount,
    boolean mountRoot) {

  private static final int TYPE = 0170000;

  public boolean isDirectory() {
    return (mode & TYPE) == 0040000;
  }

  boolean isRegularFile() {
    return (mode & TYPE) == 0100000;
  }

  boolean isBlockDevice() {
    return (mode & TYPE) == 0060000;
  }

  /** A device number. */
  public record Device(int major, int minor) {
    public static final Device NONE = new Device(0, 0);

    /** As sysfs and mountinfo write it. */
    @Override
    public String toString() {
      return major + ":" + minor;
    }
  }

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int STATX_MNT_ID = 0x1000;

  /** With STATX_BASIC_STATS. */
  private static final int MASK = 0x7ff | STATX_MNT_ID;

  static final int BUFFER = 256;
  private static final int STATX_ATTR_MOUNT_ROOT = 0x2000;

  /**
   * Looks at a file.
   *
   * @param follow whether a symbolic link at the end of {@code path} is followed
   */
  public static FileStatus of(String path, boolean follow) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int flags = AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC | (follow ? 0 : AT_SYMLINK_NOFOLLOW);
    if (Libc.statx(Libc.AT_FDCWD, Libc.path(path), flags, MASK, buffer) != 0) {
      throw Libc.failure(path);
    }
    return read(buffer);
  }

  /** The same; null where there is nothing or it may not be seen, without the price of a throw. */
  public static @Nullable FileStatus find(String path, boolean follow) {
    byte[] name;
    try {
      name = Libc.path(path);
    } catch (IOException noName) {
      return null;
    }
    byte[] buffer = new byte[BUFFER];
    int flags = AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC | (follow ? 0 : AT_SYMLINK_NOFOLLOW);
    return Libc.statx(Libc.AT_FDCWD, name, flags, MASK, buffer) == 0 ? read(buffer) : null;
  }

  /** What is open as {@code descriptor}, also where it was only located: {@code O_PATH}. */
  static FileStatus of(int descriptor) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
    if (Libc.statx(descriptor, new byte[1], flags, MASK, buffer) != 0) {
      throw Libc.failure("descriptor " + descriptor);
    }
    return read(buffer);
  }

  /**
   * The status of a name in an open directory, links followed; null where there is none.
   *
   * @param name the address of its bytes
   * @param buffer the address of {@code view}
   */
  static @Nullable FileStatus at(int directory, long name, long buffer, ByteBuffer view) {
    int flags = AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
    return Libc.statx(directory, name, flags, MASK, buffer) == 0 ? read(view) : null;
  }

  private static FileStatus read(byte[] buffer) {
    return read(ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder()));
  }

  private static FileStatus read(ByteBuffer in) {
    // struct statx is laid out alike on every processor (linux/stat.h).
    boolean mountKnown = (in.getInt(0) & STATX_MNT_ID) != 0;
    return new FileStatus(
        Short.toUnsignedInt(in.getShort(28)),
        in.getInt(16),
        in.getInt(20),
        in.getLong(32),
        in.getLong(40),
        in.getLong(112) * 1_000_000_000 + Integer.toUnsignedLong(in.getInt(120)),
        new Device(in.getInt(136), in.getInt(140)),
        new Device(in.getInt(128), in.getInt(132)),
        mountKnown ? in.getLong(144) : 0,
        (in.getLong(8) & STATX_ATTR_MOUNT_ROOT) != 0);
  }
}
