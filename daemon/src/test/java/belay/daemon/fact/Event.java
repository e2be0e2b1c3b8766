package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for something to become true in another process, as long as a slow machine may need. */
final class Event {

  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Asks whether it has happened. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  private Event() {}

  static void await(String what, Condition condition) throws IOException {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        fail("waited in vain: " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
