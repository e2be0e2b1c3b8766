package belay.daemon.fact;

import belay.rules.fact.Facts.Kind;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Finds the one path without symbolic links that a path leads to: {@code path_resolution(7)}. */
final class Resolver {

  /** MAXSYMLINKS. */
  private static final int MOST_LINKS = 40;

  private final Machine machine;
  private final MountTable mounts;

  Resolver(Machine machine, MountTable mounts) {
    this.machine = machine;
    this.mounts = mounts;
  }

  /**
   * The real path. What does not exist is kept as it is named.
   *
   * @param path absolute
   * @param follow whether a link at the very end is followed
   */
  String real(String path, boolean follow) throws IOException {
    Deque<String> left = new ArrayDeque<>(components(path));
    Deque<String> done = new ArrayDeque<>();
    int links = 0;
    boolean exists = true;
    while (!left.isEmpty()) {
      String component = left.pop();
      if (component.equals("..")) {
        done.pollLast();
        continue;
      }
      done.addLast(component);
      if (!exists || (left.isEmpty() && !follow)) {
        continue;
      }
      String here = joined(done);
      if (mounts.wouldMount(here)) {
        throw new FileSystemException(Text.printable(here), null, "would be mounted by looking");
      }
      try {
        if (Identity.kind(machine.status(here, false)) != Kind.SYMBOLIC_LINK) {
          continue;
        }
      } catch (java.nio.file.NoSuchFileException | java.nio.file.NotDirectoryException missing) {
        exists = false;
        continue;
      }
      if (++links > MOST_LINKS) {
        throw new FileSystemLoopException(path);
      }
      String text = machine.link(here);
      done.removeLast();
      if (text.startsWith("/")) {
        done.clear();
      }
      for (String target : components(text).reversed()) {
        left.push(target);
      }
    }
    return joined(done);
  }

  private static String joined(Deque<String> components) {
    return "/" + String.join("/", components);
  }

  private static List<String> components(String path) {
    return List.of(path.split("/")).stream()
        .filter(component -> !component.isEmpty() && !component.equals("."))
        .toList();
  }
}
