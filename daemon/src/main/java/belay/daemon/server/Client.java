package belay.daemon.server;

import belay.daemon.config.Directories;
import belay.daemon.libc.Peer;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client's end of the socket. */
public final class Client implements AutoCloseable {

  /** How long a daemon may take to say welcome. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Frames frames;
  private final JsonObject welcome;

  private Client(Frames frames, JsonObject welcome) {
    this.frames = frames;
    this.welcome = welcome;
  }

  /** Connects to a daemon that runs; empty when none does. */
  public static Optional<Client> connect(Directories directories) throws DaemonTrouble {
    SocketChannel channel;
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException e) {
      throw new DaemonTrouble("no Unix socket can be made: " + e.getMessage(), e);
    }
    try {
      channel.connect(UnixDomainSocketAddress.of(directories.socket()));
    } catch (IOException _) {
      close(channel);
      return Optional.empty();
    }
    Frames frames = new Frames(channel, Frames.Watch.NONE);
    // A daemon that was stopped (SIGSTOP) still has its socket, and the kernel connects to it.
    CompletableFuture<Void> welcomed = new CompletableFuture<>();
    welcomed
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .exceptionally(
            _ -> {
              close(channel);
              return null;
            });
    try {
      if (!Peer.isThisUser(channel)) {
        throw new DaemonTrouble(
            "`" + directories.socket() + "` is held by another user; nothing was sent");
      }
      JsonObject hello = Messages.of("hello");
      hello.addProperty("protocol", Daemon.PROTOCOL);
      frames.write(hello);
      JsonObject welcome = frames.read();
      if (welcome == null || !Messages.text(welcome, "type", "").equals("welcome")) {
        throw new DaemonTrouble(
            "the daemon refused: "
                + (welcome == null ? "it hung up" : Messages.text(welcome, "message", "?"))
                + "; `belay daemon restart` starts the one of this version");
      }
      return Optional.of(new Client(frames, welcome));
    } catch (DaemonTrouble e) {
      close(channel);
      throw e;
    } catch (AsynchronousCloseException e) {
      throw new DaemonTrouble(
          "the daemon did not answer within "
              + PATIENCE.toSeconds()
              + " s; where it was stopped (SIGSTOP), `kill -CONT $(cat "
              + directories.pidFile()
              + ")` wakes it, and `kill -9` ends it",
          e);
    } catch (IOException e) {
      close(channel);
      throw new DaemonTrouble("the daemon did not answer: " + e.getMessage(), e);
    } finally {
      welcomed.complete(null);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // It was never of use.
    }
  }

  public long pid() {
    return Messages.number(welcome, "pid", 0);
  }

  public String version() {
    return Messages.text(welcome, "version", "?");
  }

  /** Sends without waiting; {@link #receive} gives the answers in order. */
  public void send(JsonObject message) throws DaemonTrouble {
    try {
      frames.write(message);
    } catch (IOException e) {
      throw new DaemonTrouble("the daemon went away: " + e.getMessage(), e);
    }
  }

  /** The next answer. */
  public JsonObject receive() throws DaemonTrouble {
    try {
      JsonObject answer = frames.read();
      if (answer == null) {
        throw new DaemonTrouble("the daemon went away before it answered");
      }
      return answer;
    } catch (DaemonTrouble e) {
      throw e;
    } catch (IOException e) {
      throw new DaemonTrouble("the daemon went away: " + e.getMessage(), e);
    }
  }

  /**
   * One question, one answer.
   *
   * @throws DaemonTrouble also when the daemon answers with an error
   */
  public JsonObject call(JsonObject message) throws DaemonTrouble {
    send(message);
    JsonObject answer = receive();
    if (Messages.text(answer, "type", "").equals("error")) {
      throw new DaemonTrouble(Messages.text(answer, "message", "the daemon gave no reason"));
    }
    return answer;
  }

  @Override
  public void close() throws IOException {
    frames.close();
  }
}
