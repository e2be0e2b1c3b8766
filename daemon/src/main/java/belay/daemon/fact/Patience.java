package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which calls into file systems are under way, of all looks together, so that a file system that
 * hangs keeps one thread and not one of every look. It is asked again as soon as that call returns.
 */
final class Patience {

  private record Call(String place, long since) {}

  private final Map<Thread, Call> calls = new ConcurrentHashMap<>();
  private final long limit;

  /**
   * Nothing hangs yet.
   *
   * @param limit how long a call may take until others are kept from where it is
   */
  Patience(Duration limit) {
    this.limit = limit.toNanos();
  }

  /** What may hang. */
  @FunctionalInterface
  interface Question<T, E extends Exception> {
    T ask() throws E;
  }

  /**
   * Asks, unless someone has been waiting for an answer from the same place for too long.
   *
   * @param place what hangs as a whole: a mount point, or a single path
   */
  <T, E extends Exception> T ask(String place, Question<T, E> question)
      throws E, FileSystemException {
    long now = System.nanoTime();
    for (Call call : calls.values()) {
      if (now - call.since > limit && call.place.equals(place)) {
        throw new FileSystemException(
            Text.printable(place), null, "has not answered for " + inWords(now - call.since));
      }
    }
    Thread self = Thread.currentThread();
    Call outer = calls.put(self, new Call(place, now));
    try {
      return question.ask();
    } finally {
      if (outer == null) {
        calls.remove(self);
      } else {
        calls.put(self, outer);
      }
    }
  }

  /** Whether anything hangs, wherever it is. */
  boolean isTried() {
    long now = System.nanoTime();
    for (Call call : calls.values()) {
      if (now - call.since > limit) {
        return true;
      }
    }
    return false;
  }

  private static String inWords(long nanos) {
    Duration time = Duration.ofNanos(nanos);
    return time.toSeconds() < 2 ? time.toMillis() + " ms" : time.toSeconds() + " s";
  }
}
