package belay.daemon.fact;

import belay.daemon.fact.MountTable.Mount;
import belay.daemon.libc.Directory;
import belay.daemon.libc.FileStatus;
import belay.rules.fact.Facts.Kind;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A machine that is asked neither where it hangs already nor where asking would mount something.
 */
final class WaryMachine implements Machine {

  /** What is read from a process's own memory, whose lock it may keep: {@code proc(5)}. */
  private static final Pattern OF_MEMORY =
      Pattern.compile("/proc/[0-9]+/(cmdline|environ|maps|map_files|smaps|exe).*");

  private final Machine machine;
  private final Patience patience;
  private final Memo<MountTable> mounts;

  /**
   * The same machine with care taken.
   *
   * @param mounts its table of mounts
   */
  WaryMachine(Machine machine, Patience patience, Memo<MountTable> mounts) {
    this.machine = machine;
    this.patience = patience;
    this.mounts = mounts;
  }

  private <T> T asked(String path, boolean opens, Patience.Question<T, IOException> question)
      throws IOException {
    // The kernel makes them up itself and waits for nobody.
    if (path.startsWith("/proc/") || path.startsWith("/sys/")) {
      if (Elsewhere.isCalledFor() && OF_MEMORY.matcher(path).matches()) {
        throw new Elsewhere();
      }
      return question.ask();
    }
    Mount mount = mounts.get().covering(path);
    if (Elsewhere.isCalledFor() && !isCertain(mount)) {
      throw new Elsewhere();
    }
    if (mount == null) {
      return patience.ask(path, question);
    }
    if (mount.type().equals("autofs") && (opens || !path.equals(mount.point()))) {
      throw new FileSystemException(Text.printable(path), null, "would be mounted by looking");
    }
    boolean served = MountTable.isServed(mount) || mount.type().startsWith("fuse");
    return patience.ask(served ? mount.point() : path, question);
  }

  private boolean isCertain(@Nullable Mount mount) throws IOException {
    return mount != null && !patience.isTried() && mounts.get().isIndispensable(mount);
  }

  /** A link leads wherever it likes. */
  private void stayHere(String path, boolean follow) throws IOException {
    if (follow
        && Elsewhere.isCalledFor()
        && Identity.kind(status(path, false)) == Kind.SYMBOLIC_LINK) {
      throw new Elsewhere();
    }
  }

  @Override
  public FileStatus status(String path, boolean follow) throws IOException {
    stayHere(path, follow);
    return asked(path, false, () -> machine.status(path, follow));
  }

  @Override
  public @Nullable FileStatus found(String path, boolean follow) {
    try {
      stayHere(path, follow);
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
    if (Elsewhere.isCalledFor()) {
      throw new Elsewhere();
    }
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
    // A disk may have to spin up first.
    if (Elsewhere.isCalledFor()) {
      throw new Elsewhere();
    }
    return asked(blockDevice, true, () -> machine.isClaimed(blockDevice));
  }
}
