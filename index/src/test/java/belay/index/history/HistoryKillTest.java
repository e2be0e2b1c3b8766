package belay.index.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.index.journal.Entry;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord.Intent;
import belay.index.journal.JournalRecord.Outcome;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryKillTest {

  private static final int ROUNDS = 8;

  @TempDir Path home;

  @Test
  void anIndexerThatIsKilledComesBackWithAllOfTheJournalOnce() throws Exception {
    long seed = Long.getLong("belay.seed", 20261123);
    var random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  IndexerProcess.class.getName(),
                  home.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      int killAfter = random.nextInt(12);
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (int lines = 0; lines <= killAfter; lines++) {
          assertFalse(String.valueOf(out.readLine()).isEmpty());
        }
        process.toHandle().destroyForcibly();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(128 + 9, process.exitValue());
      }
    }
    try (Journal journal = Journal.open(home.resolve("journal"), Clock.systemUTC());
        History history = History.open(home.resolve("index"), journal)) {
      journal.sync();
      assertTrue(history.settle(60, TimeUnit.SECONDS));
      Map<Long, OptionalInt> journalled = new TreeMap<>();
      try (Stream<Entry> entries = journal.entries(0)) {
        entries.forEach(
            entry -> {
              if (entry.record() instanceof Intent) {
                journalled.put(entry.n(), OptionalInt.empty());
              } else if (entry.record() instanceof Outcome outcome) {
                journalled.put(outcome.intent(), OptionalInt.of(outcome.status()));
              }
            });
      }
      Map<Long, OptionalInt> found = new TreeMap<>();
      for (Hit hit : history.recent(1_000_000)) {
        assertEquals(null, found.put(hit.n(), hit.exit()), "record " + hit.n() + " is there twice");
      }
      assertFalse(found.isEmpty());
      assertEquals(journalled, found, "seed " + seed);
    }
  }
}
