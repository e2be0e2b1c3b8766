package belay.daemon.libc;

/** The user this process acts as. */
public final class User {

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
}
