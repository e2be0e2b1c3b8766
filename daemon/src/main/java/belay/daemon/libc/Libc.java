package belay.daemon.libc;

import belay.rules.syntax.Text;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The functions and constants of the C library that this package uses, and what their failures
 * become. Bound by JNA's direct mapping; {@code errno} is read with {@link Native#getLastError()},
 * which JNA keeps for the calling thread.
 */
final class Libc {

  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_EXCL = 0200;
  static final int O_NOCTTY = 0400;
  static final int O_NONBLOCK = 04000;
  static final int O_NOATIME = 01000000;
  static final int O_CLOEXEC = 02000000;
  static final int O_PATH = 010000000;

  /** Those that differ: aarch64 has them elsewhere ({@code asm/fcntl.h}). */
  static final int O_DIRECTORY;

  static final int O_NOFOLLOW;

  /** The number of {@code getdents64}, which glibc has as a function only since 2.30. */
  static final long SYS_GETDENTS64;

  static final int AT_FDCWD = -100;

  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int ESRCH = 3;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int ENOEXEC = 8;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int ENOTDIR = 20;
  static final int ELOOP = 40;

  static {
    boolean arm =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> false;
          case "aarch64" -> true;
          case String other ->
              throw new UnsupportedOperationException(
                  "`" + other + "` is not a processor Belay knows the system calls of");
        };
    O_DIRECTORY = arm ? 040000 : 0200000;
    O_NOFOLLOW = arm ? 0100000 : 0400000;
    SYS_GETDENTS64 = arm ? 61 : 217;
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  static native int open(byte[] path, int flags, int mode);

  static native int close(int fd);

  static native long read(int fd, byte[] buffer, long count);

  static native long write(int fd, byte[] buffer, long count);

  static native int eventfd(int value, int flags);

  static native int poll(Memory descriptors, long count, int timeoutMillis);

  /** With F_OFD_GETLK; variadic in C, which both processors' conventions pass alike. */
  static native int fcntl(int fd, int command, Pointer argument);

  static native int ioctl(int fd, long request, Memory argument);

  static native int statx(int directory, byte[] path, int flags, int mask, byte[] buffer);

  /** The same by addresses, for where it is called a hundred thousand times. */
  static native int statx(int directory, long path, int flags, int mask, long buffer);

  static native int clock_gettime(int clock, long time);

  static native long readlink(byte[] path, byte[] buffer, long size);

  static native long syscall(long number, long first, Memory second, long third);

  static native int mkfifo(byte[] path, int mode);

  static native int geteuid();

  static native @Nullable Pointer getpwuid(int uid);

  static native int getgrouplist(byte[] user, int group, int[] groups, int[] count);

  static native @Nullable Pointer getgrgid(int gid);

  static native int getpid();

  static native int kill(int pid, int signal);

  static native long signal(int signal, long handler);

  static native int waitpid(int pid, Memory status, int options);

  static native int posix_spawnp(
      Memory pid,
      byte[] file,
      Pointer actions,
      Memory attributes,
      Memory arguments,
      Memory environment);

  static native int posix_spawnattr_init(Memory attributes);

  static native int posix_spawnattr_setflags(Memory attributes, short flags);

  static native int posix_spawnattr_setsigmask(Memory attributes, Memory signals);

  static native int posix_spawnattr_setsigdefault(Memory attributes, Memory signals);

  static native int getsockopt(int fd, int level, int option, Memory value, Memory length);

  static native int setsockopt(int fd, int level, int option, Memory value, int length);

  static native int socket(int family, int type, int protocol);

  static native int bind(int fd, Memory address, int length);

  static native int listen(int fd, int backlog);

  static native int connect(int fd, Memory address, int length);

  static native int accept4(int fd, Pointer address, Pointer length, int flags);

  static native long sendmsg(int fd, Memory message, int flags);

  static native long recvmsg(int fd, Memory message, int flags);

  static native int tcgetattr(int fd, Memory attributes);

  static native int tcsetattr(int fd, int when, Memory attributes);

  static native void cfmakeraw(Memory attributes);

  static native int tcflush(int fd, int queue);

  static native Pointer strerror(int errno);

  /** The bytes of a path with the NUL that ends it in C. */
  static byte[] path(String path) throws IOException {
    byte[] bytes = Text.encode(path);
    for (byte b : bytes) {
      if (b == 0) {
        throw new FileSystemException(Text.printable(path), null, "a name cannot contain NUL");
      }
    }
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  /** The failure of the call that this thread has just made, about {@code path}. */
  static IOException failure(String path) {
    return failure(path, Native.getLastError());
  }

  static IOException failure(String path, int errno) {
    String shown = Text.printable(path);
    return switch (errno) {
      // A file of /proc whose process has ended since it was opened answers ESRCH.
      case ENOENT, ESRCH -> new NoSuchFileException(shown);
      case EACCES, EPERM -> new AccessDeniedException(shown, null, message(errno));
      case EEXIST -> new FileAlreadyExistsException(shown);
      case ENOTDIR -> new NotDirectoryException(shown);
      case ELOOP -> new FileSystemLoopException(shown);
      default -> new FileSystemException(shown, null, message(errno));
    };
  }

  static String message(int errno) {
    return strerror(errno).getString(0);
  }
}
