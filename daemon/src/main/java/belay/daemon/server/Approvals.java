package belay.daemon.server;

import belay.daemon.libc.Peer;
import belay.daemon.libc.Wake;
import belay.daemon.terminal.Approval;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lines that wait for a second person. As long as there is one, a door stands open to the other
 * users of the machine; who comes in without a code learns nothing. Safe for many threads.
 */
final class Approvals implements AutoCloseable {

  /** Nobody guesses one in five minutes: 30 letters to the power of 8. */
  private static final int LENGTH = 8;

  private static final String LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

  /** So many wrong codes a minute are typing errors; more are guesses. */
  private static final int MOST_WRONG = 5;

  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  /**
   * A line that waits.
   *
   * @param line as a person may read it
   * @param messages what would come of it
   */
  record Question(String line, String directory, String user, String host, List<String> messages) {
    Question {
      messages = List.copyOf(messages);
    }
  }

  /** Who may approve. */
  interface Admission {
    /**
     * Whether a peer is another person than the asker, and one who may approve.
     *
     * @param asking the process that waits
     */
    boolean admits(Peer who, long asking);
  }

  /** Opens the door for as long as it is not closed. */
  interface Door {
    AutoCloseable open(Approvals approvals) throws IOException;
  }

  private final Map<String, Pending> pending = new HashMap<>();
  private final Map<Integer, Deque<Long>> wrong = new HashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final Door door;
  private final Admission admission;
  private final Consumer<String> log;
  private @Nullable AutoCloseable open;

  /**
   * No lines yet.
   *
   * @param admission who may approve
   */
  Approvals(Door door, Admission admission, Consumer<String> log) {
    this.door = door;
    this.admission = admission;
    this.log = log;
  }

  /** One line that waits. */
  final class Pending implements Approval {
    private final String code;
    private final Question question;
    private final long asking;
    private final Wake wake;
    private final BiConsumer<Peer, String> approved;
    private final CompletableFuture<String> approver = new CompletableFuture<>();

    private Pending(
        String code, Question question, long asking, Wake wake, BiConsumer<Peer, String> approved) {
      this.code = code;
      this.question = question;
      this.asking = asking;
      this.wake = wake;
      this.approved = approved;
    }

    @Override
    public String code() {
      return code;
    }

    @Override
    public Optional<String> approver() {
      return Optional.ofNullable(approver.getNow(null));
    }

    /** Waits for the approver; empty where there is none in time. */
    Optional<String> approver(Duration patience) {
      try {
        return Optional.of(approver.get(patience.toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException | ExecutionException _) {
        return Optional.empty();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }

    @Override
    public Wake wake() {
      return wake;
    }

    @Override
    public void close() {
      withdraw(this);
    }
  }

  /**
   * Lets a line wait.
   *
   * @param asking the process that waits
   * @param approved told who approved, and by what name, before the line goes on
   * @throws IOException where nobody could be let in
   */
  synchronized Pending ask(Question question, long asking, BiConsumer<Peer, String> approved)
      throws IOException {
    if (open == null) {
      open = door.open(this);
    }
    Pending one = new Pending(code(), question, asking, new Wake(), approved);
    pending.put(one.code, one);
    return one;
  }

  private String code() {
    while (true) {
      StringBuilder code = new StringBuilder();
      for (int i = 0; i < LENGTH; i++) {
        code.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      if (!pending.containsKey(code.toString())) {
        return code.toString();
      }
    }
  }

  private synchronized void withdraw(Pending one) {
    pending.remove(one.code);
    one.approver.completeExceptionally(new IllegalStateException("withdrawn"));
    one.wake.close();
    if (pending.isEmpty()) {
      shut();
    }
  }

  private void shut() {
    AutoCloseable door = open;
    open = null;
    if (door != null) {
      try {
        door.close();
      } catch (Exception e) {
        log.accept("the door for approvals could not be closed: " + e.getMessage());
      }
    }
  }

  /** The line that waits under a code, for who may approve it. */
  synchronized Optional<Question> look(Peer who, String code) {
    return find(who, code).map(one -> one.question);
  }

  /** The line that waits under a code that somebody has; for the asker's own side. */
  synchronized Optional<Pending> own(String code) {
    return Optional.ofNullable(pending.get(code));
  }

  /** Lets a line go on; false where there is none of that code, or not for this peer. */
  synchronized boolean approve(Peer who, String code, String name) {
    Optional<Pending> found = find(who, code);
    found.ifPresent(
        one -> {
          if (!one.approver.isDone()) {
            one.approved.accept(who, name);
            one.approver.complete(name + " (uid " + who.uid() + ")");
            one.wake.wake();
          }
        });
    return found.isPresent();
  }

  /** The answer is the same for a wrong code, for too many of them, and for who may not. */
  private Optional<Pending> find(Peer who, String code) {
    Deque<Long> tries = wrong.computeIfAbsent(who.uid(), _ -> new ArrayDeque<>());
    long now = System.nanoTime();
    while (!tries.isEmpty() && now - tries.peekFirst() > MINUTE_NANOS) {
      tries.pollFirst();
    }
    if (tries.size() >= MOST_WRONG) {
      return Optional.empty();
    }
    Pending one = pending.get(code.strip().toUpperCase(Locale.ROOT));
    if (one == null || !admission.admits(who, one.asking)) {
      tries.addLast(now);
      return Optional.empty();
    }
    return Optional.of(one);
  }

  @Override
  public synchronized void close() {
    List.copyOf(pending.values()).forEach(Pending::close);
    shut();
  }
}
