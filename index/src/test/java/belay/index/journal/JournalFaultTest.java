package belay.index.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import belay.index.journal.JournalRecord.Gap;
import belay.index.journal.JournalRecord.Intent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFaultTest {

  private static final int ROUNDS = 25;

  @TempDir Path home;

  private static long durable(Receipt receipt) throws Exception {
    return receipt.durable().get(20, TimeUnit.SECONDS);
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheWriterIsKilled() throws Exception {
    long seed = Long.getLong("belay.seed", 20261123);
    var random = new Random(seed);
    Path directory = home.resolve("journal");
    Map<Long, Integer> acknowledged = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      Process process = writer(directory, random.nextLong());
      int killAfter = random.nextInt(400);
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        assertEquals("open", out.readLine());
        int lines = 0;
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          if (lines++ == killAfter) {
            process.toHandle().destroyForcibly();
          }
          String[] parts = line.split(" ", -1);
          // The pipe may end in the middle of a line; that one was not acknowledged to anybody.
          if (parts.length == 2 && !parts[1].isEmpty() && process.isAlive()) {
            acknowledged.put(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
          }
        }
      }
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
      assertEquals(128 + 9, process.exitValue());
    }
    long last;
    try (Journal journal = Journal.open(directory, Clock.systemUTC())) {
      journal.sync();
      last = journal.durable();
    }
    String context = "seed " + seed;
    Verification.Sound sound =
        assertInstanceOf(Verification.Sound.class, Journal.verify(directory), context);
    assertEquals(last, sound.count(), context);
    Map<Long, Integer> found = new HashMap<>();
    try (Stream<Entry> entries = Journal.read(directory, 0)) {
      entries.forEach(
          entry -> {
            if (entry.record() instanceof Intent intent) {
              found.put(entry.n(), intent.command().length());
            }
          });
    }
    assertFalse(acknowledged.isEmpty());
    acknowledged.forEach(
        (n, length) -> assertEquals(length, found.get(n), context + ", record " + n));
  }

  private static Process writer(Path directory, long seed) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            WriterProcess.class.getName(),
            directory.toString(),
            String.valueOf(seed))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void anotherProcessCannotOpenItMeanwhile() throws Exception {
    Path directory = home.resolve("journal");
    Process process = writer(directory, 1);
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals("open", out.readLine());
      IOException refused =
          assertThrows(IOException.class, () -> Journal.open(directory, Clock.systemUTC()).close());
      assertTrue(
          String.valueOf(refused.getMessage()).contains("in use by another process"),
          refused::toString);
    } finally {
      process.toHandle().destroyForcibly();
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }
    Journal.open(directory, Clock.systemUTC()).close();
  }

  @Test
  void aFullDiskLosesWhatItCannotHoldAndSaysHowMuch() throws Exception {
    Path disk = Files.createDirectory(home.resolve("disk"));
    mount(disk);
    try {
      Path directory = disk.resolve("journal");
      Path ballast = disk.resolve("ballast");
      try (Journal journal = Journal.open(directory, Clock.systemUTC())) {
        durable(journal.append(Records.intent("before"), Durability.SYNCED));
        fill(ballast);
        // The page that is begun still takes records; the one that needs a new page does not.
        int before = 1;
        Receipt refused = journal.append(Records.intent("x".repeat(5000)), Durability.SYNCED);
        ExecutionException failure = assertThrows(ExecutionException.class, () -> durable(refused));
        assertInstanceOf(IOException.class, failure.getCause());
        Receipt alsoRefused = journal.append(Records.intent("y".repeat(5000)), Durability.GROUPED);
        assertThrows(ExecutionException.class, () -> durable(alsoRefused));
        assertEquals(before, journal.durable());
        assertInstanceOf(Verification.Sound.class, Journal.verify(directory));
        Files.delete(ballast);
        assertEquals(4, durable(journal.append(Records.intent("after"), Durability.SYNCED)));
        assertEquals(List.of(1L, 3L, 4L), journal.tail(9).stream().map(Entry::n).toList());
        Gap gap = assertInstanceOf(Gap.class, journal.tail(2).getFirst().record());
        assertEquals(2, gap.lost());
        assertTrue(gap.reason().contains("No space left"), gap::reason);
      }
      assertEquals(3, ((Verification.Sound) Journal.verify(directory)).count());
    } finally {
      run("umount", disk.toString());
    }
  }

  @Test
  void aDiskThatStaysFullUntilTheEndDoesNotHang() throws Exception {
    Path disk = Files.createDirectory(home.resolve("disk"));
    mount(disk);
    try {
      Path directory = disk.resolve("journal");
      try (Journal journal = Journal.open(directory, Clock.systemUTC())) {
        durable(journal.append(Records.intent("before"), Durability.SYNCED));
        fill(disk.resolve("ballast"));
        for (int i = 0; i < 50; i++) {
          journal.append(Records.intent("x".repeat(5000)), Durability.GROUPED);
        }
        journal.sync();
        assertEquals(1, journal.durable());
      }
      Files.delete(disk.resolve("ballast"));
      try (Journal journal = Journal.open(directory, Clock.systemUTC())) {
        durable(journal.append(Records.intent("after"), Durability.SYNCED));
      }
      assertInstanceOf(Verification.Sound.class, Journal.verify(directory));
    } finally {
      run("umount", disk.toString());
    }
  }

  private static void mount(Path disk) throws Exception {
    if (run("mount", "-t", "tmpfs", "-o", "size=256k", "none", disk.toString()) != 0) {
      abort("a file system of a few pages cannot be mounted here: this needs root");
    }
  }

  private static int run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private static void fill(Path ballast) throws IOException {
    try (var out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      assertTrue(String.valueOf(full.getMessage()).contains("No space left"), full::toString);
    }
  }
}
