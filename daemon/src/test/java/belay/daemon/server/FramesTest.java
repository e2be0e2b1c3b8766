package belay.daemon.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FramesTest {

  @TempDir Path scratch = Path.of("");
  private SocketChannel peer = closedChannel();
  private Frames frames = new Frames(peer, Frames.Watch.NONE);

  private static SocketChannel closedChannel() {
    try {
      return SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void connect() throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(scratch.resolve("s"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      peer.connect(address);
      frames = new Frames(server.accept(), Frames.Watch.NONE);
    }
  }

  @AfterEach
  void close() throws IOException {
    peer.close();
    frames.close();
  }

  private void send(int length, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(4 + bytes.length).putInt(length).put(bytes).flip();
    while (out.hasRemaining()) {
      peer.write(out);
    }
  }

  @Test
  void framesComeBackAsTheyWereSent() throws IOException {
    JsonObject object = Messages.of("hello");
    object.addProperty("text", "ä\n\u0000" + "x".repeat(200_000));
    Frames other = new Frames(peer, Frames.Watch.NONE);
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    other.write(object);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    assertEquals(object, frames.read());
    assertTrue(writer.isVirtual());
    peer.close();
    assertNull(frames.read());
  }

  @Test
  void aFrameThatLiesAboutItsLengthIsFatal() throws IOException {
    send(100, "{}");
    peer.close();
    Frames.BadFrame cut = assertThrows(Frames.BadFrame.class, frames::read);
    assertTrue(cut.fatal());
    assertTrue(String.valueOf(cut.getMessage()).contains("100 bytes long, but only 2 came"));
  }

  @Test
  void aLengthOverTheLimitIsRefusedBeforeItCostsMemory() throws IOException {
    send(-1, "");
    Frames.BadFrame huge = assertThrows(Frames.BadFrame.class, frames::read);
    assertTrue(huge.fatal());
    assertTrue(String.valueOf(huge.getMessage()).contains("4294967295"));
  }

  @Test
  void aFrameThatHoldsNoObjectLeavesTheNextOneReadable() throws IOException {
    send(2, "[]");
    send(3, "\u00ff?");
    send(2, "{}");
    assertFalse(assertThrows(Frames.BadFrame.class, frames::read).fatal());
    assertFalse(assertThrows(Frames.BadFrame.class, frames::read).fatal());
    assertNotNull(frames.read());
  }

  @Test
  void deepNestingIsABadFrameAndNoCrash() throws IOException {
    String deep = "[".repeat(30_000);
    send(deep.length(), deep);
    assertFalse(assertThrows(Frames.BadFrame.class, frames::read).fatal());
  }
}
