package belay.daemon.server;

import belay.daemon.libc.Peer;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The Unix socket and the peers on it, one virtual thread each. */
final class Clients implements AutoCloseable {

  /** How long a peer may take over one frame. */
  private static final Duration STALL = Duration.ofSeconds(10);

  /** Answers one message; may write several frames. */
  interface Service {
    void serve(JsonObject message, Frames peer) throws IOException;
  }

  private final ServerSocketChannel server;
  private final Service service;
  private final ScheduledExecutorService ticker;
  private final Consumer<String> log;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private Clients(
      ServerSocketChannel server,
      Service service,
      ScheduledExecutorService ticker,
      Consumer<String> log) {
    this.server = server;
    this.service = service;
    this.ticker = ticker;
    this.log = log;
  }

  /** Listens; the caller holds the daemon's lock, so that an old socket file is a dead one. */
  static Clients listen(
      Path socket, Service service, ScheduledExecutorService ticker, Consumer<String> log)
      throws IOException {
    Files.deleteIfExists(socket);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    Clients clients = new Clients(server, service, ticker, log);
    Thread.ofPlatform().daemon().name("clients").start(clients::accept);
    return clients;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        open.add(channel);
        Thread.ofVirtual().name("client").start(() -> serve(channel));
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        log.accept("a client could not be accepted: " + e.getMessage());
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel;
        Frames peer = new Frames(channel, new StallWatch(channel))) {
      if (!Peer.isThisUser(channel)) {
        peer.write(error("only the daemon's own user is served"));
        return;
      }
      boolean greeted = false;
      while (true) {
        try {
          JsonObject message = peer.read();
          if (message == null) {
            return;
          }
          greeted = serve(message, peer, greeted);
        } catch (Frames.BadFrame e) {
          log.accept("a client sent a bad frame: " + e.getMessage());
          peer.write(error(e.getMessage()));
          if (e.fatal()) {
            return;
          }
        }
      }
    } catch (IOException e) {
      if (channel.isOpen()) {
        log.accept("a client was lost: " + e.getMessage());
      }
    } finally {
      open.remove(channel);
    }
  }

  private boolean serve(JsonObject message, Frames peer, boolean greeted) throws IOException {
    String type = Messages.text(message, "type", "");
    if (!greeted && !type.equals("hello")) {
      peer.write(error("say hello first"));
      return false;
    }
    try {
      service.serve(message, peer);
    } catch (RuntimeException e) {
      // One request must not take the others down with it.
      log.accept("a request of type `" + type + "` failed: " + e);
      peer.write(error("the daemon failed on this request; its log has the reason"));
    }
    return true;
  }

  static JsonObject error(@Nullable String message) {
    JsonObject out = new JsonObject();
    out.addProperty("type", "error");
    out.addProperty("message", message);
    return out;
  }

  /** Closes a peer that begins a frame and does not finish it. */
  private final class StallWatch implements Frames.Watch {
    private final SocketChannel channel;
    private @Nullable ScheduledFuture<?> alarm;

    StallWatch(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void begun() {
      alarm = ticker.schedule(this::letGo, STALL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void finished() {
      if (alarm != null) {
        alarm.cancel(false);
      }
    }

    private void letGo() {
      log.accept("a client stalled within a frame and was let go");
      try {
        channel.close();
      } catch (IOException e) {
        log.accept("a stalled client could not be closed: " + e.getMessage());
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel channel : open) {
      channel.close();
    }
  }
}
