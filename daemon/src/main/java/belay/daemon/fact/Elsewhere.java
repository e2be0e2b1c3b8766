package belay.daemon.fact;

/**
 * A question that may take long was asked by a thread that somebody waits for. Another hand is to
 * ask it; nothing has been asked so far.
 */
final class Elsewhere extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static final ScopedValue<Boolean> WAITED_FOR = ScopedValue.newInstance();

  Elsewhere() {
    // A way to go, no fault: where it came from says nothing.
    super("to be asked by another thread", null, false, false);
  }

  /** Does something whose questions must all be answered at once, or throw this. */
  static void orHere(Runnable task) {
    ScopedValue.where(WAITED_FOR, true).run(task);
  }

  /** Whether this thread does such a thing. */
  static boolean isCalledFor() {
    return WAITED_FOR.isBound();
  }
}
