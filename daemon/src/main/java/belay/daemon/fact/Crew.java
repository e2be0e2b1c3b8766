package belay.daemon.fact;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads that work off a list which may grow while they work, until it is done or a deadline
 * passes. A task that hangs keeps its thread and delays no other task; the rest of the list goes on
 * with the other threads.
 */
final class Crew {

  /**
   * How many tasks may hang in the whole process before nothing more is tried. A thread that hangs
   * in the kernel ends only with its file system's answer.
   */
  private static final int MOST_THREADS = 64;

  private static final ExecutorService THREADS =
      new ThreadPoolExecutor(
          0,
          MOST_THREADS,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().name("belay-fact-", 0).daemon().factory());

  private static final System.Logger LOG = System.getLogger(Crew.class.getName());

  private final int size;
  private final long reserve;
  private final long end;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger outstanding = new AtomicInteger(1);
  private final AtomicInteger workers = new AtomicInteger();
  private final CountDownLatch done = new CountDownLatch(1);

  Crew(int size, Duration deadline) {
    this.size = size;
    this.reserve = deadline.toNanos() / 4;
    this.end = System.nanoTime() + deadline.toNanos();
  }

  /** Puts a task on the list; a task may do so too. */
  void add(Runnable task) {
    outstanding.incrementAndGet();
    tasks.add(task);
    if (workers.incrementAndGet() > size) {
      workers.decrementAndGet();
      return;
    }
    try {
      THREADS.execute(this::work);
    } catch (RejectedExecutionException allHang) {
      workers.decrementAndGet();
    }
  }

  private void work() {
    // Asked again after stepping down: a task may have come while this thread still counted.
    do {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        try {
          if (!isOver()) {
            task.run();
          }
        } catch (RuntimeException fault) {
          // What it should have answered stays unknown; the other tasks are not to suffer.
          LOG.log(Level.WARNING, "a look at the machine failed", fault);
        } finally {
          finished();
        }
      }
      workers.decrementAndGet();
    } while (!tasks.isEmpty() && workers.incrementAndGet() <= size);
  }

  private void finished() {
    if (outstanding.decrementAndGet() == 0) {
      done.countDown();
    }
  }

  /** Whether the deadline has passed. */
  private boolean isOver() {
    return System.nanoTime() - end >= 0;
  }

  /** Whether a long task must tell now what it has, so that it arrives before the deadline. */
  boolean isLate() {
    return System.nanoTime() - end + reserve >= 0;
  }

  /** Waits until every task is done or the deadline passes. To be called once. */
  void await() {
    finished();
    try {
      boolean _ = done.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
