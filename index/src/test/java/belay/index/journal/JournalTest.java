package belay.index.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.index.journal.JournalRecord.Answer;
import belay.index.journal.JournalRecord.Imported;
import belay.index.journal.JournalRecord.Intent;
import belay.index.journal.JournalRecord.Outcome;
import belay.index.journal.JournalRecord.Repaired;
import belay.index.journal.JournalRecord.SessionOpened;
import belay.index.journal.JournalRecord.Started;
import belay.index.journal.JournalRecord.Stopped;
import belay.rules.effect.EffectKind;
import belay.rules.judge.Decision;
import belay.rules.judge.Severity;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
  private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);

  @TempDir Path home;

  private Path directory() {
    return home.resolve("state/journal");
  }

  private Journal open() throws IOException {
    return Journal.open(directory(), CLOCK);
  }

  private static long durable(Receipt receipt) throws Exception {
    return receipt.durable().get(20, TimeUnit.SECONDS);
  }

  private List<JournalRecord> read() {
    try (Stream<Entry> entries = Journal.read(directory(), 0)) {
      return entries.map(Entry::record).toList();
    }
  }

  private Path segment(int number) {
    return directory().resolve(String.format("%08d.jsonl", number));
  }

  private void write(String... commands) throws Exception {
    try (Journal journal = open()) {
      for (String command : commands) {
        durable(journal.append(Records.intent(command), Durability.SYNCED));
      }
    }
  }

  @Test
  void everyKindOfRecordComesBackAsItWas() throws Exception {
    List<JournalRecord> records =
        List.of(
            new Started("0.1.0", 4121),
            new SessionOpened("77-1", "zsh", "5.9", 77, "/dev/pts/1", "/home/ada/.zsh_history"),
            new Intent(
                "77-1",
                "zsh",
                "ada",
                "dom0",
                null,
                "/dev/pts/1",
                "dd if=/srv/golden.img of=/srv/xen/web1.img bs=4M",
                Decision.BLOCK,
                List.of(
                    new LoggedFinding(
                        "core.storage/live-image",
                        Severity.CRITICAL,
                        "The image `web1.img` is open in a running guest.",
                        "/srv/xen/web1.img",
                        List.of("open in qemu, pid 4121"),
                        null),
                    new LoggedFinding(
                        "near-miss", Severity.HIGH, "m", "t", List.of(), "/srv/xen/web2.img")),
                List.of(
                    new LoggedEffect(
                        EffectKind.OVERWRITE, "path", "/srv/xen/web1.img", true, "dd", ""),
                    new LoggedEffect(EffectKind.DELETE, "path", "/srv/*", false, "rm", "host b")),
                812),
            new Answer(3, Answer.How.END_OF_INPUT, "ye"),
            new Outcome(3, 130, 4_000_000),
            new Imported("/h", NOON, "ls", OptionalLong.of(3_000_000), List.of()),
            new Imported("/h", null, "ls -l", OptionalLong.empty(), List.of()),
            new Stopped());
    try (Journal journal = open()) {
      for (JournalRecord record : records) {
        journal.append(record, Durability.GROUPED);
      }
    }
    assertEquals(records, read());
    assertEquals(
        new Verification.Sound(records.size(), Journal.tail(directory(), 1).getFirst().hash()),
        Journal.verify(directory()));
  }

  @Test
  void bytesThatAreNoTextSurvive() throws Exception {
    String odd = Text.decode(new byte[] {'r', 'm', ' ', (byte) 0xFF, 0x1B, '[', 'A', (byte) 0xC3});
    write(odd);
    assertEquals(List.of(Records.intent(odd)), read());
    String line = Files.readString(segment(1), UTF_8);
    assertTrue(line.contains("\"command\":\"rm \\\\xff^[[A\\\\xc3\""), line);
    assertTrue(line.contains("\"command_base64\":\"cm0g/xtbQcM=\""), line);
  }

  @Test
  void numbersAreGivenOutAtOnceAndCountOnAfterReopening() throws Exception {
    try (Journal journal = open()) {
      Receipt intent = journal.append(Records.intent("make"), Durability.GROUPED);
      assertEquals(1, intent.number());
      Receipt outcome = journal.append(new Outcome(intent.number(), 0, 5), Durability.GROUPED);
      assertEquals(2, outcome.number());
      assertEquals(2, durable(outcome));
      assertEquals(2, journal.durable());
    }
    try (Journal journal = open()) {
      assertEquals(3, journal.append(new Stopped(), Durability.SYNCED).number());
    }
    assertEquals(3, ((Verification.Sound) Journal.verify(directory())).count());
  }

  @Test
  void onlyTheUserCanReadIt() throws Exception {
    write("ls");
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(segment(1))));
  }

  @Test
  void aGroupedRecordIsSafeWithoutAnybodyAskingForIt() throws Exception {
    try (Journal journal = open()) {
      assertEquals(1, durable(journal.append(Records.intent("ls"), Durability.GROUPED)));
    }
  }

  @Test
  void syncMakesAllThatWasAppendedReadable() throws Exception {
    try (Journal journal = open()) {
      for (int i = 0; i < 100; i++) {
        journal.append(Records.intent("ls " + i), Durability.GROUPED);
      }
      journal.sync();
      assertEquals(100, journal.durable());
      try (Stream<Entry> entries = journal.entries(90)) {
        assertEquals(
            List.of("ls 90", "ls 91", "ls 92"),
            entries.limit(3).map(entry -> ((Intent) entry.record()).command()).toList());
      }
    }
  }

  @Test
  void aCursorGoesOnWhereItStood() throws Exception {
    try (Journal journal = open();
        Cursor cursor = journal.cursor(0)) {
      assertEquals(null, cursor.next());
      for (int i = 1; i <= 3; i++) {
        durable(journal.append(Records.intent("ls " + i), Durability.SYNCED));
        assertEquals(i, java.util.Objects.requireNonNull(cursor.next()).n());
        assertEquals(null, cursor.next());
      }
    }
  }

  @Test
  void segmentsFollowEachOtherAndTheChainGoesOn() throws Exception {
    List<String> commands = new ArrayList<>();
    try (Journal journal = Journal.open(directory(), CLOCK, 2000, Segments::open)) {
      try (Cursor cursor = journal.cursor(0)) {
        for (int i = 0; i < 30; i++) {
          commands.add("echo " + "x".repeat(i));
          durable(journal.append(Records.intent(commands.getLast()), Durability.SYNCED));
          assertEquals(i + 1, java.util.Objects.requireNonNull(cursor.next()).n());
        }
      }
      assertEquals(
          commands.subList(23, 30),
          journal.tail(7).stream().map(e -> ((Intent) e.record()).command()).toList());
      try (Stream<Entry> entries = journal.entries(17)) {
        assertEquals(18, entries.findFirst().orElseThrow().n());
      }
    }
    assertTrue(Files.exists(segment(4)));
    assertEquals(commands, read().stream().map(r -> ((Intent) r).command()).toList());
    assertEquals(30, ((Verification.Sound) Journal.verify(directory())).count());
    Files.delete(segment(2));
    assertEquals(segment(3), ((Verification.Broken) Journal.verify(directory())).file());
  }

  @Test
  void aLineCutAnywhereIsPutAsideAndTold() throws Exception {
    write("first", "second");
    byte[] whole = Files.readAllBytes(segment(1));
    int second = new String(whole, UTF_8).indexOf('\n') + 1;
    for (int cut = second + 1; cut < whole.length; cut += 7) {
      byte[] torn = Arrays.copyOfRange(whole, second, cut);
      Files.write(segment(1), Arrays.copyOf(whole, cut));
      try (Journal journal = open()) {
        Repair repair = journal.repair().orElseThrow();
        assertEquals(torn.length, repair.droppedBytes());
        assertArrayEquals(torn, Files.readAllBytes(repair.savedAs()));
        journal.sync();
        assertEquals(2, journal.durable());
      }
      List<JournalRecord> records = read();
      assertEquals(Records.intent("first"), records.getFirst());
      assertEquals(torn.length, assertInstanceOf(Repaired.class, records.get(1)).droppedBytes());
      assertInstanceOf(Verification.Sound.class, Journal.verify(directory()));
    }
  }

  @Test
  void garbageBehindTheLastRecordIsPutAside() throws Exception {
    write("first", "second");
    String sound = Files.readString(segment(1));
    String first = sound.substring(0, sound.indexOf('\n') + 1);
    String foreign = new String(Line.write(3, NOON, "f".repeat(64), "stopped", ""), UTF_8) + "\n";
    for (String tail :
        List.of("\0\0\0\0", "{}\n", "\n", "{\"n\":3}\nhalf", foreign, foreign + "\0", first)) {
      Files.writeString(segment(1), sound + tail);
      try (Journal journal = open()) {
        assertEquals(tail, Files.readString(journal.repair().orElseThrow().savedAs()));
      }
      assertEquals(3, ((Verification.Sound) Journal.verify(directory())).count(), tail);
    }
  }

  @Test
  void aTornTailLargerThanAnyWindowIsPutAside() throws Exception {
    write("first");
    Files.writeString(segment(1), "x\n".repeat(300_000), StandardOpenOption.APPEND);
    try (Journal journal = open()) {
      assertEquals(600_000, journal.repair().orElseThrow().droppedBytes());
    }
    assertEquals(2, ((Verification.Sound) Journal.verify(directory())).count());
  }

  @Test
  void aSegmentThatIsNothingButTornGoesOnFromTheOneBefore() throws Exception {
    write("first");
    Files.writeString(segment(2), "{\"n\":2,\"t");
    try (Journal journal = open()) {
      assertEquals(9, journal.repair().orElseThrow().droppedBytes());
      assertEquals(2, journal.append(new Stopped(), Durability.SYNCED).number() - 1);
    }
    assertEquals(3, ((Verification.Sound) Journal.verify(directory())).count());
  }

  @Test
  void aSoundJournalNeedsNoRepair() throws Exception {
    write("first");
    try (Journal journal = open()) {
      assertTrue(journal.repair().isEmpty());
    }
  }

  @Test
  void changingAnyByteOfAnyRecordIsNamed() throws Exception {
    write("first", "rm -rf /srv/old", "third");
    byte[] sound = Files.readAllBytes(segment(1));
    int line = 1;
    for (int i = 0; i < sound.length; i++) {
      byte[] changed = sound.clone();
      changed[i] ^= 1;
      Files.write(segment(1), changed);
      Verification.Broken broken =
          assertInstanceOf(Verification.Broken.class, Journal.verify(directory()), "byte " + i);
      assertEquals(line, broken.line(), "byte " + i + ": " + broken.reason());
      line += sound[i] == '\n' ? 1 : 0;
    }
  }

  @Test
  void aRecordForgedWithAFittingChecksumDoesNotFitItsFollower() throws Exception {
    write("first", "rm -rf /srv/old", "third");
    List<String> lines = Files.readAllLines(segment(1));
    String members = RecordJson.members(Records.intent("rm -rf /tmp/old"));
    byte[] line = lines.get(1).getBytes(UTF_8);
    byte[] forged = Line.write(2, NOON, Line.previous(line), "intent", members);
    Files.write(segment(1), List.of(lines.get(0), new String(forged, UTF_8), lines.get(2)));
    assertEquals(
        new Verification.Broken(segment(1), 3, "the record does not follow from the one before it"),
        Journal.verify(directory()));
  }

  @Test
  void aRecordTakenOutIsMissed() throws Exception {
    write("first", "rm -rf /srv/old", "third");
    List<String> lines = Files.readAllLines(segment(1));
    Files.write(segment(1), List.of(lines.get(0), lines.get(2)));
    assertEquals(2, ((Verification.Broken) Journal.verify(directory())).line());
  }

  @Test
  void damageInTheMiddleHidesOnlyItself() throws Exception {
    write("first", "second", "third");
    Files.writeString(segment(1), Files.readString(segment(1)).replace("\"second\"", "\"SECOND\""));
    assertEquals(List.of(Records.intent("first"), Records.intent("third")), read());
    try (Journal journal = open()) {
      assertTrue(journal.repair().isEmpty());
    }
  }

  @Test
  void twoCannotHaveItOpen() throws Exception {
    try (Journal journal = open()) {
      IOException refused = assertThrows(IOException.class, this::open);
      assertTrue(String.valueOf(refused.getMessage()).contains("already open"), refused::toString);
      durable(journal.append(new Stopped(), Durability.SYNCED));
    }
    open().close();
  }

  @Test
  void aClosedJournalSaysSo() throws Exception {
    Journal journal = open();
    journal.close();
    Receipt receipt = journal.append(new Stopped(), Durability.GROUPED);
    assertTrue(receipt.durable().isCompletedExceptionally());
    journal.sync();
    journal.close();
  }

  @Test
  void secretsNeverReachTheDisk() throws Exception {
    Intent intent =
        new Intent(
            "1-1",
            "bash",
            "ada",
            "dom0",
            "/",
            "",
            "curl -u ada:hunter2 https://ada:hunter2@h/ > out",
            Decision.NOTE,
            List.of(
                new LoggedFinding(
                    "r",
                    Severity.LOW,
                    "saw PASSWORD=hunter2",
                    "https://ada:hunter2@h/",
                    List.of("TOKEN=hunter2"),
                    "x://a:hunter2@h")),
            List.of(
                new LoggedEffect(
                    EffectKind.PUBLISH, "cloud", "https://a:hunter2@h", true, "curl", "")),
            1);
    try (Journal journal = open()) {
      journal.append(intent, Durability.GROUPED);
      journal.append(
          new Imported("f", null, "PGPASSWORD=hunter2 psql", OptionalLong.empty(), List.of()),
          Durability.GROUPED);
      journal.append(new Answer(1, Answer.How.REFUSED, "PASSWORD=hunter2"), Durability.GROUPED);
    }
    String written = Files.readString(segment(1));
    assertFalse(written.contains("hunter2"), written);
    assertTrue(written.contains("curl -u ada:‹redacted› https://ada:‹redacted›@h/ > out"), written);
  }

  @Test
  void aLineThatANewerVersionWroteIsKept() throws Exception {
    write("first");
    byte[] first = Files.readAllLines(segment(1)).getFirst().getBytes(UTF_8);
    byte[] next = Line.write(2, NOON, Line.hash(first), "dream", ",\"of\":\"sheep\"");
    Files.writeString(segment(1), new String(next, UTF_8) + "\n", StandardOpenOption.APPEND);
    try (Journal journal = open()) {
      assertTrue(journal.repair().isEmpty());
    }
    assertEquals(new JournalRecord.Other("dream"), read().getLast());
    assertInstanceOf(Verification.Sound.class, Journal.verify(directory()));
  }
}
