package belay.index.history;

import belay.index.journal.Durability;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord.Intent;
import belay.index.journal.JournalRecord.Outcome;
import belay.rules.judge.Decision;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Journals and indexes commands and their outcomes until it is killed; says how many are in. */
final class IndexerProcess {

  private IndexerProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (Journal journal = Journal.open(home.resolve("journal"), Clock.systemUTC());
        History history = History.open(home.resolve("index"), journal, 150)) {
      for (int i = 1; ; i++) {
        long n =
            journal
                .append(
                    new Intent(
                        "1-1",
                        "bash",
                        "ada",
                        "dom0",
                        "/",
                        "",
                        "make target" + i,
                        Decision.ALLOW,
                        List.of(),
                        List.of(),
                        1),
                    Durability.GROUPED)
                .number();
        var _ = journal.append(new Outcome(n, i % 3, 1), Durability.GROUPED);
        if (i % 50 == 0) {
          journal.sync();
          boolean _ = history.settle(20, TimeUnit.SECONDS);
          out.println(i);
        }
      }
    }
  }
}
