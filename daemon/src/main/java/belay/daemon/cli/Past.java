package belay.daemon.cli;

import belay.daemon.guard.CheckRequest;
import belay.daemon.guard.Guard;
import belay.daemon.guard.Judgement;
import belay.index.journal.Entry;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lines of one's own past, on which rules are tried. */
final class Past {

  private Past() {}

  /** A line as it may have been entered often. */
  record Entered(String command, @Nullable String directory, String shell) {

    /** Judges it once more, without a look at the machine. */
    Judgement judged(Guard guard) {
      CheckRequest request =
          new CheckRequest(
              Text.encode(command),
              Dialect.named(shell).orElse(Dialect.BASH),
              directory,
              System.getenv("HOME"),
              Map.of(),
              Map.of(),
              CheckRequest.Sight.NONE);
      return guard.judge(request.line(), request.shell(), Guard.NOTHING_KNOWN);
    }
  }

  /** What the journal has of the last days, oldest first, and how often each. */
  static Map<Entered, Long> lines(int days) throws IOException {
    Instant since = Instant.now().minus(Duration.ofDays(days));
    Map<Entered, Long> out = new LinkedHashMap<>();
    Path journal = AskedLine.directories().journal();
    if (!Files.isDirectory(journal)) {
      return out; // no daemon has run yet
    }
    try (Stream<Entry> entries = Journal.read(journal, 0)) {
      entries
          .filter(entry -> !entry.time().isBefore(since))
          .forEach(
              entry -> {
                if (entry.record() instanceof JournalRecord.Intent intent) {
                  out.merge(
                      new Entered(intent.command(), intent.directory(), intent.shell()),
                      1L,
                      Long::sum);
                }
              });
    }
    return out;
  }
}
