package belay.daemon.fact;

import belay.daemon.libc.FileStatus.Device;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Every file lock of the machine, from {@code /proc/locks}, which all may read: {@code
 * proc_locks(5)}.
 *
 * <pre>
 * 3: OFDLCK ADVISORY  READ -1 fe:00:786434 100 101
 * 4: POSIX  ADVISORY  WRITE 812 00:17:1187 0 EOF
 * 4: -> POSIX ADVISORY WRITE 813 00:17:1187 0 EOF
 * </pre>
 *
 * The device is the superblock's, in hexadecimal, and not always the one that stat tells; a line
 * with an arrow is a process that waits.
 */
final class LockTable {

  /** The bytes QEMU may lock of an image, which {@link #image} is about. */
  static final long[] IMAGE_BYTES =
      LongStream.concat(LongStream.rangeClosed(100, 109), LongStream.rangeClosed(200, 209))
          .toArray();

  private static final int LIMIT = 8 << 20;

  private static final Pattern BLANKS = Pattern.compile(" +");

  /**
   * A lock that is held.
   *
   * @param pid who holds it; -1 for a lock of an open file description, which belongs to nobody in
   *     particular
   * @param last the last byte, Long.MAX_VALUE for all to the end
   */
  record Lock(String kind, boolean write, long pid, long first, long last) {
    boolean covers(long offset) {
      return first <= offset && offset <= last;
    }
  }

  private final Map<FileKey, List<Lock>> locks;

  private LockTable(Map<FileKey, List<Lock>> locks) {
    this.locks = locks;
  }

  static LockTable read(Machine machine) throws IOException {
    Map<FileKey, List<Lock>> locks = new HashMap<>();
    for (String line : Text.decode(machine.read("/proc/locks", LIMIT)).split("\n")) {
      Line read = line(line);
      if (read != null) {
        locks.computeIfAbsent(read.file, _ -> new ArrayList<>(4)).add(read.lock);
      }
    }
    return new LockTable(locks);
  }

  private record Line(FileKey file, Lock lock) {}

  private static @Nullable Line line(String text) {
    String[] words = BLANKS.split(text.strip());
    String[] file = words.length == 8 ? words[5].split(":") : new String[0];
    // A lease promises to be given up and protects nothing.
    if (file.length != 3 || words[1].equals("LEASE") || words[1].equals("DELEG")) {
      return null;
    }
    Device device = new Device(Integer.parseInt(file[0], 16), Integer.parseInt(file[1], 16));
    long last = words[7].equals("EOF") ? Long.MAX_VALUE : Long.parseLong(words[7]);
    return new Line(
        new FileKey(device, Long.parseLong(file[2])),
        new Lock(
            words[1],
            words[3].equals("WRITE"),
            Long.parseLong(words[4]),
            Long.parseLong(words[6]),
            last));
  }

  /** The lock of {@code flock(2)} that one descriptor has, by its {@code proc_pid_fdinfo(5)}. */
  static List<Lock> ofDescriptor(Machine machine, long pid, String fd) {
    List<Lock> locks = new ArrayList<>();
    try {
      String text = Text.decode(machine.read("/proc/" + pid + "/fdinfo/" + fd, LIMIT));
      for (String each : text.split("\n")) {
        Line read = each.startsWith("lock:") ? line(each.substring("lock:".length())) : null;
        if (read != null && read.lock.kind.equals("FLOCK")) {
          locks.add(read.lock);
        }
      }
    } catch (IOException closedMeanwhile) {
      return List.of();
    }
    return locks;
  }

  List<Lock> of(FileKey key) {
    return locks.getOrDefault(key, List.of());
  }

  /** The inodes on one file system that carry locks. */
  Set<Long> inodesOn(Device superblock) {
    return locks.keySet().stream()
        .filter(key -> key.device().equals(superblock))
        .map(FileKey::inode)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How QEMU has an image open. */
  enum Image {
    WRITER,
    READER;

    /** For evidence. */
    String inWords() {
      return this == WRITER ? "open for writing" : "open for reading";
    }
  }

  /**
   * How QEMU has a file open that carries these locks, or null where it has not. QEMU locks byte
   * 100 + n of an image for each permission it uses and 200 + n for each it does not share;
   * permission 1 is writing ({@code RAW_LOCK_PERM_BASE} and {@code RAW_LOCK_SHARED_BASE}).
   */
  static @Nullable Image image(List<Lock> locks) {
    boolean open = false;
    for (Lock lock : locks) {
      if (!isImageLock(lock)) {
        continue;
      }
      if (lock.covers(101)) {
        return Image.WRITER;
      }
      open = true;
    }
    return open ? Image.READER : null;
  }

  static boolean isImageLock(Lock lock) {
    return (lock.kind.equals("OFDLCK") || lock.kind.equals("POSIX"))
        && !lock.write
        && ((lock.first >= 100 && lock.last <= 109) || (lock.first >= 200 && lock.last <= 209));
  }
}
