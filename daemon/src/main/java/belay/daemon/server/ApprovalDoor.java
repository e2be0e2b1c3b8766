package belay.daemon.server;

import belay.daemon.libc.FileStatus;
import belay.daemon.libc.PacketSocket;
import belay.daemon.libc.Peer;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket that every user of the machine may connect to, as long as a line waits for a second
 * person. Who is there says the kernel (SO_PEERCRED, unix(7)); what is asked is one packet.
 */
public final class ApprovalDoor implements Approvals.Door {

  /** More than any answer has. */
  public static final int LONGEST = 64 * 1024;

  private static final int LONGEST_QUESTION = 1024;
  private static final int MOST_PEERS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration FOR_EVER = Duration.ofDays(20);

  private final Path directory;
  private final int user;
  private final Consumer<String> log;

  /**
   * A door.
   *
   * @param parent a directory in which every user may make one of his own
   * @param user whose daemon this is
   */
  ApprovalDoor(Path parent, int user, Consumer<String> log) {
    this.directory = parent.resolve("belay-approve-" + user);
    this.user = user;
    this.log = log;
  }

  @Override
  public AutoCloseable open(Approvals approvals) throws IOException {
    try {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException _) {
      FileStatus there = FileStatus.of(directory.toString(), false);
      if (there.uid() != user || !there.isDirectory()) {
        throw new IOException(
            "nobody else can be asked: `" + directory + "` belongs to another user; remove it");
      }
    }
    Path path = directory.resolve("socket");
    Files.deleteIfExists(path);
    PacketSocket socket = PacketSocket.listen(path.toString());
    try {
      // Whatever the umask is: connecting takes write permission, finding it search permission.
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    Serving serving = new Serving(approvals, socket);
    Thread.ofPlatform().daemon().name("approvals").start(serving::accept);
    return () -> {
      serving.stop();
      Files.deleteIfExists(path);
      Files.deleteIfExists(directory);
    };
  }

  private final class Serving {
    private final Approvals approvals;
    private final PacketSocket socket;
    private final Semaphore places = new Semaphore(MOST_PEERS);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    Serving(Approvals approvals, PacketSocket socket) {
      this.approvals = approvals;
      this.socket = socket;
    }

    /** A socket that is closed under who waits on it wakes nobody: we knock ourselves. */
    void stop() {
      stopped = true;
      try (PacketSocket _ =
          PacketSocket.connect(directory.resolve("socket").toString(), PATIENCE)) {
        // Whoever accepts this sees that it is over.
      } catch (IOException _) {
        // Then nobody waits any more.
      }
    }

    void accept() {
      try (socket) {
        while (!stopped) {
          PacketSocket peer = socket.accept(FOR_EVER);
          if (peer == null) {
            continue;
          }
          if (stopped || !places.tryAcquire()) {
            peer.close();
            continue;
          }
          Thread thread =
              Thread.ofPlatform().daemon().name("approver").unstarted(() -> serve(peer));
          threads.add(thread);
          thread.start();
        }
      } catch (IOException e) {
        log.accept("the door for approvals is shut: " + e.getMessage());
      }
    }

    private void serve(PacketSocket peer) {
      try (peer) {
        peer.patience(PATIENCE);
        Peer who = peer.peer();
        try (PacketSocket.Message message = peer.receive(LONGEST_QUESTION)) {
          if (message != null && message.whole()) {
            peer.send(bytes(answer(who, message.bytes())), null);
          }
        }
      } catch (SocketTimeoutException _) {
        // Not worth a line in the log, of which there could be any number.
      } catch (IOException | RuntimeException e) {
        log.accept("an approver was not answered: " + e.getMessage());
      } finally {
        places.release();
        threads.remove(Thread.currentThread());
      }
    }

    private JsonObject answer(Peer who, byte[] bytes) {
      JsonObject out = new JsonObject();
      JsonObject question = parse(bytes);
      String code = question == null ? "" : Messages.text(question, "code", "");
      if (question != null && question.has("approve")) {
        out.addProperty("ok", approvals.approve(who, code, name(who)));
        return out;
      }
      Optional<Approvals.Question> found = approvals.look(who, code);
      out.addProperty("ok", found.isPresent());
      found.ifPresent(
          one -> {
            out.addProperty("line", one.line());
            out.addProperty("directory", one.directory());
            out.addProperty("user", one.user());
            out.addProperty("host", one.host());
            JsonArray messages = new JsonArray();
            one.messages().forEach(messages::add);
            out.add("messages", messages);
          });
      return out;
    }
  }

  /** By the name that the owner of its process has (getpwuid(3)); else by the number. */
  private static String name(Peer who) {
    Path process = Path.of("/proc", Integer.toString(who.pid()));
    try {
      return Files.getAttribute(process, "unix:uid").equals(who.uid())
          ? Files.getOwner(process).getName()
          : Integer.toString(who.uid());
    } catch (IOException _) {
      return Integer.toString(who.uid());
    }
  }

  private static @Nullable JsonObject parse(byte[] bytes) {
    try {
      return JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8))
              instanceof JsonObject object
          ? object
          : null;
    } catch (JsonParseException | StackOverflowError _) {
      return null;
    }
  }

  public static byte[] bytes(JsonObject object) {
    return object.toString().getBytes(StandardCharsets.UTF_8);
  }
}
