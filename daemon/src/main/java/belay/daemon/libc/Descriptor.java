package belay.daemon.libc;

import belay.rules.syntax.Text;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file opened for looking only: {@code open(2)}, never for writing, never waiting for a FIFO's
 * other end, never becoming a controlling terminal.
 */
public final class Descriptor implements AutoCloseable {

  private static final int F_OFD_GETLK = 36;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;
  private static final int READ_STEP = 4 * 1024;

  private final String path;
  private final int fd;

  private Descriptor(String path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /**
   * Opens a regular file for reading, and nothing else: a FIFO's writer would see a reader, a tape
   * would be rewound. The file's time of access stays as it was where that may be asked for.
   */
  public static Descriptor open(String path) throws IOException {
    if (isOfTheKernel(path)) {
      return new Descriptor(path, opened(path, 0));
    }
    try (Located file = Located.at(path, true)) {
      if (!file.status().isRegularFile()) {
        throw new FileSystemException(Text.printable(path), null, "no regular file");
      }
      return new Descriptor(path, opened(file.link(), 0));
    }
  }

  /** The same; null where there is nothing, without the price of a throw. */
  public static @Nullable Descriptor openIfThere(String path) throws IOException {
    if (!isOfTheKernel(path)) {
      return FileStatus.find(path, true) == null ? null : open(path);
    }
    int fd = openedIfPermitted(path, 0);
    if (fd >= 0) {
      return new Descriptor(path, fd);
    }
    int errno = Native.getLastError();
    return switch (errno) {
      case Libc.ENOENT, Libc.ENOTDIR, Libc.ESRCH -> null;
      default -> throw Libc.failure(path, errno);
    };
  }

  /** Where every file is made up by the kernel as it is read. */
  private static boolean isOfTheKernel(String path) {
    return path.startsWith("/proc/") || path.startsWith("/sys/");
  }

  /**
   * Whether the kernel refuses this block device to an exclusive opener, because it is mounted, in
   * use as swap, or part of something above it ({@code open(2)}, O_EXCL without O_CREAT). Only a
   * block device is opened, whatever stands at the path by now: O_EXCL means nothing elsewhere.
   */
  public static boolean isClaimed(String blockDevice) throws IOException {
    try (Located device = Located.at(blockDevice, true)) {
      if (!device.status().isBlockDevice()) {
        throw new FileSystemException(Text.printable(blockDevice), null, "no block device");
      }
      int flags = Libc.O_RDONLY | Libc.O_EXCL | Libc.O_NONBLOCK | Libc.O_NOCTTY | Libc.O_CLOEXEC;
      int fd = Libc.open(Libc.path(device.link()), flags, 0);
      if (fd >= 0) {
        int _ = Libc.close(fd);
        return false;
      }
      int errno = Native.getLastError();
      if (errno == Libc.EBUSY) {
        return true;
      }
      throw Libc.failure(blockDevice, errno);
    }
  }

  static int opened(String path, int moreFlags) throws IOException {
    int fd = openedIfPermitted(path, moreFlags);
    if (fd < 0) {
      throw Libc.failure(path);
    }
    return fd;
  }

  /** A descriptor, or -1. */
  static int openedIfPermitted(String path, int moreFlags) throws IOException {
    int flags = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY | Libc.O_CLOEXEC | moreFlags;
    byte[] name = Libc.path(path);
    // Only the owner may leave the time of access alone; the kernel's own files have none.
    if (!isOfTheKernel(path) || path.startsWith(Located.OPEN)) {
      int fd = Libc.open(name, flags | Libc.O_NOATIME, 0);
      if (fd >= 0 || Native.getLastError() != Libc.EPERM) {
        return fd;
      }
    }
    return Libc.open(name, flags, 0);
  }

  /**
   * A lock that someone else holds.
   *
   * @param pid who; -1 for a lock of an open file description, 0 for a process of another pid
   *     namespace
   * @param last the last byte, Long.MAX_VALUE for all to the end
   */
  public record Held(boolean write, int pid, long first, long last) {}

  /**
   * Whether someone else holds a lock on byte {@code offset} that would refuse a write lock: {@code
   * F_OFD_GETLK}, {@code fcntl(2)}. Nothing is locked by asking.
   */
  public boolean isLocked(long offset) throws IOException {
    return lock(new Memory(FLOCK), offset, 1) != null;
  }

  /**
   * Of the locks that others hold, one of them where there are any, and all that cover one of these
   * bytes. Locks of {@code flock(2)} are of another kind and not seen.
   */
  public Set<Held> locks(long... offsets) throws IOException {
    Memory memory = new Memory(FLOCK);
    Held any = lock(memory, 0, 0);
    if (any == null) {
      return Set.of();
    }
    Set<Held> held = new LinkedHashSet<>(List.of(any));
    for (long offset : offsets) {
      Held here = lock(memory, offset, 1);
      if (here != null) {
        held.add(here);
      }
    }
    return held;
  }

  /**
   * {@code struct flock} of LP64: short type, short whence, padding, long start, length, int pid.
   */
  private static final int FLOCK = 32;

  /** The first lock that would refuse a write lock on these bytes, to the end for length 0. */
  private @Nullable Held lock(Memory lock, long start, long length) throws IOException {
    lock.clear();
    lock.setShort(0, F_WRLCK);
    lock.setLong(8, start);
    lock.setLong(16, length);
    if (Libc.fcntl(fd, F_OFD_GETLK, lock) != 0) {
      throw Libc.failure(path);
    }
    short type = lock.getShort(0);
    if (type == F_UNLCK) {
      return null;
    }
    long first = lock.getLong(8);
    long count = lock.getLong(16);
    long last = count == 0 ? Long.MAX_VALUE : first + count - 1;
    return new Held(type == F_WRLCK, lock.getInt(24), first, last);
  }

  /** The file's bytes from the start, at most {@code limit}; as proc(5) files want to be read. */
  public byte[] read(int limit) throws IOException {
    var out = new ByteArrayOutputStream(Math.min(limit, READ_STEP));
    byte[] step = new byte[Math.min(limit, READ_STEP)];
    while (out.size() < limit) {
      long count = Libc.read(fd, step, Math.min(step.length, limit - out.size()));
      if (count == 0) {
        break;
      }
      if (count < 0) {
        int errno = Native.getLastError();
        if (errno == Libc.EINTR) {
          continue;
        }
        throw errno == Libc.EAGAIN
            ? new FileSystemException(path, null, "would have to be waited for")
            : Libc.failure(path, errno);
      }
      out.write(step, 0, (int) count);
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    int _ = Libc.close(fd);
  }
}
