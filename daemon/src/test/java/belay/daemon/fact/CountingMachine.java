package belay.daemon.fact;

import belay.daemon.libc.Directory;
import belay.daemon.libc.FileStatus;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A machine that keeps what it is asked. */
class CountingMachine implements Machine {

  private final Machine machine;
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  CountingMachine(Machine machine) {
    this.machine = machine;
  }

  /** What it was asked since the last time, as {@code list /proc}. */
  List<String> asked() {
    List<String> all = List.copyOf(asked);
    asked.clear();
    return all;
  }

  @Override
  public FileStatus status(String path, boolean follow) throws IOException {
    asked.add("status " + path);
    return machine.status(path, follow);
  }

  @Override
  public @Nullable FileStatus found(String path, boolean follow) {
    asked.add("status " + path);
    return machine.found(path, follow);
  }

  @Override
  public String link(String path) throws IOException {
    asked.add("link " + path);
    return machine.link(path);
  }

  @Override
  public void list(String path, Directory.Visitor visitor) throws IOException {
    asked.add("list " + path);
    machine.list(path, visitor);
  }

  @Override
  public boolean targets(String path, Directory.TargetVisitor visitor) throws IOException {
    asked.add("targets " + path);
    return machine.targets(path, visitor);
  }

  @Override
  public byte[] read(String path, int limit) throws IOException {
    asked.add("read " + path);
    return machine.read(path, limit);
  }

  @Override
  public long ran(long pid) {
    asked.add("ran " + pid);
    return machine.ran(pid);
  }

  @Override
  public boolean isLocked(String file, long offset) throws IOException {
    asked.add("locks " + file);
    return machine.isLocked(file, offset);
  }

  @Override
  public boolean isClaimed(String blockDevice) throws IOException {
    asked.add("claim " + blockDevice);
    return machine.isClaimed(blockDevice);
  }
}
