package belay.daemon.server;

import belay.daemon.config.Directories;
import belay.daemon.libc.Fifo;
import belay.daemon.session.Desk;
import belay.daemon.session.FifoLines;
import belay.daemon.session.HookMessage;
import belay.daemon.session.HookSession;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The shells that said Hello: one thread each, let go when the shell ends. */
final class Shells implements AutoCloseable {

  /** What a shell has below the runtime directory, by its process id: docs/protocol.md. */
  private static final Pattern OWNED = Pattern.compile("(([0-9]{1,9})-[^.]*)\\..*");

  private final Directories directories;
  private final Desk desk;
  private final Consumer<String> log;
  private final RandomAccessFile control;
  private final Map<String, HookSession> sessions = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private Shells(
      Directories directories, Desk desk, Consumer<String> log, RandomAccessFile control) {
    this.directories = directories;
    this.desk = desk;
    this.log = log;
    this.control = control;
  }

  static Shells listen(Directories directories, Desk desk, Consumer<String> log)
      throws IOException {
    Path path = directories.control();
    Files.deleteIfExists(path); // we hold the lock: nobody reads the old one
    Fifo.make(path.toString(), 0600);
    // Open for both, so that it has always a writer and never an end (fifo(7)).
    RandomAccessFile control = new RandomAccessFile(path.toFile(), "rw");
    Shells shells = new Shells(directories, desk, log, control);
    Thread.ofPlatform().daemon().name("control").start(shells::serve);
    return shells;
  }

  private void serve() {
    try {
      FifoLines lines = new FifoLines(new FileInputStream(control.getFD()));
      while (true) {
        byte[] line = lines.next();
        if (line == null || closed) {
          return;
        }
        HookMessage.Hello hello = HookMessage.Hello.read(line);
        if (hello != null) {
          admit(hello);
        } else if (line.length > 0) {
          log.accept("something that is no hello came on the control FIFO and was skipped");
        }
      }
    } catch (IOException e) {
      if (!closed) {
        log.accept("the control FIFO failed: " + e.getMessage());
      }
    }
  }

  private void admit(HookMessage.Hello hello) {
    if (sessions.containsKey(hello.name())) {
      return; // said twice while we started
    }
    Optional<ProcessHandle> shell = ProcessHandle.of(hello.pid());
    if (shell.isEmpty()) {
      sweep();
      return;
    }
    try {
      HookSession session = new HookSession(hello, directories.sessions(), desk);
      sessions.put(hello.name(), session);
      Thread.ofPlatform()
          .daemon()
          .name("shell-" + hello.pid())
          .start(
              () -> {
                session.run();
                sessions.remove(hello.name());
              });
      var _ = shell.get().onExit().thenRun(() -> forget(session));
    } catch (IOException e) {
      log.accept("a shell was not admitted: " + e.getMessage());
    }
  }

  private void forget(HookSession session) {
    session.close();
    sessions.remove(session.hello().name(), session);
    sweep();
  }

  /**
   * Removes what shells left behind that are gone: while no daemon ran, or between making their
   * FIFOs and our reading their Hello. That one's own are found when the next shell comes or goes.
   */
  void sweep() {
    try (Stream<Path> listed = Files.list(directories.sessions())) {
      Map<Long, Boolean> gone = new HashMap<>();
      for (Path file : listed.toList()) {
        Matcher owned = OWNED.matcher(file.getFileName().toString());
        // A session that is not closed yet is woken through its FIFO.
        if (owned.matches()
            && !sessions.containsKey(owned.group(1))
            && gone.computeIfAbsent(
                Long.valueOf(owned.group(2)), pid -> ProcessHandle.of(pid).isEmpty())) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      log.accept("the FIFOs of shells that are gone remain: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    sessions.values().forEach(HookSession::close);
    // The reader is in read(2), which no interrupt ends; a line of its own does.
    control.write('\n');
    Files.deleteIfExists(directories.control());
  }
}
