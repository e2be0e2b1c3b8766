package belay.index.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.index.history.HistoryFile.Format;
import belay.index.journal.Durability;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord;
import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.judge.Decision;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Span;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImporterTest {

  @TempDir Path home;
  private Journal journal;
  private History history;
  private Importer importer;

  @BeforeEach
  void open() throws Exception {
    journal = Journal.open(home.resolve("journal"), Clock.systemUTC());
    history = History.open(home.resolve("index"), journal);
    importer = new Importer(journal, history, ImporterTest::deletes);
  }

  @AfterEach
  void close() throws Exception {
    history.close();
    journal.close();
  }

  /** Reads {@code rm FILE}. */
  private static List<Effect> deletes(byte[] line, Dialect dialect) {
    String text = new String(line, StandardCharsets.UTF_8);
    return !text.startsWith("rm ")
        ? List.of()
        : List.of(
            new Effect(
                EffectKind.DELETE,
                new Target.Path(Value.of(text.substring(3))),
                Reach.ONE,
                Certainty.CERTAIN,
                new Origin(
                    new Span(3, line.length),
                    "rm",
                    List.of(),
                    new Origin.Place.Here(),
                    List.of())));
  }

  private Importer.Result run(String contents) throws Exception {
    return importer.run(Files.writeString(home.resolve(".bash_history"), contents), Format.AUTO);
  }

  @Test
  void theSameFileAgainAddsNothing() throws Exception {
    String stamped = "#1700000000\nls\n#1700000000\nls\n#1700000001\nrm /a\n";
    assertEquals(new Importer.Result(Dialect.BASH, 3, 3), run(stamped));
    assertEquals(new Importer.Result(Dialect.BASH, 3, 0), run(stamped));
    assertEquals(new Importer.Result(Dialect.BASH, 4, 1), run(stamped + "#1700000002\nls\n"));
    assertEquals(4, history.recent(99).size());
  }

  @Test
  void aFileWithoutTimesBringsWhatItHasMoreOf() throws Exception {
    assertEquals(3, run("ls\nmake\nls\n").added());
    assertEquals(0, run("make\nls\n").added());
    assertEquals(2, run("ls\nmake\nls\nls\ndate\n").added());
    assertEquals(5, history.recent(99).size());
  }

  @Test
  void secretsInItAreKnownAgain() throws Exception {
    assertEquals(1, run("PGPASSWORD=hunter2 psql\n").added());
    assertEquals(0, run("PGPASSWORD=hunter2 psql\n").added());
    assertEquals("PGPASSWORD=‹redacted› psql", history.recent(1).getFirst().command());
  }

  @Test
  void whatAGuardedShellSentIsNotCountedTwice() throws Exception {
    assertEquals(1, run("rm /srv/old\n").added());
    for (String line : List.of("rm /srv/old", "rm -r /srv", "mysql -psecret")) {
      var intent =
          new JournalRecord.Intent(
              "1-1",
              "zsh",
              "ada",
              "host",
              "/",
              "/dev/pts/1",
              line,
              Decision.BLOCK,
              List.of(),
              List.of(),
              9);
      var _ = journal.append(intent, Durability.SYNCED);
    }
    String grown = "rm /srv/old\nrm /srv/old\nrm -r /srv\nmysql -psecret\n";
    assertEquals(0, run(grown).added());
    // A shell without a guard ran it once more.
    assertEquals(1, run(grown + "rm -r /srv\n").added());
    assertEquals(0, run(grown + "rm -r /srv\n").added());
  }

  @Test
  void itsDeedsCountButNotThoseOfLinesNoShellWouldRun() throws Exception {
    run("rm /srv/old\ncat <<E\nrm /srv/doc\nE\ndone\nrm /srv/odd)\nrm /srv/old\n");
    var way = new Deed.Way(EffectKind.DELETE, "path", "");
    List<Deed> deeds = history.near(way, "/srv/old", 2);
    assertEquals(List.of("/srv/old"), deeds.stream().map(Deed::target).toList());
    assertEquals(2, deeds.getFirst().runs());
    assertEquals(2, deeds.getFirst().days());
    assertTrue(history.near(way, "/srv/doc", 0).isEmpty());
    assertFalse(history.search("odd", 9).isEmpty());
  }

  @Test
  void manyAreImportedInOrder() throws Exception {
    var contents = new StringBuilder();
    for (int i = 0; i < 12_000; i++) {
      contents.append("echo ").append(i).append('\n');
    }
    assertEquals(12_000, run(contents.toString()).added());
    assertEquals("echo 11999", history.recent(1).getFirst().command());
    assertEquals(0, run(contents.toString()).added());
  }
}
