package belay.index.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The journal in one directory, open for appending. Any thread may append and never waits for the
 * disk; one thread of the journal's own writes. Numbers are given out in the order of the calls,
 * and the records stand in the files in that order.
 *
 * <p>When the disk does not take a record, its receipt fails, nothing of it stays, and the journal
 * goes on; once writing works again a {@link JournalRecord.Gap} tells how many are missing.
 */
public final class Journal implements AutoCloseable {

  private static final long SEGMENT_BYTES = 64L << 20;
  private static final long GROUP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** What may wait to be written, in chars; a disk that hangs must not eat the daemon's memory. */
  private static final long MOST_QUEUED = 8L << 20;

  private static final int BATCH = 1000;

  /** In chars: what is more is written before its time, so that there stays room in the queue. */
  private static final long MUCH_QUEUED = 1L << 20;

  /** Journals open in this process: a second open and close would drop the first one's lock. */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  /** A record on its way; null where there was no room for it. */
  private record Pending(
      long n,
      Instant time,
      @Nullable JournalRecord record,
      Durability durability,
      CompletableFuture<Long> durable) {}

  private final Path directory;
  private final Path key;
  private final Clock clock;
  private final FileChannel lockFile;
  private final FileLock fileLock;
  private final Chain chain;
  private final @Nullable Repair repair;
  private final Thread writer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition settledMore = lock.newCondition();
  // Guarded by the lock.
  private final ArrayDeque<Pending> queue = new ArrayDeque<>();
  private long queued;
  private int urgent;
  private long lastNumber;
  private boolean forceWanted;
  private boolean closing;
  private long settled;

  private final List<Runnable> followers = new CopyOnWriteArrayList<>();

  private volatile long durable;

  // The writer's own.
  private final List<Pending> unforced = new ArrayList<>();
  private long lost;
  private long lastLost;
  private long toldUnforced;
  private String lostReason = "";

  private Journal(
      Path directory,
      Path key,
      Clock clock,
      FileChannel lockFile,
      FileLock fileLock,
      long segmentBytes,
      Chain.Opener opener)
      throws IOException {
    this.directory = directory;
    this.key = key;
    this.clock = clock;
    this.lockFile = lockFile;
    this.fileLock = fileLock;
    TornTail end = TornTail.find(directory, clock.instant());
    this.repair = end.repair();
    this.chain = new Chain(directory, end, segmentBytes, opener);
    this.lastNumber = end.n();
    this.settled = end.n();
    this.durable = end.n();
    this.writer = Thread.ofPlatform().daemon().name("journal").unstarted(this::write);
  }

  /**
   * Opens the journal for this process alone, making it if it is not there. A last record that was
   * not written to its end is put aside: see {@link #repair}.
   *
   * @throws IOException also if another process has it open
   */
  public static Journal open(Path directory, Clock clock) throws IOException {
    return open(directory, clock, SEGMENT_BYTES, Segments::open);
  }

  static Journal open(Path directory, Clock clock, long segmentBytes, Chain.Opener opener)
      throws IOException {
    Segments.makeDirectory(directory);
    Path key = directory.toRealPath();
    if (!OPEN.add(key)) {
      throw new IOException("the journal in `" + directory + "` is already open in this process");
    }
    FileChannel lockFile = null;
    try {
      lockFile = Segments.open(directory.resolve("lock"));
      FileLock fileLock = lockFile.tryLock();
      if (fileLock == null) {
        throw new IOException(
            "the journal in `" + directory + "` is in use by another process; stop that one first");
      }
      Journal journal =
          new Journal(directory, key, clock, lockFile, fileLock, segmentBytes, opener);
      journal.writer.start();
      Repair repair = journal.repair;
      if (repair != null) {
        journal.append(
            new JournalRecord.Repaired(
                repair.droppedBytes(), String.valueOf(repair.savedAs().getFileName())),
            Durability.SYNCED);
      }
      return journal;
    } catch (IOException | RuntimeException e) {
      OPEN.remove(key);
      if (lockFile != null) {
        lockFile.close();
      }
      throw e;
    }
  }

  /** What had to be mended at opening. */
  public Optional<Repair> repair() {
    return Optional.ofNullable(repair);
  }

  /** Takes a record, redacts it and sees to it that it gets on the disk. Returns at once. */
  public Receipt append(JournalRecord record, Durability durability) {
    var done = new CompletableFuture<Long>();
    Instant time = clock.instant().truncatedTo(ChronoUnit.MICROS);
    lock.lock();
    try {
      if (closing) {
        done.completeExceptionally(new IOException("the journal is closed"));
        return new Receipt(0, done);
      }
      long n = ++lastNumber;
      long weight = weight(record);
      boolean room = queued + weight <= MOST_QUEUED;
      queued += room ? weight : 0;
      boolean first = queue.isEmpty();
      queue.add(new Pending(n, time, room ? record : null, durability, done));
      urgent += durability == Durability.SYNCED ? 1 : 0;
      if (first || isHurried()) {
        work.signal();
      }
      return new Receipt(n, done);
    } finally {
      lock.unlock();
    }
  }

  private static long weight(@Nullable JournalRecord record) {
    return switch (record) {
      case null -> 0;
      case JournalRecord.Intent intent -> 256 + intent.command().length();
      case JournalRecord.Imported imported -> 256 + imported.command().length();
      case JournalRecord.Started _,
          JournalRecord.Stopped _,
          JournalRecord.Repaired _,
          JournalRecord.Gap _,
          JournalRecord.SessionOpened _,
          JournalRecord.Answer _,
          JournalRecord.Outcome _,
          JournalRecord.Leave _,
          JournalRecord.Other _ ->
          256;
    };
  }

  /** The number of the last record that is safe on the disk; 0 where there is none. */
  public long durable() {
    return durable;
  }

  /** Forces everything appended so far to the disk and waits until its fate is known. */
  public void sync() throws InterruptedException {
    lock.lock();
    try {
      long wanted = lastNumber;
      while (settled < wanted && writer.isAlive()) {
        forceWanted = true;
        work.signal();
        settledMore.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has {@code task} run on the journal's thread, briefly, whenever more records have become safe,
   * until the answer is closed.
   */
  public Following follow(Runnable task) {
    followers.add(task);
    return () -> followers.remove(task);
  }

  /** Ends being told of new records. */
  @FunctionalInterface
  public interface Following extends AutoCloseable {
    @Override
    void close();
  }

  /** A cursor that begins behind the record of this number; 0 for the very first. */
  public Cursor cursor(long after) {
    return new Cursor(directory, after, () -> durable);
  }

  /** The records behind this number that are safe now, oldest first; close the stream. */
  public Stream<Entry> entries(long after) {
    long limit = durable;
    return stream(new Cursor(directory, after, () -> limit));
  }

  /**
   * The records of a journal that this process need not have open, oldest first; close the stream.
   */
  public static Stream<Entry> read(Path directory, long after) {
    return stream(new Cursor(directory, after, () -> Long.MAX_VALUE));
  }

  private static Stream<Entry> stream(Cursor cursor) {
    return StreamSupport.stream(new CursorSpliterator(cursor), false)
        .onClose(
            () -> {
              try {
                cursor.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  /** The last records that are safe now, oldest first, at most {@code limit}. */
  public List<Entry> tail(int limit) throws IOException {
    return tail(directory, limit, durable);
  }

  /** The last records of a journal that this process need not have open, oldest first. */
  public static List<Entry> tail(Path directory, int limit) throws IOException {
    return tail(directory, limit, Long.MAX_VALUE);
  }

  private static List<Entry> tail(Path directory, int limit, long last) throws IOException {
    List<Entry> newestFirst = new ArrayList<>();
    for (Path segment : Segments.list(directory).reversed()) {
      int missing = limit - newestFirst.size();
      if (missing <= 0) {
        break;
      }
      try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
        for (byte[] line : Tail.read(channel, missing).lines().reversed()) {
          if (newestFirst.size() < limit && Line.isWhole(line) && Line.number(line) <= last) {
            newestFirst.add(Line.read(line));
          }
        }
      }
    }
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  /** Checks every byte of every record. */
  public static Verification verify(Path directory) throws IOException {
    return ChainCheck.of(directory);
  }

  /** Writes and forces what is waiting, then lets go of the files. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (writer.isAlive()) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (OPEN.remove(key)) {
      try (lockFile) {
        chain.close();
        fileLock.release();
      }
    }
  }

  private void write() {
    long deadline = 0;
    while (true) {
      List<Pending> batch = new ArrayList<>();
      boolean force;
      boolean last;
      lock.lock();
      try {
        deadline = awaitWork(deadline);
        while (!queue.isEmpty() && batch.size() < BATCH) {
          Pending pending = queue.remove();
          queued -= weight(pending.record);
          urgent -= pending.durability == Durability.SYNCED ? 1 : 0;
          batch.add(pending);
        }
        last = closing && queue.isEmpty();
        force = last || (forceWanted && queue.isEmpty());
        if (force) {
          forceWanted = false;
        }
      } finally {
        lock.unlock();
      }
      force |= write(batch);
      if (force || System.nanoTime() >= deadline) {
        force();
      }
      if (last) {
        tellOfLoss();
        break;
      }
    }
    lock.lock();
    try {
      settled = lastNumber;
      settledMore.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether what is queued should not wait for its group. */
  private boolean isHurried() {
    return urgent > 0 || forceWanted || closing || queued > MUCH_QUEUED || queue.size() >= BATCH;
  }

  /**
   * Waits until there is something to write and nothing more is to come with it, or what was
   * written is due to be forced. To write each record as it comes would wake this thread at every
   * command, beside the shell that goes on.
   *
   * @param deadline of what is written and not forced, if there is any
   * @return when what is to be written now, or was before, is due
   */
  private long awaitWork(long deadline) {
    boolean due = !unforced.isEmpty();
    while (queue.isEmpty() && !due && !isHurried()) {
      work.awaitUninterruptibly();
    }
    long end = due ? deadline : System.nanoTime() + GROUP_NANOS;
    long nanos = end - System.nanoTime();
    while (!isHurried() && nanos > 0) {
      try {
        nanos = work.awaitNanos(nanos);
      } catch (InterruptedException e) {
        // Nobody has this thread to interrupt it.
        nanos = end - System.nanoTime();
      }
    }
    return end;
  }

  /** Writes a batch and says whether somebody waits for it. */
  private boolean write(List<Pending> batch) {
    List<Pending> fit = new ArrayList<>(batch.size());
    List<Chain.Draft> drafts = new ArrayList<>(batch.size() + 1);
    boolean waitedFor = false;
    for (Pending pending : batch) {
      waitedFor |= pending.durability == Durability.SYNCED;
      JournalRecord record = pending.record;
      if (record == null) {
        writeTogether(fit, drafts);
        lose(pending, new IOException("more records came than the disk takes"));
        continue;
      }
      try {
        drafts.add(draft(pending.n, pending.time, record));
        fit.add(pending);
      } catch (RuntimeException | StackOverflowError e) {
        writeTogether(fit, drafts);
        lose(pending, new IOException("the record could not be encoded: " + e, e));
      }
    }
    writeTogether(fit, drafts);
    return waitedFor;
  }

  private static Chain.Draft draft(long n, Instant time, JournalRecord record) {
    JournalRecord redacted = RecordRedaction.of(record);
    return new Chain.Draft(n, time, RecordJson.kind(redacted), RecordJson.members(redacted));
  }

  /** Writes the drafts at once; if that fails, each on its own, as a smaller one may still fit. */
  private void writeTogether(List<Pending> pendings, List<Chain.Draft> drafts) {
    if (pendings.isEmpty()) {
      return;
    }
    try {
      writeWithGap(drafts);
      unforced.addAll(pendings);
    } catch (IOException e) {
      for (int i = 0; i < pendings.size(); i++) {
        try {
          if (pendings.size() == 1) {
            throw e;
          }
          writeWithGap(List.of(drafts.get(i)));
          unforced.add(pendings.get(i));
        } catch (IOException single) {
          lose(pendings.get(i), single);
        }
      }
    }
    pendings.clear();
    drafts.clear();
  }

  private void writeWithGap(List<Chain.Draft> drafts) throws IOException {
    if (lost == 0) {
      chain.write(drafts);
      return;
    }
    List<Chain.Draft> withGap = new ArrayList<>(drafts.size() + 1);
    withGap.add(
        draft(
            lastLost,
            clock.instant().truncatedTo(ChronoUnit.MICROS),
            new JournalRecord.Gap(lost, lostReason)));
    withGap.addAll(drafts);
    chain.write(withGap);
    toldUnforced += lost;
    lost = 0;
  }

  private void lose(Pending pending, IOException cause) {
    lost++;
    lastLost = pending.n;
    lostReason = String.valueOf(cause.getMessage());
    pending.durable.completeExceptionally(cause);
    if (unforced.isEmpty()) {
      settle(pending.n);
    }
  }

  private void force() {
    if (unforced.isEmpty()) {
      settle(lost > 0 ? lastLost : 0);
      return;
    }
    List<Pending> done = List.copyOf(unforced);
    unforced.clear();
    try {
      chain.force();
      toldUnforced = 0;
      durable = chain.durable();
      for (Pending pending : done) {
        pending.durable.complete(pending.n);
      }
      settle(Math.max(done.getLast().n, lost > 0 ? lastLost : 0));
      followers.forEach(Runnable::run);
    } catch (IOException e) {
      long later = lost > 0 ? lastLost : 0;
      lost += toldUnforced;
      toldUnforced = 0;
      for (Pending pending : done) {
        lose(pending, e);
      }
      lastLost = Math.max(lastLost, later);
      settle(lastLost);
    }
  }

  private void settle(long n) {
    lock.lock();
    try {
      settled = Math.max(settled, n);
      settledMore.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** At the end there is no next record to carry the news. */
  private void tellOfLoss() {
    if (lost > 0) {
      try {
        writeWithGap(List.of());
        chain.force();
        durable = chain.durable();
      } catch (IOException e) {
        // The disk is still full: the numbers will be given out again.
        lost = 0;
      }
    }
  }
}
