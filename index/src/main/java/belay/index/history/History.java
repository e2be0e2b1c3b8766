package belay.index.history;

import belay.index.journal.Cursor;
import belay.index.journal.Entry;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord.Answer;
import belay.index.journal.JournalRecord.Gap;
import belay.index.journal.JournalRecord.Imported;
import belay.index.journal.JournalRecord.Intent;
import belay.index.journal.JournalRecord.Leave;
import belay.index.journal.JournalRecord.Other;
import belay.index.journal.JournalRecord.Outcome;
import belay.index.journal.JournalRecord.Repaired;
import belay.index.journal.JournalRecord.SessionOpened;
import belay.index.journal.JournalRecord.Started;
import belay.index.journal.JournalRecord.Stopped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;

/**
 * The history of a journal, searchable. A thread of its own follows the journal, reading what has
 * become safe there, so that the index never knows more than the journal; it can be deleted at any
 * time and is made anew, while searches find what is there already.
 */
public final class History implements AutoCloseable {

  // Kept so that the level is: a logger nobody holds may be collected, and its level with it.
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  static {
    // Otherwise it warns on standard error that its vector module is not there.
    LUCENE.setLevel(Level.SEVERE);
  }

  private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int COMMIT_EVERY = 20_000;
  private static final int PUBLISH_EVERY = 5_000;
  private static final int STORIES = 1024;
  private static final int ANSWER_WITHIN = 64;

  /** Who is further behind than this is being rebuilt, and a search does not wait for that. */
  private static final long FAR_BEHIND = 10_000;

  private static final long SEARCH_PATIENCE = TimeUnit.SECONDS.toNanos(2);

  /** A verdict waits no longer than this for what was typed in the last moment. */
  private static final long VERDICT_PATIENCE = TimeUnit.MILLISECONDS.toNanos(10);

  /**
   * How long new records may wait to be indexed while nobody searches. Publishing takes a processor
   * for a millisecond or two, which the next command of a busy shell would meet.
   */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path directory;
  private final int commitEvery;
  private final Journal journal;
  private final Thread follower;
  private final Journal.Following following;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  // Guarded by the lock.
  private boolean more = true;
  private boolean wanted;
  private boolean closing;
  private long published;
  private @Nullable String trouble;

  private volatile Shelf shelf;

  // The follower's own.
  private final Map<Long, Story> stories =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Story> eldest) {
          return size() > STORIES;
        }
      };

  private History(Path directory, int commitEvery, Journal journal, Shelf shelf) {
    this.directory = directory;
    this.commitEvery = commitEvery;
    this.journal = journal;
    this.shelf = shelf;
    this.published = shelf.last();
    this.follower = Thread.ofPlatform().daemon().name("history").unstarted(this::follow);
    this.following = journal.follow(this::wake);
  }

  /**
   * Opens the index in this directory and lets it catch up with the journal in the background.
   *
   * @throws IOException if there is no place for an index
   */
  public static History open(Path directory, Journal journal) throws IOException {
    return open(directory, journal, COMMIT_EVERY);
  }

  static History open(Path directory, Journal journal, int commitEvery) throws IOException {
    Shelf shelf = Shelf.open(directory, (n, hash) -> has(journal, n, hash));
    History history = new History(directory, commitEvery, journal, shelf);
    history.follower.start();
    return history;
  }

  private static boolean has(Journal journal, long n, String hash) {
    return find(journal, n).map(entry -> entry.hash().equals(hash)).orElse(false);
  }

  private static Optional<Entry> find(Journal journal, long n) {
    try (Stream<Entry> entries = journal.entries(n - 1)) {
      return entries.findFirst().filter(entry -> entry.n() == n);
    }
  }

  /**
   * The commands that have all these words, newest first. A word is a whole one, a component of a
   * path or a part of a name, in any case; the last may be the beginning of one.
   */
  public List<Hit> search(String words, int limit) throws IOException {
    return find(SearchWords.query(words), limit);
  }

  /** The latest commands, newest first. */
  public List<Hit> recent(int limit) throws IOException {
    return find(MatchAllDocsQuery.INSTANCE, limit);
  }

  private List<Hit> find(Query query, int limit) throws IOException {
    try {
      if (journal.durable() - published() < FAR_BEHIND) {
        journal.sync();
        boolean _ = settle(SEARCH_PATIENCE, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      // Whoever wants the thread back gets what is found so far.
      Thread.currentThread().interrupt();
    }
    try {
      return shelf.search(query, limit);
    } catch (AlreadyClosedException e) {
      throw new IOException("the index is being made anew; try again", e);
    }
  }

  /**
   * What was done the same way to this target and to those at most {@code edits} keystrokes from
   * it; the target's own deed is among them if there is one. What the index has not taken in yet is
   * waited for no longer than a verdict may.
   */
  public List<Deed> near(Deed.Way way, String target, int edits) throws IOException {
    try {
      if (journal.durable() - published() < FAR_BEHIND) {
        boolean _ = settle(VERDICT_PATIENCE, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      return shelf.near(way, target, edits);
    } catch (AlreadyClosedException e) {
      throw new IOException("the index is being made anew; try again", e);
    }
  }

  /** The command whose number in the journal this is, if it is indexed. */
  public Optional<Hit> find(long n) throws IOException {
    try {
      return shelf.find(n);
    } catch (AlreadyClosedException e) {
      throw new IOException("the index is being made anew; try again", e);
    }
  }

  /** How often this imported command is known already. */
  int known(Imported imported) throws IOException {
    return shelf.count(Documents.originTerm(imported));
  }

  /** How often a guarded shell sent a command, whatever became of it. */
  int typed(String command) throws IOException {
    return shelf.count(Documents.typedTerm(command));
  }

  /** Waits until all that is safe in the journal now can be found; false when time is up. */
  public boolean settle(long timeout, TimeUnit unit) throws InterruptedException {
    long target = journal.durable();
    long nanos = unit.toNanos(timeout);
    lock.lock();
    try {
      while (published < target) {
        if (nanos <= 0 || closing) {
          return false;
        }
        if (!wanted) {
          wanted = true;
          change.signalAll();
        }
        nanos = change.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The number up to which the journal can be searched. */
  public long published() {
    lock.lock();
    try {
      return published;
    } finally {
      lock.unlock();
    }
  }

  /** Why the index is behind, if something keeps it from being written. */
  public Optional<String> trouble() {
    lock.lock();
    try {
      return Optional.ofNullable(trouble);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    following.close();
    lock.lock();
    try {
      closing = true;
      change.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (follower.isAlive()) {
      try {
        follower.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    shelf.close();
  }

  private void wake() {
    lock.lock();
    try {
      more = true;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void follow() {
    boolean alive = true;
    while (alive) {
      try {
        work();
        alive = false;
      } catch (IOException | RuntimeException e) {
        alive = await(RETRY_NANOS, reason(e)) && renew();
      }
    }
  }

  /** Begins again with an empty index after one that could not be written. */
  private boolean renew() {
    stories.clear();
    try {
      shelf.close();
    } catch (IOException | RuntimeException e) {
      // It is broken in any case.
    }
    while (true) {
      try {
        shelf = Shelf.empty(directory);
        return true;
      } catch (IOException | RuntimeException e) {
        if (!await(RETRY_NANOS, reason(e))) {
          return false;
        }
      }
    }
  }

  private static String reason(Exception e) {
    return e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
  }

  /** Waits out the time; false if the history was closed meanwhile. */
  private boolean await(long nanos, String reason) {
    long left = nanos;
    lock.lock();
    try {
      trouble = reason;
      while (left > 0 && !closing) {
        left = change.awaitNanos(left);
      }
      return !closing;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Follows the journal until the history is closed. */
  private void work() throws IOException {
    Shelf into = shelf;
    Entry uncommitted = null;
    int count = 0;
    long commitAt = 0;
    try (Cursor cursor = journal.cursor(into.last())) {
      while (true) {
        long safe = journal.durable();
        Entry entry = cursor.next();
        if (entry != null) {
          add(into, entry);
          commitAt = uncommitted == null ? System.nanoTime() + COMMIT_NANOS : commitAt;
          uncommitted = entry;
          if (++count % PUBLISH_EVERY == 0) {
            publish(into, entry.n());
            if (isClosing()) {
              into.commit(entry);
              return;
            }
          }
          if (count % commitEvery == 0) {
            into.commit(entry);
            uncommitted = null;
          }
          continue;
        }
        publish(into, Math.max(safe, cursor.last()));
        if (uncommitted != null && (isClosing() || System.nanoTime() >= commitAt)) {
          into.commit(uncommitted);
          uncommitted = null;
        }
        if (!awaitMore(uncommitted == null, commitAt)) {
          if (uncommitted != null) {
            into.commit(uncommitted);
          }
          return;
        }
      }
    }
  }

  private void publish(Shelf into, long n) throws IOException {
    into.publish();
    lock.lock();
    try {
      published = n;
      trouble = null;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for more in the journal, and then until somebody wants it or enough has come together, or
   * for the time to commit; false when closing.
   */
  private boolean awaitMore(boolean committed, long commitAt) {
    lock.lock();
    try {
      while (!more && !closing) {
        if (committed) {
          change.await();
        } else {
          long nanos = commitAt - System.nanoTime();
          if (nanos <= 0) {
            return true;
          }
          long _ = change.awaitNanos(nanos);
        }
      }
      long nanos = LINGER_NANOS;
      while (!wanted && !closing && nanos > 0) {
        nanos = change.awaitNanos(nanos);
      }
      more = false;
      wanted = false;
      return !closing;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void add(Shelf into, Entry entry) throws IOException {
    switch (entry.record()) {
      case Imported imported -> into.add(Documents.of(entry, imported));
      case Answer answer -> goOn(into, answer.intent(), entry.n(), s -> s.with(answer));
      case Outcome outcome -> goOn(into, outcome.intent(), entry.n(), s -> s.with(outcome));
      case Intent intent -> {
        Story story = new Story(entry, intent, null, null);
        stories.put(entry.n(), story);
        into.add(Documents.of(story));
      }
      case Started _, Stopped _, Repaired _, Gap _, SessionOpened _, Leave _, Other _ -> {}
    }
  }

  private void goOn(Shelf into, long intent, long now, UnaryOperator<Story> step)
      throws IOException {
    Story story = stories.get(intent);
    if (story == null) {
      story = remembered(intent, now);
    }
    if (story != null) {
      Story further = step.apply(story);
      stories.put(intent, further);
      into.replace(intent, Documents.of(further));
    }
  }

  /** A story that began before this index was opened, or long ago; an answer follows closely. */
  private @Nullable Story remembered(long intent, long before) {
    Story story = null;
    try (Stream<Entry> entries = journal.entries(intent - 1)) {
      for (Entry entry : (Iterable<Entry>) entries.limit(ANSWER_WITHIN)::iterator) {
        if (entry.n() >= before) {
          break;
        }
        if (entry.n() == intent && entry.record() instanceof Intent begun) {
          story = new Story(entry, begun, null, null);
        } else if (story != null
            && entry.record() instanceof Answer answer
            && answer.intent() == intent) {
          story = story.with(answer);
        }
      }
    }
    return story;
  }
}
