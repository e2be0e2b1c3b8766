package belay.daemon.libc;

import belay.rules.syntax.Text;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The names in a directory, with the inode numbers that come with them for nothing: {@code
 * getdents64(2)}.
 */
public final class Directory {

  private static final int BUFFER = 32 * 1024;

  /** d_type values of {@code readdir(3)}. */
  private static final byte DT_DIR = 4;

  private static final byte DT_LNK = 10;
  private static final byte DT_UNKNOWN = 0;

  /** Kept, since an array handed to C is copied there and back at its whole length. */
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** Room for what the kernel writes, of one thread. */
  private static final class Scratch {
    final Memory entries = new Memory(BUFFER);
    final long address = Pointer.nativeValue(entries);
    final Memory status = new Memory(FileStatus.BUFFER);
    final long statusAddress = Pointer.nativeValue(status);
    final ByteBuffer statusView =
        status.getByteBuffer(0, FileStatus.BUFFER).order(ByteOrder.nativeOrder());

    /** Whether a visitor is among the entries, so that one that looks into another has its own. */
    boolean busy;
  }

  private Directory() {}

  /** Takes one entry after the other. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Looks at one entry.
     *
     * @param inode of the entry itself; of what lies under the mount where something is mounted on
     *     it
     * @return whether to go on
     */
    boolean visit(String name, long inode, EntryKind kind);
  }

  /** As much as a directory knows of an entry. */
  public enum EntryKind {
    DIRECTORY,
    SYMBOLIC_LINK,
    OTHER,
    /** The file system does not keep it in its directories. */
    UNKNOWN
  }

  /** Takes what one entry after the other leads to. */
  @FunctionalInterface
  public interface TargetVisitor {
    /** Looks at one entry: its name and the status of what stands at its end. */
    void visit(String name, FileStatus target);
  }

  /** Shows {@code visitor} every entry but {@code .} and {@code ..}, in no order. */
  public static void visit(String path, Visitor visitor) throws IOException {
    scan(
        Descriptor.opened(path, Libc.O_DIRECTORY),
        path,
        (fd, scratch, buffer, from, to, inode, kind) ->
            visitor.visit(Text.decode(buffer, from, to), inode, kind));
  }

  /**
   * Shows {@code visitor} what every entry leads to, symbolic links followed; entries that lead
   * nowhere are left out. Made for {@code /proc/PID/fd}: the directory's own path is walked once
   * and not for every entry.
   *
   * @return false where the directory is gone or may not be read, which is told without the price
   *     of a throw
   */
  public static boolean visitTargets(String path, TargetVisitor visitor) throws IOException {
    int directory = Descriptor.openedIfPermitted(path, Libc.O_DIRECTORY);
    if (directory < 0) {
      return false;
    }
    scan(
        directory,
        path,
        (fd, scratch, buffer, from, to, inode, kind) -> {
          FileStatus target =
              FileStatus.at(fd, scratch.address + from, scratch.statusAddress, scratch.statusView);
          if (target != null) {
            visitor.visit(Text.decode(buffer, from, to), target);
          }
          return true;
        });
    return true;
  }

  @FunctionalInterface
  private interface RawVisitor {
    boolean visit(
        int directory,
        Scratch scratch,
        byte[] buffer,
        int from,
        int to,
        long inode,
        EntryKind kind);
  }

  private static void scan(int fd, String path, RawVisitor visitor) throws IOException {
    Scratch mine = SCRATCH.get();
    Scratch scratch = mine.busy ? new Scratch() : mine;
    scratch.busy = true;
    try {
      while (true) {
        long length = Libc.syscall(Libc.SYS_GETDENTS64, fd, scratch.entries, BUFFER);
        if (length < 0) {
          throw Libc.failure(path);
        }
        if (length == 0) {
          return;
        }
        byte[] buffer = scratch.entries.getByteArray(0, (int) length);
        ByteBuffer in = ByteBuffer.wrap(buffer).order(ByteOrder.nativeOrder());
        // struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, then the name and NUL.
        for (int at = 0; at < length; at += Short.toUnsignedInt(in.getShort(at + 16))) {
          int from = at + 19;
          int to = from;
          while (buffer[to] != 0) {
            to++;
          }
          boolean dot = buffer[from] == '.';
          if (dot && (to - from == 1 || (to - from == 2 && buffer[from + 1] == '.'))) {
            continue;
          }
          EntryKind kind =
              switch (buffer[at + 18]) {
                case DT_DIR -> EntryKind.DIRECTORY;
                case DT_LNK -> EntryKind.SYMBOLIC_LINK;
                case DT_UNKNOWN -> EntryKind.UNKNOWN;
                default -> EntryKind.OTHER;
              };
          if (!visitor.visit(fd, scratch, buffer, from, to, in.getLong(at), kind)) {
            return;
          }
        }
      }
    } finally {
      scratch.busy = false;
      int _ = Libc.close(fd);
    }
  }
}
