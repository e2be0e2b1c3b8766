package belay.daemon.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Directories that are watched through inotify(7) whether they exist or not: of one that does not,
 * the nearest above it that does.
 */
final class Watched {

  private final WatchService service;
  private final List<Path> directories;
  private final boolean below;
  private final Map<WatchKey, Path> keys = new HashMap<>();
  private Set<Path> present = Set.of();

  /**
   * @param below whether the directories in them are watched as well, no deeper
   */
  Watched(WatchService service, List<Path> directories, boolean below) {
    this.service = service;
    this.directories = List.copyOf(directories);
    this.below = below;
    arm();
  }

  /** Takes notice of keys that were signalled; whether something in one of them changed. */
  boolean changed(Set<WatchKey> signalled) {
    Set<Path> before = present;
    boolean touched = false;
    boolean mine = false;
    for (WatchKey key : signalled) {
      Path path = keys.get(key);
      mine |= path != null;
      touched |= path != null && before.contains(path);
    }
    if (mine) {
      arm();
    }
    return touched || !before.equals(present);
  }

  private void arm() {
    keys.keySet().removeIf(key -> !key.isValid());
    Set<Path> now = new HashSet<>();
    for (Path directory : directories) {
      Path nearest = directory;
      while (nearest != null && !watch(nearest)) {
        nearest = nearest.getParent();
      }
      if (directory.equals(nearest)) {
        now.add(directory);
        if (below) {
          now.addAll(subdirectories(directory));
        }
      }
    }
    present = now;
  }

  private Set<Path> subdirectories(Path directory) {
    Set<Path> out = new HashSet<>();
    try (Stream<Path> entries = Files.list(directory)) {
      entries.filter(Files::isDirectory).filter(this::watch).forEach(out::add);
    } catch (IOException | UncheckedIOException _) {
      // Gone or closed to us since; what is above it tells when that changes.
    }
    return out;
  }

  private boolean watch(Path directory) {
    try {
      keys.put(
          directory.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE),
          directory);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
