package belay.daemon.server;

import belay.daemon.libc.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Whether a peer is another person than the user who asks: another user id and, where the kernel
 * keeps it, another login. The audit login uid of a process stays the same through su and sudo
 * (/proc/PID/loginuid, proc(5)), so that nobody approves his own line as root. Where it is not
 * kept, as in many containers, root cannot be told from the asker and is refused.
 *
 * @param asker the uid of who asks
 * @param proc where the process file system is
 */
record OtherPerson(int asker, Path proc) implements Predicate<Peer> {

  /** What loginuid holds where nobody logged in: (uid_t) -1. */
  private static final long UNSET = 0xFFFF_FFFFL;

  private static final int ROOT = 0;

  @Override
  public boolean test(Peer who) {
    if (who.pid() <= 0 || who.uid() == asker) {
      return false;
    }
    OptionalLong login = login(who.pid());
    return login.isPresent() ? login.getAsLong() != asker : who.uid() != ROOT;
  }

  private OptionalLong login(int pid) {
    try {
      String text = Files.readString(proc.resolve(pid + "/loginuid")).strip();
      long uid = Long.parseLong(text);
      return uid == UNSET ? OptionalLong.empty() : OptionalLong.of(uid);
    } catch (IOException | NumberFormatException _) {
      return OptionalLong.empty();
    }
  }
}
