package belay.daemon.libc;

import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The user this process acts as, and others by the account database. */
public final class User {

  /** The kernel's own bound: {@code NGROUPS_MAX}, limits.h(0p). */
  private static final int MOST_GROUPS = 65_536;

  /** Where {@code struct passwd} of glibc and musl has {@code pw_gid}: passwd(5), {@code pwd.h}. */
  private static final int PW_GID = 20;

  private User() {}

  /** The effective user id: {@code geteuid(2)}. */
  public static int effective() {
    return Libc.geteuid();
  }

  /**
   * Whether somebody has this user id, and it is no number that a user namespace lends: {@code
   * getpwuid(3)}, {@code subuid(5)}.
   */
  public static synchronized boolean hasAccount(int uid) {
    return Libc.getpwuid(uid) != null;
  }

  /** The login name of a user id; empty where nobody has it. */
  public static synchronized Optional<String> name(int uid) {
    Pointer entry = Libc.getpwuid(uid);
    return entry == null ? Optional.empty() : Optional.of(entry.getPointer(0).getString(0));
  }

  /** The names of all groups a user is in: {@code getgrouplist(3)}. */
  public static synchronized Set<String> groups(int uid) {
    Pointer entry = Libc.getpwuid(uid);
    if (entry == null) {
      return Set.of();
    }
    String name = entry.getPointer(0).getString(0);
    int own = entry.getInt(PW_GID);
    byte[] user = (name + "\0").getBytes(StandardCharsets.UTF_8);
    int[] count = {64};
    int[] ids = new int[count[0]];
    while (Libc.getgrouplist(user, own, ids, count) < 0 && ids.length < MOST_GROUPS) {
      ids = new int[Math.min(MOST_GROUPS, Math.max(count[0], 2 * ids.length))];
      count[0] = ids.length;
    }
    Set<String> out = new HashSet<>();
    Arrays.stream(ids, 0, Math.min(count[0], ids.length))
        .mapToObj(Libc::getgrgid)
        .filter(group -> group != null)
        .forEach(group -> out.add(group.getPointer(0).getString(0)));
    return out;
  }
}
