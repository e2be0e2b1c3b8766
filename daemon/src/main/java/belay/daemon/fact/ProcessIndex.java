package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all processes have open, kept between looks: a look searches only those processes that have
 * run since the last. The kernel tells of each, by its CPU clock, whether any of its threads has,
 * to the nanosecond; of one that runs at this moment it tells so at its next tick, so that an
 * opening may be missed for as long as that: 10 ms at most, as in any look that takes its time.
 * Safe for many threads.
 */
final class ProcessIndex {

  /** Below that, more hands cost more than they save. */
  private static final int WORTH_HELP = 64;

  private static final int MOST_HANDS = 4;

  /** A process whose descriptors take longer hangs, and nobody else is to hang with it. */
  private static final long STUCK_NANOS = Duration.ofMillis(200).toNanos();

  private static final String SELF = Long.toString(ProcessHandle.current().pid());

  private record Entry(long pid, long inode) {}

  private final Map<Long, ProcessFiles> known = new ConcurrentHashMap<>();

  /** Which processes are being looked at, and since when. */
  private final Map<Long, Long> looking = new ConcurrentHashMap<>();

  /** Whether what a look had no time for is being searched behind it, for the next. */
  private final AtomicBoolean finishing = new AtomicBoolean();

  private @Nullable OpenFiles last;
  private long lastBegan;

  /**
   * What is open.
   *
   * @param age how old the answer may be; zero for a new look every time
   * @param isLate when it is time to tell what is known by then
   */
  OpenFiles get(Machine machine, Duration age, BooleanSupplier isLate) throws IOException {
    if (age.isZero()) {
      return look(machine, isLate);
    }
    long began = System.nanoTime();
    synchronized (this) {
      if (last != null && began - lastBegan <= age.toNanos()) {
        return last;
      }
    }
    OpenFiles now = look(machine, isLate);
    synchronized (this) {
      if (last == null || began - lastBegan > 0) {
        last = now;
        lastBegan = began;
      }
      return now;
    }
  }

  private OpenFiles look(Machine machine, BooleanSupplier isLate) throws IOException {
    List<Entry> entries = processes(machine);
    List<Entry> stale = new ArrayList<>();
    Set<Long> alive = HashSet.newHashSet(entries.size());
    for (Entry entry : entries) {
      alive.add(entry.pid);
      ProcessFiles before = known.get(entry.pid);
      if (before == null || !before.isAsItWas(machine, entry.inode)) {
        stale.add(entry);
      }
    }
    Set<Long> left = search(machine, stale, isLate);
    if (known.size() > alive.size()) {
      known.keySet().retainAll(alive);
    }
    List<ProcessFiles> seen = new ArrayList<>(entries.size());
    List<String> unseen = new ArrayList<>();
    boolean closed = false;
    for (Entry entry : entries) {
      ProcessFiles process = known.get(entry.pid);
      if (left.contains(entry.pid)) {
        // What it had open before may be closed by now.
        unseen.add(Long.toString(entry.pid));
      } else if (process != null) {
        seen.add(process);
        if (process.sight() == ProcessFiles.Sight.CLOSED) {
          unseen.add(Long.toString(entry.pid));
          closed = true;
        }
      }
    }
    if (!closed && !alive.contains(1L) && isHiding(machine)) {
      unseen.add("1");
      closed = true;
    }
    return new OpenFiles(machine, seen, unseen, why(left.size(), closed), closed);
  }

  private static String why(int left, boolean closed) {
    if (closed) {
      return "descriptors of other users' processes cannot be seen";
    }
    return left == 0 ? "" : "the descriptors of " + left + " processes were not searched in time";
  }

  /** Looks at processes, with several hands where there are many; the result: which are left. */
  private Set<Long> search(Machine machine, List<Entry> stale, BooleanSupplier isLate) {
    Set<Long> left = ConcurrentHashMap.newKeySet();
    stale.forEach(entry -> left.add(entry.pid));
    Queue<Entry> queue = new ConcurrentLinkedQueue<>(stale);
    AtomicInteger working = new AtomicInteger(1);
    CountDownLatch done = new CountDownLatch(1);
    Runnable work =
        () -> {
          try {
            Entry entry = queue.poll();
            while (entry != null && !isLate.getAsBoolean()) {
              if (isSearched(machine, entry)) {
                left.remove(entry.pid);
              }
              entry = queue.poll();
            }
          } finally {
            if (working.decrementAndGet() == 0) {
              done.countDown();
            }
          }
        };
    int hands = Math.min(MOST_HANDS, Runtime.getRuntime().availableProcessors());
    for (int i = 1; i < hands && stale.size() > WORTH_HELP; i++) {
      working.incrementAndGet();
      if (!Crew.lend(work)) {
        working.decrementAndGet();
      }
    }
    work.run();
    await(done, isLate);
    Set<Long> late = Set.copyOf(left);
    if (!late.isEmpty() && finishing.compareAndSet(false, true)) {
      boolean lent =
          Crew.lend(
              () -> {
                try {
                  stale.stream()
                      .filter(entry -> late.contains(entry.pid))
                      .forEach(entry -> isSearched(machine, entry));
                } finally {
                  finishing.set(false);
                }
              });
      if (!lent) {
        finishing.set(false);
      }
    }
    return late;
  }

  private static void await(CountDownLatch done, BooleanSupplier isLate) {
    try {
      while (!done.await(1, TimeUnit.MILLISECONDS)) {
        if (isLate.getAsBoolean()) {
          return;
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isSearched(Machine machine, Entry entry) {
    if (isStuck(entry.pid)) {
      return false;
    }
    looking.put(entry.pid, System.nanoTime());
    try {
      ProcessFiles found = ProcessFiles.look(machine, entry.pid, entry.inode);
      if (found == null) {
        known.remove(entry.pid);
      } else {
        known.put(entry.pid, found);
      }
      return true;
    } catch (IOException unreadable) {
      return false;
    } finally {
      looking.remove(entry.pid);
    }
  }

  /** Whether somebody has been waiting for a process's descriptors for too long. */
  boolean isStuck(long pid) {
    Long since = looking.get(pid);
    return since != null && System.nanoTime() - since > STUCK_NANOS;
  }

  private static List<Entry> processes(Machine machine) throws IOException {
    List<Entry> processes = new ArrayList<>();
    machine.list(
        "/proc",
        (name, inode, kind) -> {
          // Not this one: what it has open itself makes nothing live, and it always runs.
          if (Character.isDigit(name.charAt(0)) && !name.equals(SELF)) {
            processes.add(new Entry(Long.parseLong(name), inode));
          }
          return true;
        });
    return processes;
  }

  /** Whether /proc leaves out other users' processes altogether: {@code hidepid}, proc(5). */
  private static boolean isHiding(Machine machine) {
    try {
      String mounts = Text.decode(machine.read("/proc/self/mountinfo", 1 << 20));
      return mounts.lines().anyMatch(line -> line.contains(" - proc ") && hides(line));
    } catch (IOException notTold) {
      return false;
    }
  }

  private static boolean hides(String mount) {
    return mount.contains("hidepid=")
        && !mount.contains("hidepid=0")
        && !mount.contains("hidepid=off");
  }
}
