package belay.daemon.server;

import belay.daemon.guard.Judgement;
import belay.daemon.session.HookMessage;
import belay.index.history.History;
import belay.index.history.HistoryFile;
import belay.index.history.Importer;
import belay.index.journal.Durability;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord;
import belay.index.journal.LoggedEffect;
import belay.index.journal.LoggedFinding;
import belay.index.journal.Receipt;
import belay.rules.judge.Decision;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts what happens into the journal, and knows when that fails. */
final class Recorder {

  /** How long a verdict waits for the disk; after it the verdict stands and the user is told. */
  private static final long DISK_PATIENCE_SECONDS = 5;

  private final Journal journal;
  private final History history;
  private final @Nullable String standby;
  private final Importer importer;
  private final String user = System.getProperty("user.name");
  private final String host;
  private volatile @Nullable String trouble;
  private volatile @Nullable String overcome;

  Recorder(Books books, Importer importer) {
    this.journal = books.journal();
    this.history = books.history();
    this.standby = books.trouble();
    this.importer = importer;
    this.host = hostName();
  }

  /** uname(2) nodename, as the kernel shows it without a call. */
  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return "localhost";
    }
  }

  /** Whose lines are recorded. */
  String user() {
    return user;
  }

  /** On what machine. */
  String host() {
    return host;
  }

  /** What is wrong with the journal now; empty when nothing is. */
  List<String> troubles() {
    return Stream.of(
            standby,
            repair(),
            trouble == null ? overcome : trouble,
            history.trouble().map(Recorder::withoutIndex).orElse(null))
        .filter(Objects::nonNull)
        .toList();
  }

  private static String withoutIndex(String reason) {
    return "the index of the history cannot be written ("
        + Text.printable(reason)
        + "), so the latest commands are not found; it is made anew as soon as that works";
  }

  /** What was mended when the journal was opened, in words; null when it was whole. */
  @Nullable String repair() {
    return journal
        .repair()
        .map(
            repair ->
                "the journal's last record was cut short, as after a crash: "
                    + repair.droppedBytes()
                    + " bytes were put aside in `"
                    + repair.savedAs()
                    + "`")
        .orElse(null);
  }

  void stopped() {
    await(append(new JournalRecord.Stopped(), Durability.SYNCED));
  }

  void started(String version) {
    append(new JournalRecord.Started(version, ProcessHandle.current().pid()), Durability.SYNCED);
  }

  void opened(HookMessage.Hello hello) {
    append(
        new JournalRecord.SessionOpened(
            hello.name(),
            hello.shell(),
            hello.version(),
            hello.pid(),
            hello.tty(),
            hello.historyFile()),
        Durability.GROUPED);
  }

  /** Returns the record's number; for all but an allow or a note it is on disk by then. */
  long intent(HookMessage.Hello hello, Judgement judgement, @Nullable String directory) {
    Decision decision = judgement.verdict().decision();
    boolean waits = decision.compareTo(Decision.CONFIRM) >= 0;
    Receipt receipt =
        append(
            new JournalRecord.Intent(
                hello.name(),
                hello.shell(),
                user,
                host,
                directory,
                hello.tty(),
                Text.decode(judgement.line()),
                decision,
                judgement.verdict().findings().stream().map(LoggedFinding::of).toList(),
                judgement.reading().effects().stream().map(LoggedEffect::of).toList(),
                judgement.micros()),
            waits ? Durability.SYNCED : Durability.GROUPED);
    if (waits) {
      await(receipt);
    }
    return receipt.number();
  }

  void answered(long intent, JournalRecord.Answer.How how, String typed) {
    await(append(new JournalRecord.Answer(intent, how, typed), Durability.SYNCED));
  }

  /** Something was given leave: {@link JournalRecord.Leave}. */
  void leave(String what, String rule, String detail) {
    await(append(new JournalRecord.Leave(what, rule, detail), Durability.SYNCED));
  }

  void outcome(long intent, int status, long micros) {
    append(new JournalRecord.Outcome(intent, status, micros), Durability.GROUPED);
  }

  private Receipt append(JournalRecord record, Durability durability) {
    Receipt receipt = journal.append(record, durability);
    CompletableFuture<Long> _ =
        receipt
            .durable()
            .whenComplete(
                (_, failure) -> {
                  if (failure == null) {
                    trouble = null;
                  } else {
                    fail(failure);
                  }
                });
    return receipt;
  }

  private void fail(Throwable failure) {
    String reason = reason(failure);
    trouble =
        "commands are not being recorded: "
            + reason
            + "; checking goes on, recording resumes by itself";
    overcome =
        "some commands could not be recorded ("
            + reason
            + "); recording works again, and the journal says how many are missing";
  }

  private static String reason(Throwable failure) {
    Throwable cause =
        (failure instanceof CompletionException || failure instanceof ExecutionException)
                && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return String.valueOf(cause.getMessage());
  }

  private void await(Receipt receipt) {
    try {
      receipt.durable().get(DISK_PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      // What else hangs on the receipt may not have run yet, and the verdict is told next.
      fail(e);
    } catch (TimeoutException _) {
      trouble = "the disk under the journal does not answer; checking goes on";
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads a shell's history file in; what is known already is passed over. */
  Importer.Result importFile(Path file, HistoryFile.Format format) throws IOException {
    try {
      return importer.run(file, format);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it was read in", e);
    }
  }

  /** The same in the background, for a file that a shell named, unless it was read before. */
  CompletableFuture<?> importOnce(Path file, String shell, Consumer<String> log) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            Importer.Result result = importFile(file, format(shell));
            if (result.added() > 0) {
              log.accept("`" + file + "`: " + result.added() + " commands read in");
            }
          } catch (NoSuchFileException _) {
            // A shell that has never been left has none.
          } catch (IOException e) {
            log.accept("`" + file + "` was not read in: " + e.getMessage());
          }
        },
        task -> Thread.ofPlatform().daemon().name("import").start(task));
  }

  private static HistoryFile.Format format(String shell) {
    return switch (shell) {
      case "bash" -> HistoryFile.Format.BASH;
      case "zsh" -> HistoryFile.Format.ZSH;
      default -> HistoryFile.Format.AUTO;
    };
  }
}
