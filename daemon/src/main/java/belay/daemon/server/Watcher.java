package belay.daemon.server;

import belay.daemon.config.Directories;
import belay.daemon.config.Layers;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches directories through inotify(7): packs and settings of all layers, to take new rules and
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
      Layers layers,
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
    Files.createDirectories(directories.packs());
    Watched packs =
        new Watched(service, layers.packs().stream().map(Layers.Packs::directory).toList(), true);
    Watched settings = new Watched(service, layers.settings(), false);
    Thread.ofPlatform()
        .daemon()
        .name("watch")
        .start(
            () -> {
              try {
                while (true) {
                  Set<WatchKey> changed = changes(service);
                  boolean set = settings.changed(changed);
                  if (packs.changed(changed)) {
                    packsChanged.run();
                  } else if (set) {
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
