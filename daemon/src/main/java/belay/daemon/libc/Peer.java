package belay.daemon.libc;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;

/**
 * Who is at the other end of a Unix domain socket, by the kernel's word: {@code SO_PEERCRED},
 * {@code unix(7)}.
 *
 * @param pid the process that connected, as this process's pid namespace counts; 0 where it is in
 *     another
 */
public record Peer(int pid, int uid, int gid) {

  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;

  /**
   * Whether the peer acts as the user this process acts as. The JDK gives away neither a channel's
   * descriptor nor the number of a principal, but its principals are equal where the numbers are.
   */
  public static boolean isThisUser(SocketChannel channel) throws IOException {
    UserPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    UserPrincipal self =
        FileSystems.getDefault()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(Integer.toString(User.effective()));
    return peer.equals(self);
  }

  /** SO_PEERGROUPS, since Linux 4.13. */
  private static final int GROUPS = 59;

  private static final int MOST_GROUPS = 65_536;

  /** Whether the peer of a connected socket is in a group, as its first or as a further one. */
  static boolean isInGroup(int fd, int group) throws IOException {
    if (of(fd).gid == group) {
      return true;
    }
    Memory groups = new Memory(4L * MOST_GROUPS);
    Memory length = new Memory(4);
    length.setInt(0, 4 * MOST_GROUPS);
    if (Libc.getsockopt(fd, SOL_SOCKET, GROUPS, groups, length) != 0) {
      throw Libc.failure("descriptor " + fd);
    }
    for (int at = 0; at < length.getInt(0); at += 4) {
      if (groups.getInt(at) == group) {
        return true;
      }
    }
    return false;
  }

  /** The peer of a connected socket that is open as descriptor {@code fd}. */
  public static Peer of(int fd) throws IOException {
    // struct ucred: pid_t, uid_t, gid_t, each of four bytes.
    Memory credentials = new Memory(12);
    Memory length = new Memory(4);
    length.setInt(0, 12);
    if (Libc.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length) != 0) {
      throw Libc.failure("descriptor " + fd);
    }
    return new Peer(credentials.getInt(0), credentials.getInt(4), credentials.getInt(8));
  }
}
