package belay.daemon.server;

import belay.daemon.libc.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.IntPredicate;

/**
 * Whether a peer is another person than the user who asks: another user id and, where the kernel
 * keeps it, another login. The audit login uid of a process stays the same through su and sudo
 * (/proc/PID/loginuid, proc(5)), so that nobody approves his own line as root. Where it is not
 * kept, as in many containers, root cannot be told from the asker and is refused; where it is kept
 * for the asker, who comes without one has gone round it (by a service or a timer).
 *
 * @param asker the uid of who asks
 * @param proc where the process file system is
 * @param hasAccount whether a user id is anybody's who may approve: one of a user namespace is not
 */
record OtherPerson(int asker, Path proc, IntPredicate hasAccount) implements Approvals.Admission {

  /** What loginuid holds where nobody logged in: (uid_t) -1. */
  private static final long UNSET = 0xFFFF_FFFFL;

  private static final int ROOT = 0;

  @Override
  public boolean admits(Peer who, long asking) {
    if (who.pid() <= 0 || who.uid() == asker || !hasAccount.test(who.uid())) {
      return false;
    }
    OptionalLong login = login(who.pid());
    OptionalLong first = login(asking);
    if (first.isEmpty()) {
      return login.isPresent() ? login.getAsLong() != asker : who.uid() != ROOT;
    }
    return login.isPresent()
        && login.getAsLong() != asker
        && login.getAsLong() != first.getAsLong()
        && who.uid() != first.getAsLong();
  }

  private OptionalLong login(long pid) {
    try {
      String text = Files.readString(proc.resolve(pid + "/loginuid")).strip();
      long uid = Long.parseLong(text);
      return uid == UNSET ? OptionalLong.empty() : OptionalLong.of(uid);
    } catch (IOException | NumberFormatException _) {
      return OptionalLong.empty();
    }
  }
}
