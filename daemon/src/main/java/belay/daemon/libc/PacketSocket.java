package belay.daemon.libc;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket whose messages come whole or not at all, one of which may carry an open file:
 * {@code SOCK_SEQPACKET} and {@code SCM_RIGHTS} of {@code unix(7)}. A peer can neither begin a
 * message without finishing it nor make one longer than the reader asked for. One thread at a time.
 */
public final class PacketSocket implements AutoCloseable {

  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = Libc.O_CLOEXEC;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDTIMEO = 21;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int POLLIN = 1;
  private static final int BACKLOG = 64;

  /** sun_path with the NUL that ends it. */
  private static final int LONGEST_PATH = 108;

  /** struct msghdr of LP64. */
  private static final int MSGHDR = 56;

  /** struct cmsghdr and one descriptor: with room for padding the kernel would hand over two. */
  private static final int CONTROL = 20;

  /**
   * A message.
   *
   * @param file what came with it, to be closed by the receiver; or null
   * @param whole false where the peer sent more bytes or more files than there was room for
   */
  public record Message(byte[] bytes, @Nullable Located file, boolean whole)
      implements AutoCloseable {
    @Override
    public void close() {
      if (file != null) {
        file.close();
      }
    }
  }

  private final int fd;

  private PacketSocket(int fd) {
    this.fd = fd;
  }

  /** One that this process was started with, as systemd does: {@code sd_listen_fds(3)}. */
  public static PacketSocket inherited(int fd) {
    return new PacketSocket(fd);
  }

  /** Listens at a path where nothing is yet. */
  public static PacketSocket listen(String path) throws IOException {
    PacketSocket socket = new PacketSocket(made());
    try {
      Memory address = address(path);
      check(Libc.bind(socket.fd, address, (int) address.size()), path);
      check(Libc.listen(socket.fd, BACKLOG), path);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Connects to whoever listens at a path.
   *
   * @param patience for this and for each message
   */
  public static PacketSocket connect(String path, Duration patience) throws IOException {
    PacketSocket socket = new PacketSocket(made());
    try {
      socket.patience(patience);
      Memory address = address(path);
      check(Libc.connect(socket.fd, address, (int) address.size()), path);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static int made() throws IOException {
    int fd = Libc.socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    check(fd, "a socket");
    return fd;
  }

  private static Memory address(String path) throws IOException {
    byte[] name = Libc.path(path);
    if (name.length > LONGEST_PATH) {
      throw new FileSystemException(path, null, "too long a name for a socket");
    }
    Memory address = new Memory(2L + name.length);
    address.setShort(0, (short) AF_UNIX);
    address.write(2, name, 0, name.length);
    return address;
  }

  /** From now on whoever takes longer over one message is given up: {@code socket(7)}. */
  public void patience(Duration patience) throws IOException {
    Memory time = new Memory(16);
    time.setLong(0, patience.toSeconds());
    // Zero would be for ever.
    time.setLong(8, Math.max(1, patience.toNanosPart() / 1_000));
    check(Libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, time, 16), "a socket");
    check(Libc.setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, time, 16), "a socket");
  }

  /** The next who connects; null where nobody does within {@code timeout}. */
  public @Nullable PacketSocket accept(Duration timeout) throws IOException {
    Memory descriptor = new Memory(8);
    descriptor.setInt(0, fd);
    descriptor.setShort(4, (short) POLLIN);
    descriptor.setShort(6, (short) 0);
    int ready = Libc.poll(descriptor, 1, Math.toIntExact(timeout.toMillis()));
    if (ready < 0 && Native.getLastError() != Libc.EINTR) {
      throw Libc.failure("a socket");
    }
    if (ready <= 0) {
      return null;
    }
    int peer = Libc.accept4(fd, Pointer.NULL, Pointer.NULL, SOCK_CLOEXEC);
    check(peer, "a socket");
    return new PacketSocket(peer);
  }

  /** Who is at the other end: who connected, or who listens there. */
  public Peer peer() throws IOException {
    return Peer.of(fd);
  }

  /** Whether who is at the other end is in a group. */
  public boolean isPeerIn(int group) throws IOException {
    return Peer.isInGroup(fd, group);
  }

  /** Sends a message, with a file or without. */
  public void send(byte[] bytes, @Nullable Located file) throws IOException {
    try (Envelope envelope = new Envelope(bytes.length)) {
      envelope.text.write(0, bytes, 0, bytes.length);
      if (file == null) {
        envelope.header.setPointer(32, Pointer.NULL);
        envelope.header.setLong(40, 0);
      } else {
        envelope.control.setLong(0, CONTROL);
        envelope.control.setInt(8, SOL_SOCKET);
        envelope.control.setInt(12, SCM_RIGHTS);
        envelope.control.setInt(16, file.fd());
      }
      if (Libc.sendmsg(fd, envelope.header, MSG_NOSIGNAL) < 0) {
        throw failure();
      }
    }
  }

  /**
   * Waits for a message.
   *
   * @param longest how many bytes of it are wanted
   * @return null where the peer is done
   */
  public @Nullable Message receive(int longest) throws IOException {
    try (Envelope envelope = new Envelope(longest)) {
      long length = Libc.recvmsg(fd, envelope.header, MSG_CMSG_CLOEXEC);
      if (length < 0) {
        throw failure();
      }
      Located file = envelope.header.getLong(40) >= CONTROL ? envelope.file() : null;
      int flags = envelope.header.getInt(48);
      if (length == 0 && file == null) {
        return null;
      }
      boolean whole = (flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
      return new Message(envelope.text.getByteArray(0, (int) length), file, whole);
    }
  }

  private static IOException failure() {
    int errno = Native.getLastError();
    return errno == Libc.EAGAIN
        ? new SocketTimeoutException("no message in time")
        : Libc.failure("a socket", errno);
  }

  private static void check(int result, String path) throws IOException {
    if (result < 0) {
      throw Libc.failure(path);
    }
  }

  /** struct msghdr and what it points to. */
  private static final class Envelope implements AutoCloseable {
    final Memory text;
    final Memory vector = new Memory(16);
    final Memory control = new Memory(24);
    final Memory header = new Memory(MSGHDR);

    Envelope(int length) {
      text = new Memory(Math.max(1, length));
      vector.setPointer(0, text);
      vector.setLong(8, length);
      control.clear();
      header.clear();
      header.setPointer(16, vector);
      header.setLong(24, 1);
      header.setPointer(32, control);
      header.setLong(40, CONTROL);
    }

    @Nullable Located file() {
      boolean isFile = control.getInt(8) == SOL_SOCKET && control.getInt(12) == SCM_RIGHTS;
      return isFile ? new Located(control.getInt(16)) : null;
    }

    @Override
    public void close() {
      text.close();
      vector.close();
      control.close();
      header.close();
    }
  }

  @Override
  public void close() {
    int _ = Libc.close(fd);
  }
}
