package belay.daemon.fact;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
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
 * with the other threads. What cannot hang is done by the thread that waits, as another would have
 * to be woken for it, which takes as long as an ordinary look.
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

  /** How long nothing may be finished until another hand joins those that hang. */
  private static final long STALL_NANOS = Duration.ofMillis(4).toNanos();

  /**
   * How long is waited without sleeping: an ordinary look takes less, and to be woken would add a
   * third to it.
   */
  private static final long SPIN_NANOS = Duration.ofNanos(200_000).toNanos();

  /** How many hands may join. */
  private static final int MOST_SPARE = 12;

  private static final System.Logger LOG = System.getLogger(Crew.class.getName());

  private final AtomicInteger size;
  private final int mostHands;
  private final long reserve;
  private final long end;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** For the thread that waits, and of that alone. */
  private final Queue<Runnable> own = new ArrayDeque<>();

  private final AtomicInteger outstanding = new AtomicInteger(1);
  private final AtomicInteger workers = new AtomicInteger();
  private final AtomicInteger completed = new AtomicInteger();
  private final CountDownLatch done = new CountDownLatch(1);

  Crew(int size, Duration deadline) {
    this.size = new AtomicInteger(size);
    this.mostHands = size + MOST_SPARE;
    this.reserve = deadline.toNanos() / 4;
    this.end = System.nanoTime() + deadline.toNanos();
  }

  /** Puts a task on the list; a task may do so too. */
  void add(Runnable task) {
    outstanding.incrementAndGet();
    tasks.add(task);
    hire();
  }

  /**
   * Puts a task on the list of the thread that will wait; to be called by that one. It is handed to
   * the others where it turns out to ask what may take long.
   */
  void addOwn(Runnable task) {
    outstanding.incrementAndGet();
    own.add(task);
  }

  /**
   * Puts a task on the list for a hand that is at work, as it will look there again, and wakes one
   * only where there is none.
   */
  void handOver(Runnable task) {
    outstanding.incrementAndGet();
    tasks.add(task);
    if (workers.get() == 0) {
      hire();
    }
  }

  private void workOwn() {
    for (Runnable task = own.poll(); task != null; task = own.poll()) {
      Runnable mine = task;
      run(
          () -> {
            try {
              Elsewhere.orHere(mine);
            } catch (Elsewhere mayTakeLong) {
              handOver(mine);
            }
          });
    }
  }

  private void hire() {
    if (mayWork() && !lend(this::work)) {
      workers.decrementAndGet();
    }
  }

  /** Has a thread do something, if there is one to spare. */
  static boolean lend(Runnable task) {
    try {
      THREADS.execute(task);
      return true;
    } catch (RejectedExecutionException allHang) {
      return false;
    }
  }

  private void work() {
    // Asked again after stepping down: a task may have come while this thread still counted.
    do {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        run(task);
      }
      workers.decrementAndGet();
    } while (!tasks.isEmpty() && mayWork());
  }

  private void run(Runnable task) {
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

  private boolean mayWork() {
    if (workers.incrementAndGet() <= size.get()) {
      return true;
    }
    workers.decrementAndGet();
    return false;
  }

  private void finished() {
    completed.incrementAndGet();
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

  /** How long an answer from outside may be waited for; never negative. */
  Duration untilLate() {
    return Duration.ofNanos(Math.max(0, end - reserve - System.nanoTime()));
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /** The same without sleeping at first. */
  void awaitAwake() {
    workOwn();
    long spun = System.nanoTime() + SPIN_NANOS;
    while (outstanding.get() > 1 && System.nanoTime() - spun < 0) {
      Thread.onSpinWait();
    }
    await();
  }

  /** Waits until every task is done or the deadline passes. To be called once. */
  void await() {
    workOwn();
    finished();
    try {
      int before = completed.get();
      for (long left = left().toNanos(); left > 0; left = left().toNanos()) {
        if (done.await(Math.min(left, STALL_NANOS), TimeUnit.NANOSECONDS)) {
          return;
        }
        if (completed.get() == before && !tasks.isEmpty() && size.get() < mostHands) {
          size.incrementAndGet();
          hire();
        }
        before = completed.get();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
