package belay.index.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.index.journal.Durability;
import belay.index.journal.Entry;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord;
import belay.index.journal.JournalRecord.Answer;
import belay.index.journal.JournalRecord.Imported;
import belay.index.journal.JournalRecord.Intent;
import belay.index.journal.JournalRecord.Outcome;
import belay.index.journal.LoggedEffect;
import belay.rules.effect.EffectKind;
import belay.rules.judge.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
  private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
  private static final Deed.Way OVERWRITE = new Deed.Way(EffectKind.OVERWRITE, "path", "");

  @TempDir Path home;

  private Path index() {
    return home.resolve("index");
  }

  private Journal journal() throws IOException {
    return Journal.open(home.resolve("journal"), CLOCK);
  }

  private History history(Journal journal) throws IOException {
    return History.open(index(), journal);
  }

  private static Intent intent(String command, Decision decision, String... overwritten) {
    return new Intent(
        "1-1",
        "bash",
        "ada",
        "dom0",
        "/srv",
        "/dev/pts/1",
        command,
        decision,
        List.of(),
        Stream.of(overwritten)
            .map(path -> new LoggedEffect(EffectKind.OVERWRITE, "path", path, true, "dd", ""))
            .toList(),
        1);
  }

  private static long append(Journal journal, JournalRecord record) {
    return journal.append(record, Durability.GROUPED).number();
  }

  private static long run(Journal journal, String command, String... overwritten) {
    return append(journal, intent(command, Decision.ALLOW, overwritten));
  }

  private static List<String> commands(List<Hit> hits) {
    return hits.stream().map(Hit::command).toList();
  }

  private static void settle(Journal journal, History history) throws Exception {
    journal.sync();
    assertTrue(history.settle(20, TimeUnit.SECONDS));
  }

  @Test
  void whatWasJustEnteredIsFoundAtOnce() throws Exception {
    try (Journal journal = journal();
        History history = history(journal)) {
      for (int i = 0; i < 20; i++) {
        run(journal, "make target" + i);
        assertEquals(List.of("make target" + i), commands(history.search("target" + i, 5)));
      }
    }
  }

  @Test
  void aHitTellsTheWholeStory() throws Exception {
    try (Journal journal = journal();
        History history = history(journal)) {
      long n = append(journal, intent("rm -rf \033[31m/srv/old", Decision.CONFIRM));
      append(journal, new Answer(n, Answer.How.ACCEPTED, "yes"));
      append(journal, new Outcome(n, 1, 2_500_000));
      assertEquals(
          List.of(
              new Hit(
                  n,
                  NOON,
                  "rm -rf ^[[31m/srv/old",
                  "rm -rf \033[31m/srv/old",
                  "/srv",
                  OptionalInt.of(1),
                  OptionalLong.of(2_500_000),
                  Decision.CONFIRM,
                  Answer.How.ACCEPTED,
                  "dom0",
                  "ada")),
          history.search("old rm", 5));
    }
  }

  @Test
  void wordsAreFoundInAnyOrderAndByTheirParts() throws Exception {
    try (Journal journal = journal();
        History history = history(journal)) {
      String dd = "dd if=/srv/golden.img of=\"/srv/xen/Web2.img\" bs=4M";
      String ssh = "ssh root@db-1.example.org 'systemctl restart nginx'|tee -a log";
      run(journal, dd);
      run(journal, ssh);
      for (String words :
          List.of(
              "dd",
              "golden.img",
              "golden",
              "GOLD",
              "web2",
              "web2.im",
              "/srv/xen/web2.img",
              "/srv/xen/we",
              "xen/web2",
              "img dd",
              "of=/srv/xen",
              "4m if",
              "bs=4M",
              "xen/")) {
        assertEquals(List.of(dd), commands(history.search(words, 5)), words);
      }
      for (String words :
          List.of("db-1", "root@db-1.example.org", "ngin", "systemctl ssh", "example")) {
        assertEquals(List.of(ssh), commands(history.search(words, 5)), words);
      }
      for (String words : List.of("we dd", "golden nginx", "olden", "web22", "d")) {
        assertFalse(commands(history.search(words, 5)).size() == 1 && !words.equals("d"), words);
      }
      assertEquals(List.of(), history.search("we dd", 5));
      assertEquals(List.of(ssh, dd), commands(history.search("d", 5)));
      assertEquals(List.of(ssh), commands(history.search("", 1)));
    }
  }

  @Test
  void recentCommandsComeNewestFirstAndImportedOnesAtTheirOwnTime() throws Exception {
    try (Journal journal = journal();
        History history = history(journal)) {
      run(journal, "now 1");
      append(
          journal,
          new Imported("f", NOON.minusSeconds(9), "before", OptionalLong.empty(), List.of()));
      append(journal, new Imported("f", null, "once 1", OptionalLong.empty(), List.of()));
      append(journal, new Imported("f", null, "once 2", OptionalLong.empty(), List.of()));
      run(journal, "now 2");
      assertEquals(
          List.of("now 2", "now 1", "before", "once 2", "once 1"), commands(history.recent(10)));
      assertEquals(List.of("now 2", "now 1"), commands(history.recent(2)));
    }
  }

  @Test
  void anOutcomeFindsItsIntentAfterARestart() throws Exception {
    long n;
    try (Journal journal = journal();
        History history = history(journal)) {
      n = append(journal, intent("mkfs /dev/sdb", Decision.CONFIRM, "/dev/sdb"));
      append(journal, new Answer(n, Answer.How.ACCEPTED, "/dev/sdb"));
      settle(journal, history);
    }
    try (Journal journal = journal();
        History history = history(journal)) {
      append(journal, new Outcome(n, 0, 7));
      List<Hit> hits = history.search("mkfs", 5);
      assertEquals(OptionalInt.of(0), hits.getFirst().exit());
      assertEquals(1, hits.size());
      settle(journal, history);
      assertTrue(history.near(OVERWRITE, "/dev/sdb", 0).getFirst().accepted());
    }
  }

  @Test
  void anIndexThatIsGoneDamagedOrOfAnotherJournalIsMadeAnew() throws Exception {
    try (Journal journal = journal();
        History history = history(journal)) {
      run(journal, "make all");
      long n = run(journal, "make clean");
      append(journal, new Outcome(n, 2, 1));
      settle(journal, history);
    }
    assertFound();
    for (Path file : files()) {
      damage(file, StandardOpenOption.TRUNCATE_EXISTING);
      assertFound();
      damage(file, StandardOpenOption.WRITE);
      assertFound();
    }
    for (Path file : files()) {
      Files.deleteIfExists(file);
    }
    assertFound();
    // Another journal that is as long.
    for (String name : List.of("00000001.jsonl", "lock")) {
      Files.delete(home.resolve("journal").resolve(name));
    }
    try (Journal journal = journal();
        History history = history(journal)) {
      run(journal, "another 1");
      run(journal, "another 2");
      run(journal, "another 3");
      assertEquals(3, history.recent(9).size());
      assertEquals(List.of(), history.search("make", 9));
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(index())) {
      return files.filter(file -> !file.endsWith("write.lock")).toList();
    }
  }

  private static void damage(Path file, StandardOpenOption how) throws IOException {
    if (Files.exists(file)) {
      Files.writeString(file, "this is no part of an index", how);
    }
  }

  private void assertFound() throws Exception {
    try (Journal journal = journal();
        History history = history(journal)) {
      settle(journal, history);
      assertEquals(List.of("make clean", "make all"), commands(history.search("make", 9)));
      assertEquals(OptionalInt.of(2), history.search("clean", 9).getFirst().exit());
      assertTrue(history.trouble().isEmpty());
    }
  }

  @Test
  void aCloseAndAnOpenAddNothingTwice() throws Exception {
    for (int round = 1; round <= 4; round++) {
      try (Journal journal = journal();
          History history = history(journal)) {
        run(journal, "echo round");
        assertEquals(round, history.search("round", 99).size());
      }
    }
  }

  @Test
  void onlyWhatWasDoneCountsAsDeed() throws Exception {
    try (Journal journal = journal();
        History history = history(journal)) {
      run(journal, "dd of=a1", "/a1");
      run(journal, "dd of=a1", "/a1");
      append(journal, intent("dd of=a2", Decision.BLOCK, "/a2"));
      long refused = append(journal, intent("dd of=a3", Decision.CONFIRM, "/a3"));
      append(journal, new Answer(refused, Answer.How.REFUSED, "n"));
      long notFound = run(journal, "ddd of=a4", "/a4");
      append(journal, new Outcome(notFound, 127, 1));
      long accepted = append(journal, intent("dd of=a5", Decision.CONFIRM, "/a5"));
      append(journal, new Answer(accepted, Answer.How.ACCEPTED, "y"));
      append(journal, new Outcome(accepted, 0, 1));
      run(journal, "dd of=far", "/far-away");
      settle(journal, history);
      List<Deed> deeds = history.near(OVERWRITE, "/a6", 2);
      assertEquals(List.of("/a1", "/a5"), deeds.stream().map(Deed::target).toList());
      assertEquals(2, deeds.getFirst().runs());
      assertEquals(1, deeds.getFirst().days());
      assertFalse(deeds.getFirst().accepted());
      assertTrue(deeds.getLast().accepted());
      assertEquals(List.of(), history.near(new Deed.Way(EffectKind.DELETE, "path", ""), "/a1", 2));
      assertEquals(
          List.of(), history.near(new Deed.Way(EffectKind.OVERWRITE, "path", "host b"), "/a1", 2));
    }
  }

  @Test
  void namesWithPatternsAndStrangeBytesAreTakenAsTheyAre() throws Exception {
    try (Journal journal = journal();
        History history = history(journal)) {
      for (String name : List.of("/a*b", "/a\uDCFFb", "/ünï😀", "/" + "x".repeat(40_000))) {
        run(journal, "dd of=" + name, name);
        settle(journal, history);
        assertEquals(1, history.near(OVERWRITE, name, 1).size(), name.substring(0, 4));
      }
    }
  }

  @Test
  void entriesOfEveryKindPassThrough() throws Exception {
    try (Journal journal = journal();
        History history = history(journal)) {
      append(journal, new JournalRecord.Started("0.1.0", 1));
      append(journal, new Outcome(77, 0, 1));
      append(journal, new Answer(1, Answer.How.REFUSED, ""));
      run(journal, "ls");
      settle(journal, history);
      assertEquals(1, history.recent(9).size());
      try (Stream<Entry> entries = journal.entries(0)) {
        assertEquals(4, entries.count());
      }
    }
  }
}
