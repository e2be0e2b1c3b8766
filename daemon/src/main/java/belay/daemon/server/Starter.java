package belay.daemon.server;

import belay.daemon.config.Directories;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts a daemon that outlives us, and stops one. */
public final class Starter {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Directories directories;

  public Starter(Directories directories) {
    this.directories = directories;
  }

  /** A connection to the running daemon, or to one that is started now. */
  public Client connected() throws IOException {
    Optional<Client> running = Client.connect(directories);
    return running.isPresent() ? running.get() : start();
  }

  /**
   * Starts a daemon in a session of its own (setsid(1)), so that it has no terminal to lose and can
   * open others without gaining one, and waits until it serves.
   */
  public Client start() throws IOException {
    directories.createRuntime();
    String launcher = System.getProperty("belay.launcher");
    if (launcher == null) {
      throw new DaemonTrouble("no daemon runs, and only the `belay` launcher can start one");
    }
    File log = log().toFile();
    try (WatchService watch = directories.runtime().getFileSystem().newWatchService()) {
      directories
          .runtime()
          .register(
              watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      Process process =
          new ProcessBuilder(List.of("setsid", launcher, "daemon", "run"))
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
              .redirectError(ProcessBuilder.Redirect.appendTo(log))
              .directory(new File("/"))
              .start();
      return awaitReady(watch, process, log.toPath());
    }
  }

  /**
   * Where a daemon says what it has to say: a state directory that is unfit must not silence it.
   */
  private Path log() {
    Path log = directories.log();
    try {
      directories.createState();
      Files.newByteChannel(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
      return log;
    } catch (IOException _) {
      return directories.runtime().resolve("daemon.log");
    }
  }

  private Client awaitReady(WatchService watch, Process process, Path log) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      if (Files.exists(directories.pidFile())) {
        Optional<Client> client = Client.connect(directories);
        if (client.isPresent()) {
          return client.get();
        }
      }
      // setsid(1) forks when it leads a process group; only a failure says that it is over.
      if (!process.isAlive()
          && process.exitValue() != 0
          && process.exitValue() != Daemon.ALREADY_RUNS) { // then another one will soon serve
        throw new DaemonTrouble("the daemon did not start; `" + log + "` has the reason");
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new DaemonTrouble(
            "the daemon did not start within " + PATIENCE.toSeconds() + " s; see `" + log + "`");
      }
      try {
        WatchKey key = watch.poll(Math.min(left, 50_000_000L), TimeUnit.NANOSECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DaemonTrouble("interrupted while the daemon started", e);
      }
    }
  }

  /** Stops the running daemon and waits for its end; false when none ran. */
  public boolean stop() throws IOException {
    Optional<Client> running = Client.connect(directories);
    if (running.isEmpty()) {
      return false;
    }
    try (Client client = running.get()) {
      Optional<ProcessHandle> process = ProcessHandle.of(client.pid());
      client.call(Messages.of("stop"));
      if (process.isPresent()) {
        process.get().onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DaemonTrouble("interrupted while the daemon stopped", e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new DaemonTrouble("the daemon did not stop within " + PATIENCE.toSeconds() + " s", e);
    }
  }
}
