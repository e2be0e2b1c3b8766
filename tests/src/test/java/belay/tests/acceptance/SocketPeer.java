package belay.tests.acceptance;

import belay.daemon.tryout.Stage;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client of the daemon's socket that can misbehave; docs/protocol.md, "Socket messages". */
final class SocketPeer implements AutoCloseable {

  private final SocketChannel channel;

  private SocketPeer(SocketChannel channel) {
    this.channel = channel;
  }

  static SocketPeer connect(Stage stage) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(stage.home().resolve("run/socket")));
    return new SocketPeer(channel);
  }

  /** Connects and says hello as a good client does. */
  static SocketPeer greeted(Stage stage) throws IOException {
    SocketPeer peer = connect(stage);
    peer.frame("{\"type\":\"hello\",\"protocol\":1}");
    JsonObject welcome = peer.read();
    if (welcome == null || !welcome.get("type").getAsString().equals("welcome")) {
      peer.close();
      throw new IOException("no welcome: " + welcome);
    }
    return peer;
  }

  /** A whole frame. */
  void frame(String json) throws IOException {
    frame(json.getBytes(StandardCharsets.UTF_8));
  }

  void frame(byte[] body) throws IOException {
    head(body.length);
    raw(body);
  }

  /** Only the length of a frame. */
  void head(int length) throws IOException {
    write(ByteBuffer.allocate(4).putInt(length).flip());
  }

  void raw(byte... bytes) throws IOException {
    write(ByteBuffer.wrap(bytes));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The next answer; null when the daemon has closed the connection. */
  @Nullable JsonObject read() throws IOException {
    ByteBuffer head = ByteBuffer.allocate(4);
    if (!fill(head)) {
      return null;
    }
    ByteBuffer body = ByteBuffer.allocate(head.flip().getInt());
    if (!fill(body)) {
      throw new IOException("the daemon cut a frame short");
    }
    return JsonParser.parseString(new String(body.array(), StandardCharsets.UTF_8))
        .getAsJsonObject();
  }

  private boolean fill(ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Says that nothing more will come, and goes on listening. */
  void finish() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
