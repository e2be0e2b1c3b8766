package belay.daemon.fact;

import belay.daemon.libc.Directory;
import belay.daemon.libc.FileStatus;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What probes may ask of a machine, all of it read-only: one file tree with {@code /proc} and
 * {@code /sys} in it. Paths are absolute and as {@link Text} decodes them. Failures are those of
 * {@code java.nio.file}: {@link NoSuchFileException} and {@link
 * java.nio.file.AccessDeniedException} mean what they say.
 */
public interface Machine {

  /** The machine this process runs on. */
  static Machine local() {
    return LocalMachine.INSTANCE;
  }

  /** What stands under {@code path}; a symbolic link at its end is followed where asked. */
  FileStatus status(String path, boolean follow) throws IOException;

  /** The same where it may be seen; null where there is nothing or it may not. */
  default @Nullable FileStatus found(String path, boolean follow) {
    try {
      return status(path, follow);
    } catch (IOException missing) {
      return null;
    }
  }

  /** The text of a symbolic link. */
  String link(String path) throws IOException;

  /** Every entry of a directory but {@code .} and {@code ..}. */
  void list(String path, Directory.Visitor visitor) throws IOException;

  /**
   * What every entry of a directory leads to, symbolic links followed.
   *
   * @return whether the directory could be opened
   */
  boolean targets(String path, Directory.TargetVisitor visitor) throws IOException;

  /** The first {@code limit} bytes of a file below {@code /proc}, {@code /sys} or {@code /etc}. */
  byte[] read(String path, int limit) throws IOException;

  /** What a file of one line says, without its line end; null where there is no such file. */
  default @Nullable String line(String path) throws IOException {
    try {
      return line(read(path, MOST_OF_A_LINE));
    } catch (NoSuchFileException | NotDirectoryException none) {
      return null;
    }
  }

  /** The longest line that {@link #line(String)} gives. */
  int MOST_OF_A_LINE = 4_096;

  /** Bytes as a line, without its end. */
  static String line(byte[] bytes) {
    String text = Text.decode(bytes);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  /** Tells of changes. */
  @FunctionalInterface
  interface Watch {
    /** Whether there were any since this was asked last. */
    boolean hasChanged();
  }

  /** A watch over a file of the kernel's that gives notice of its changes, or null. */
  default @Nullable Watch watch(String path) {
    return null;
  }

  /**
   * How long the threads of a process have run, in nanoseconds, so that one that has not run since
   * is known to be as it was; -1 where that cannot be told.
   */
  default long ran(long pid) {
    return -1;
  }

  /**
   * The locks that others hold on a regular file, as far as the file itself tells: one of them, and
   * those that QEMU would hold; none of {@code flock(2)}. Null where it cannot be asked.
   *
   * <p>To be preferred to {@code /proc/locks}: each reader of that stops all changes of locks on
   * the whole machine, for which the kernel waits for a grace period of RCU (8 ms and more, unless
   * the last reader was just before).
   */
  default @Nullable List<LockTable.Lock> locksOn(String file) throws IOException {
    return null;
  }

  /** Whether someone else's lock on this byte of a regular file would refuse a write lock. */
  boolean isLocked(String file, long offset) throws IOException;

  /** Whether the kernel refuses the block device to an exclusive opener. */
  boolean isClaimed(String blockDevice) throws IOException;
}
