package belay.daemon.fact;

import belay.daemon.fact.LockTable.Image;
import belay.daemon.fact.LockTable.Lock;
import belay.daemon.fact.MountTable.Mount;
import belay.daemon.fact.OpenFiles.Opening;
import belay.daemon.libc.FileStatus;
import belay.daemon.libc.FileStatus.Device;
import belay.rules.fact.Facts.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which processes use a file or device: those that lock it, those that have it open for writing,
 * and virtual machines that have it open in any way. A program that only reads a file is not held
 * to depend on it.
 */
final class Holders {

  private static final String IMAGE_LOCK = "QEMU image lock";

  private static final String BY_SOMEONE = "by a process that cannot be seen";

  /** Below this size nothing is a guest's disk, and no command line is searched for it. */
  static final long SMALLEST_IMAGE = 64 * 1024;

  private final Machine machine;
  private final Tables tables;
  private final Processes processes;
  private final Set<Long> bystanders;

  Holders(Machine machine, Tables tables, Set<Long> bystanders) {
    this.machine = machine;
    this.tables = tables;
    this.processes = new Processes(machine);
    this.bystanders = bystanders;
  }

  /** A process for a person to recognise. */
  String who(long pid) {
    return processes.who(pid);
  }

  /**
   * The locks on a file.
   *
   * @param asked the file itself told, so that the numbers of a table were not needed
   */
  record Locks(List<Lock> all, boolean asked) {}

  /** The locks on a regular file. */
  Locks locks(String path, FileStatus status) throws IOException {
    List<Lock> told = Identity.kind(status) == Kind.REGULAR_FILE ? machine.locksOn(path) : null;
    return told == null
        ? new Locks(listed(status), false)
        : new Locks(told.stream().filter(this::counts).toList(), true);
  }

  /** The same as {@code /proc/locks} has them. */
  private List<Lock> listed(FileStatus status) throws IOException {
    return tables.locks().of(new FileKey(superblock(status), status.inode())).stream()
        .filter(this::counts)
        .toList();
  }

  private boolean counts(Lock lock) {
    return !bystanders.contains(lock.pid());
  }

  /** The device number by which /proc/locks knows the file: btrfs and overlay tell stat another. */
  Device superblock(FileStatus status) throws IOException {
    Mount mount = tables.mounts().byId(status.mount());
    return mount == null ? status.device() : mount.device();
  }

  /**
   * How QEMU has a file open, or null where it has not. Where the numbers of /proc/locks are not
   * exact the kernel is asked about the file itself.
   */
  @Nullable Image image(String path, FileStatus status, Locks locks) throws IOException {
    Image listed = LockTable.image(locks.all());
    if (locks.asked() || Identity.kind(status) != Kind.REGULAR_FILE || !isInexact(status)) {
      return listed;
    }
    try {
      if (machine.isLocked(path, 101)) {
        return Image.WRITER;
      }
      for (long offset : LockTable.IMAGE_BYTES) {
        if (machine.isLocked(path, offset)) {
          return Image.READER;
        }
      }
      return null;
    } catch (IOException mayNotBeOpened) {
      return listed;
    }
  }

  private boolean isInexact(FileStatus status) throws IOException {
    Mount mount = tables.mounts().byId(status.mount());
    return mount != null
        && (!mount.device().equals(status.device()) || mount.type().equals("overlay"));
  }

  /** What is said of a file's locks before it is known who holds them. */
  List<String> unnamed(@Nullable Image image, List<Lock> locks) {
    List<String> evidence = new ArrayList<>();
    if (image != null) {
      evidence.add(image.inWords() + " under a " + IMAGE_LOCK);
    } else if (!locks.isEmpty()) {
      evidence.add("locked");
    }
    return evidence;
  }

  /**
   * Who uses a file.
   *
   * @param names the paths it is known by
   */
  List<String> of(List<String> names, FileStatus status) throws IOException {
    Locks locks = locks(names.getFirst(), status);
    Image image = image(names.getFirst(), status, locks);
    List<Lock> all = new ArrayList<>(locks.all());
    if (locks.asked()) {
      all.addAll(ofDescriptors(Identity.key(status)));
    }
    return named(names, Identity.key(status), status.size(), image, all);
  }

  /** The locks of {@code flock(2)}, which only the descriptors tell. */
  private List<Lock> ofDescriptors(FileKey key) throws IOException {
    List<Lock> locks = new ArrayList<>();
    for (Opening opening : tables.openFiles().of(key)) {
      if (!bystanders.contains(opening.pid())) {
        locks.addAll(LockTable.ofDescriptor(machine, opening.pid(), opening.fd()));
      }
    }
    return locks;
  }

  /** Who uses a block device through its node. */
  List<String> ofNode(String node, Device device) throws IOException {
    List<Lock> locks;
    try {
      locks = listed(machine.status(node, true));
    } catch (java.nio.file.NoSuchFileException noNode) {
      locks = List.of();
    }
    FileKey key = Identity.key(device);
    return named(List.of(node), key, Long.MAX_VALUE, LockTable.image(locks), locks);
  }

  private List<String> named(
      List<String> names, FileKey key, long size, @Nullable Image image, List<Lock> locks)
      throws IOException {
    OpenFiles open = tables.openFiles();
    List<String> evidence = new ArrayList<>();
    Map<Long, Boolean> writers = writers(open, key);
    boolean machineSeen = false;
    List<Long> told = new ArrayList<>();
    for (Map.Entry<Long, Boolean> entry : writers.entrySet()) {
      long pid = entry.getKey();
      boolean isMachine = Processes.isMachine(processes.name(pid));
      if (isMachine || entry.getValue()) {
        String how = entry.getValue() ? "open for writing in " : "open for reading in ";
        boolean locked = isMachine && image != null;
        evidence.add(how + processes.who(pid) + (locked ? ", " + IMAGE_LOCK : ""));
        machineSeen |= isMachine;
        told.add(pid);
      }
    }
    boolean mayBeHidden = !open.unseen().isEmpty() && size >= SMALLEST_IMAGE;
    if (!machineSeen && (image != null || mayBeHidden)) {
      List<Long> naming = processes.naming(names, open.machines());
      for (long pid : naming) {
        evidence.add(
            image != null
                ? image.inWords() + " in " + processes.who(pid) + ", " + IMAGE_LOCK
                : "named on the command line of " + processes.who(pid));
        told.add(pid);
      }
      if (naming.isEmpty() && image != null) {
        evidence.add(image.inWords() + " under a " + IMAGE_LOCK + ", " + BY_SOMEONE);
      }
    }
    for (Lock lock : locks) {
      if (LockTable.isImageLock(lock) || told.contains(lock.pid())) {
        continue;
      }
      if (lock.pid() > 0) {
        told.add(lock.pid());
        evidence.add("locked by " + processes.who(lock.pid()));
      } else if (told.isEmpty()) {
        List<Long> readers = List.copyOf(writers.keySet());
        told.addAll(readers.isEmpty() ? List.of(-1L) : readers);
        evidence.add(
            readers.isEmpty()
                ? "locked " + BY_SOMEONE
                : "locked by " + processes.who(readers.getFirst()));
      }
    }
    return evidence;
  }

  /** Who has it open, and whether for writing. */
  private Map<Long, Boolean> writers(OpenFiles open, FileKey key) {
    Map<Long, Boolean> writers = new LinkedHashMap<>();
    for (Opening opening : open.of(key)) {
      if (!bystanders.contains(opening.pid())) {
        writers.merge(opening.pid(), open.isWriter(opening), Boolean::logicalOr);
      }
    }
    return writers;
  }

  /** What is open for writing, or in a virtual machine, below a directory: as far as is seen. */
  List<String> below(String directory) throws IOException {
    String prefix = directory.equals("/") ? "/" : directory + "/";
    OpenFiles open = tables.openFiles();
    List<String> evidence = new ArrayList<>();
    for (Map.Entry<FileKey, List<Opening>> entry : open.all().entrySet()) {
      for (Opening opening : entry.getValue()) {
        if (bystanders.contains(opening.pid())) {
          continue;
        }
        String path = open.path(opening);
        if (path.isEmpty()) {
          // Closed meanwhile; the file may be open a second time.
          continue;
        }
        if (!path.startsWith(prefix) || path.endsWith(" (deleted)")) {
          // Every descriptor of one file has one path, but for hard links and other namespaces.
          break;
        }
        String use = use(open, entry.getKey(), path, opening);
        if (!use.isEmpty()) {
          evidence.add(shown(path.substring(prefix.length())) + " is " + use);
          break;
        }
      }
    }
    return evidence;
  }

  /** In what way one descriptor makes its file live; empty for a mere reader. */
  private String use(OpenFiles open, FileKey key, String path, Opening opening) throws IOException {
    String who = processes.who(opening.pid());
    List<Lock> locks = locks(key, path);
    boolean isMachine = Processes.isMachine(processes.name(opening.pid()));
    String under = isMachine && LockTable.image(locks) != null ? ", " + IMAGE_LOCK : "";
    if (open.isWriter(opening)) {
      return "open for writing in " + who + under;
    }
    if (isMachine) {
      return "open for reading in " + who + under;
    }
    return locks.isEmpty() ? "" : "locked by " + who;
  }

  /** The locks of an open file, which /proc/locks may know by another device than stat. */
  private List<Lock> locks(FileKey key, String path) throws IOException {
    List<Lock> locks = tables.locks().of(key);
    FileStatus status = locks.isEmpty() ? machine.found(path, false) : null;
    return status == null || !Identity.key(status).equals(key)
        ? locks
        : tables.locks().of(new FileKey(superblock(status), status.inode()));
  }

  private static String shown(String name) {
    return "`" + belay.rules.syntax.Text.printable(name) + "`";
  }
}
