package belay.daemon.server;

import belay.daemon.config.Directories;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches directories through inotify(7): the user's packs and settings, to take new rules and
 * allowances between two commands, and our own runtime directory, without which no shell finds us
 * and we must go.
 */
final class Watcher implements AutoCloseable {

  private static final long REST_MILLIS = 50;

  private final WatchService service;

  private Watcher(WatchService service) {
    this.service = service;
  }

  static Watcher over(
      Directories directories,
      Runnable packsChanged,
      Runnable settingsChanged,
      Runnable gone,
      Consumer<String> log)
      throws IOException {
    WatchService service = directories.runtime().getFileSystem().newWatchService();
    WatchKey runtime =
        directories
            .runtime()
            .register(
                service,
                StandardWatchEventKinds.ENTRY_DELETE,
                StandardWatchEventKinds.ENTRY_CREATE);
    Path packs = directories.packs();
    Files.createDirectories(packs);
    WatchKey packFiles = changesOf(packs, service);
    WatchKey settings = changesOf(directories.config(), service);
    Thread.ofPlatform()
        .daemon()
        .name("watch")
        .start(
            () -> {
              try {
                while (true) {
                  Set<WatchKey> changed = changes(service);
                  if (changed.contains(packFiles)) {
                    packsChanged.run();
                  } else if (changed.contains(settings)) {
                    settingsChanged.run();
                  }
                  if (changed.contains(runtime) && !Files.exists(directories.control())) {
                    log.accept("`" + directories.runtime() + "` is gone");
                    gone.run();
                    return;
                  }
                }
              } catch (ClosedWatchServiceException | InterruptedException _) {
                // We are stopping.
              }
            });
    return new Watcher(service);
  }

  private static WatchKey changesOf(Path directory, WatchService service) throws IOException {
    return directory.register(
        service,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
  }

  /** What changed, when it has come to rest: an editor writes a file in several steps. */
  private static Set<WatchKey> changes(WatchService service) throws InterruptedException {
    Set<WatchKey> out = new HashSet<>();
    for (WatchKey key = service.take();
        key != null;
        key = service.poll(REST_MILLIS, TimeUnit.MILLISECONDS)) {
      key.pollEvents();
      key.reset();
      out.add(key);
    }
    return out;
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
