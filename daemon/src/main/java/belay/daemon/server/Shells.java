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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The shells that said Hello: one thread each, let go when the shell ends. */
final class Shells implements AutoCloseable {

  /** What a shell has below the runtime directory: docs/protocol.md. */
  private static final List<String> KINDS = List.of(".q", ".a", ".t", ".x");

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
    removeFiles(session.hello().name());
  }

  private void removeFiles(String name) {
    try {
      for (String kind : KINDS) {
        Files.deleteIfExists(directories.sessions().resolve(name + kind));
      }
    } catch (IOException e) {
      log.accept("the FIFOs of a shell that is gone remain: " + e.getMessage());
    }
  }

  /** Removes what shells left behind that ended while no daemon ran. */
  void adopt() throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(directories.sessions())) {
      files = listed.toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      int dash = name.indexOf('-');
      if (dash <= 0 || !name.substring(0, dash).matches("[0-9]{1,9}")) {
        continue;
      }
      if (ProcessHandle.of(Long.parseLong(name.substring(0, dash))).isEmpty()) {
        Files.deleteIfExists(file);
      }
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
