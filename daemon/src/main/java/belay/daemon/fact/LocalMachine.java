package belay.daemon.fact;

import belay.daemon.libc.CpuClock;
import belay.daemon.libc.Descriptor;
import belay.daemon.libc.Directory;
import belay.daemon.libc.FileStatus;
import belay.daemon.libc.Notice;
import belay.daemon.libc.SymbolicLink;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The machine this process runs on, through the C library. */
enum LocalMachine implements Machine {
  INSTANCE;

  /**
   * Whether {@code /proc} counts processes as the kernel counts them for this process: not where it
   * is that of another pid namespace.
   */
  private static final boolean OWN_PROCESSES = isOwn();

  private static final Set<String> WATCHED = Set.of("/proc/self/mountinfo", "/proc/swaps");

  private static boolean isOwn() {
    try {
      return SymbolicLink.read("/proc/self").equals(Long.toString(ProcessHandle.current().pid()));
    } catch (IOException noProc) {
      return false;
    }
  }

  @Override
  public FileStatus status(String path, boolean follow) throws IOException {
    return FileStatus.of(path, follow);
  }

  @Override
  public @Nullable FileStatus found(String path, boolean follow) {
    return FileStatus.find(path, follow);
  }

  @Override
  public String link(String path) throws IOException {
    return SymbolicLink.read(path);
  }

  @Override
  public void list(String path, Directory.Visitor visitor) throws IOException {
    Directory.visit(path, visitor);
  }

  @Override
  public boolean targets(String path, Directory.TargetVisitor visitor) throws IOException {
    return Directory.visitTargets(path, visitor);
  }

  @Override
  public byte[] read(String path, int limit) throws IOException {
    try (Descriptor file = Descriptor.open(path)) {
      return file.read(limit);
    }
  }

  @Override
  public @Nullable String line(String path) throws IOException {
    try (Descriptor file = Descriptor.openIfThere(path)) {
      return file == null ? null : Machine.line(file.read(MOST_OF_A_LINE));
    }
  }

  @Override
  public @Nullable Watch watch(String path) {
    if (!WATCHED.contains(path)) {
      return null;
    }
    try {
      return Notice.of(path)::hasChanged;
    } catch (IOException notHere) {
      return null;
    }
  }

  @Override
  public long ran(long pid) {
    return OWN_PROCESSES ? CpuClock.nanos(Math.toIntExact(pid)) : -1;
  }

  @Override
  public @Nullable List<LockTable.Lock> locksOn(String file) throws IOException {
    try (Descriptor open = Descriptor.open(file)) {
      return open.locks(LockTable.IMAGE_BYTES).stream().map(LocalMachine::lock).toList();
    } catch (FileSystemException mayNotBeOpened) {
      return null;
    }
  }

  private static LockTable.Lock lock(Descriptor.Held held) {
    String kind = held.pid() < 0 ? "OFDLCK" : "POSIX";
    return new LockTable.Lock(kind, held.write(), held.pid(), held.first(), held.last());
  }

  @Override
  public boolean isLocked(String file, long offset) throws IOException {
    try (Descriptor open = Descriptor.open(file)) {
      return open.isLocked(offset);
    }
  }

  @Override
  public boolean isClaimed(String blockDevice) throws IOException {
    return Descriptor.isClaimed(blockDevice);
  }
}
