package belay.daemon.fact;

import belay.daemon.fact.MountTable.Mount;
import belay.daemon.libc.Directory;
import belay.daemon.libc.FileStatus;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A machine that is asked neither where it hangs already nor where asking would mount something.
 */
final class WaryMachine implements Machine {

  /** Types whose files somebody else serves, all of them or none: {@code filesystems(5)}. */
  private static final Set<String> SERVED =
      Set.of(
          "9p",
          "afs",
          "beegfs",
          "ceph",
          "cifs",
          "coda",
          "gfs2",
          "glusterfs",
          "gpfs",
          "lustre",
          "ncpfs",
          "nfs",
          "nfs4",
          "ocfs2",
          "orangefs",
          "smb3",
          "smbfs",
          "virtiofs",
          "vboxsf");

  private final Machine machine;
  private final Patience patience;
  private final Memo<Map<String, Mount>> mounts;

  /**
   * The same machine with care taken.
   *
   * @param mounts its table of mounts
   */
  WaryMachine(Machine machine, Patience patience, Memo<MountTable> mounts) {
    this.machine = machine;
    this.patience = patience;
    this.mounts =
        new Memo<>(
            () -> {
              Map<String, Mount> byPoint = new HashMap<>();
              mounts.get().all().forEach(mount -> byPoint.put(mount.point(), mount));
              return byPoint;
            });
  }

  private <T> T asked(String path, boolean opens, Patience.Question<T, IOException> question)
      throws IOException {
    // The kernel makes them up itself and waits for nobody.
    if (path.startsWith("/proc/") || path.startsWith("/sys/")) {
      return question.ask();
    }
    Mount mount = covering(path);
    if (mount == null) {
      return patience.ask(path, question);
    }
    if (mount.type().equals("autofs") && (opens || !path.equals(mount.point()))) {
      throw new FileSystemException(Text.printable(path), null, "would be mounted by looking");
    }
    boolean served = SERVED.contains(mount.type()) || mount.type().startsWith("fuse");
    return patience.ask(served ? mount.point() : path, question);
  }

  /** The mount a path lies on, by its text: a symbolic link in it may lead elsewhere. */
  private @Nullable Mount covering(String path) throws IOException {
    Map<String, Mount> points = mounts.get();
    String at = path;
    while (true) {
      Mount mount = points.get(at);
      if (mount != null || at.equals("/")) {
        return mount;
      }
      int slash = at.lastIndexOf('/');
      at = slash <= 0 ? "/" : at.substring(0, slash);
    }
  }

  @Override
  public FileStatus status(String path, boolean follow) throws IOException {
    return asked(path, false, () -> machine.status(path, follow));
  }

  @Override
  public @Nullable FileStatus found(String path, boolean follow) {
    try {
      return asked(path, false, () -> Optional.ofNullable(machine.found(path, follow)))
          .orElse(null);
    } catch (IOException notAsked) {
      return null;
    }
  }

  @Override
  public String link(String path) throws IOException {
    return asked(path, false, () -> machine.link(path));
  }

  @Override
  public void list(String path, Directory.Visitor visitor) throws IOException {
    boolean _ =
        asked(
            path,
            true,
            () -> {
              machine.list(path, visitor);
              return true;
            });
  }

  @Override
  public boolean targets(String path, Directory.TargetVisitor visitor) throws IOException {
    return asked(path, true, () -> machine.targets(path, visitor));
  }

  @Override
  public byte[] read(String path, int limit) throws IOException {
    return asked(path, true, () -> machine.read(path, limit));
  }

  @Override
  public @Nullable String line(String path) throws IOException {
    return asked(path, true, () -> Optional.ofNullable(machine.line(path))).orElse(null);
  }

  @Override
  public long ran(long pid) {
    return machine.ran(pid);
  }

  @Override
  public @Nullable List<LockTable.Lock> locksOn(String file) throws IOException {
    return asked(file, true, () -> Optional.ofNullable(machine.locksOn(file))).orElse(null);
  }

  @Override
  public boolean isLocked(String file, long offset) throws IOException {
    return asked(file, true, () -> machine.isLocked(file, offset));
  }

  @Override
  public boolean isClaimed(String blockDevice) throws IOException {
    return asked(blockDevice, true, () -> machine.isClaimed(blockDevice));
  }
}
