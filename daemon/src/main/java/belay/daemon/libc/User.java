package belay.daemon.libc;

/** The user this process acts as. */
public final class User {

  private User() {}

  /** The effective user id: {@code geteuid(2)}. */
  public static int effective() {
    return Libc.geteuid();
  }
}
