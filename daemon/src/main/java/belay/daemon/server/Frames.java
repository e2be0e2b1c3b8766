package belay.daemon.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Length-prefixed JSON objects on a socket; docs/protocol.md has the wire form. */
public final class Frames implements Closeable {

  /** The longest frame either side takes, in bytes. */
  public static final int LONGEST = 16 * 1024 * 1024;

  /** Told when a frame has begun and when it is whole, so that a stalled peer can be let go. */
  public interface Watch {
    Watch NONE =
        new Watch() {
          @Override
          public void begun() {}

          @Override
          public void finished() {}
        };

    void begun();

    void finished();
  }

  /** A frame that is none. The stream behind it cannot be trusted when {@link #fatal}. */
  public static final class BadFrame extends IOException {
    private static final long serialVersionUID = 1L;
    private final boolean fatal;

    BadFrame(String message, boolean fatal) {
      super(message);
      this.fatal = fatal;
    }

    public boolean fatal() {
      return fatal;
    }
  }

  private final SocketChannel channel;
  private final Watch watch;
  private final ByteBuffer in = ByteBuffer.allocate(65_536).flip();

  public Frames(SocketChannel channel, Watch watch) {
    this.channel = channel;
    this.watch = watch;
  }

  /**
   * The next object, waiting for it.
   *
   * @return null when the peer is done
   * @throws BadFrame for what is no frame
   */
  public @Nullable JsonObject read() throws IOException {
    byte[] head = new byte[4];
    int got = fill(head, 0, false);
    if (got == 0) {
      return null;
    }
    if (got < head.length) {
      throw new BadFrame("the connection ended within a frame's length", true);
    }
    int length = ByteBuffer.wrap(head).getInt();
    if (length <= 0 || length > LONGEST) {
      throw new BadFrame(
          "a frame says it is "
              + Integer.toUnsignedString(length)
              + " bytes long; 1 to "
              + LONGEST
              + " are allowed",
          true);
    }
    byte[] body = body(length);
    watch.finished();
    return object(body);
  }

  /** Grows with what has come, so that a length alone does not cost its memory. */
  private byte[] body(int length) throws IOException {
    byte[] body = new byte[Math.min(length, 65_536)];
    int filled = 0;
    while (true) {
      int got = fill(body, filled, true);
      if (got < body.length) {
        throw new BadFrame(
            "a frame says it is " + length + " bytes long, but only " + got + " came", true);
      }
      if (body.length == length) {
        return body;
      }
      filled = body.length;
      body = Arrays.copyOf(body, (int) Math.min(length, body.length * 4L));
    }
  }

  private static JsonObject object(byte[] body) throws BadFrame {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(body))
              .toString();
      JsonElement element = JsonParser.parseString(text);
      if (element.isJsonObject()) {
        return element.getAsJsonObject();
      }
      throw new BadFrame("a frame must hold a JSON object", false);
    } catch (CharacterCodingException _) {
      throw new BadFrame("a frame must be UTF-8", false);
    } catch (JsonParseException | StackOverflowError e) {
      throw new BadFrame("a frame must hold a JSON object: " + e.getMessage(), false);
    }
  }

  /** Fills {@code out} from {@code from}; less only at the end of the stream. */
  private int fill(byte[] out, int from, boolean begun) throws IOException {
    int at = from;
    boolean told = begun;
    while (at < out.length) {
      if (!in.hasRemaining()) {
        in.clear();
        int count = channel.read(in);
        in.flip();
        if (count < 0) {
          return at;
        }
      }
      if (!told) {
        watch.begun();
        told = true;
      }
      int count = Math.min(in.remaining(), out.length - at);
      in.get(out, at, count);
      at += count;
    }
    return at;
  }

  /** Whether the next object can be read, in part at least, without waiting. */
  public boolean hasBuffered() {
    return in.hasRemaining();
  }

  /** Sends one object; one writer at a time. */
  public synchronized void write(JsonObject object) throws IOException {
    byte[] body = object.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(4 + body.length);
    out.putInt(body.length).put(body).flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
