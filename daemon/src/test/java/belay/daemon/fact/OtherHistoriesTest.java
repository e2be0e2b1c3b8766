package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.FixedShell;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mercurial 6.3 and Subversion 1.14: as they answered once, and themselves where they are here. */
final class OtherHistoriesTest {

  private static final EffectReader READER = new EffectReader(CommandModels.builtIn());

  @TempDir Path scratch;
  private final List<String> asked = new ArrayList<>();

  private Facts look(Programs programs, String directory, String line) {
    byte[] bytes = Text.encode(line);
    var shell =
        FixedShell.incomplete(
            Dialect.BASH, directory, scratch.toString(), Map.of(), Map.of(), Map.of());
    List<Effect> effects = READER.read(Parser.parse(bytes, Dialect.BASH), bytes, shell).effects();
    return new FactFinder(Machine.local(), Duration.ofSeconds(20))
        .knowing(new Knowledge(Labels.NONE, List.of(), List.of(), List::of, programs))
        .lookAll(effects, new Viewpoint(directory, scratch.toString(), 0, Map.of()))
        .getFirst()
        .getFirst();
  }

  private Programs saying(int status, String output, String complaint) {
    return (question, deadline) -> {
      asked.addAll(question.words());
      return new Programs.Answer(status, output, true, complaint);
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hg update -C tip                   | M a.c\\0M b.c\\0          | TRUE  | 2 files with changes that are committed nowhere (a.c, b.c)
          hg update -C tip                   |                           | FALSE |
          hg update --clean                  | M a.c\\0                  | TRUE  | 1 file with changes that are committed nowhere (a.c)
          hg revert --all --no-backup        | M a.c\\0                  | TRUE  | 1 file with changes that are committed nowhere (a.c)
          hg revert --all                    | M a.c\\0                  | FALSE |
          hg purge                           | ? new.c\\0                | TRUE  | 1 name under no control (new.c)
          hg purge --all                     | ? new.c\\0I a.o\\0        | TRUE  | 1 name under no control (new.c), 1 ignored name (a.o)
          hg strip --no-backup -r 5          | draft\\ndraft\\n          | TRUE  | 2 changesets never pushed, without backup
          hg strip -r 5                      | draft\\n                  | FALSE |
          svn revert -R .                    | M       /srv/w/a.c\\n?       /srv/w/new\\nA       /srv/w/b\\n | TRUE | 1 file with changes that are committed nowhere (a.c)
          svn revert a.c                     | M       /srv/w/a.c\\n     | TRUE  | 1 file with changes that are committed nowhere (/srv/w/a.c)
          svn revert -R .                    | ?       /srv/w/new\\n     | FALSE |
          svn cleanup --remove-unversioned   | ?       /srv/w/new\\nM       /srv/w/a.c\\n | TRUE | 1 name under no control (new)
          svn cleanup --remove-ignored       | I       /srv/w/a.o\\n?       /srv/w/new\\n | TRUE | 1 ignored name (a.o)
          """)
  void whatIsRecordedIsUnderstood(String line, String output, Truth unsaved, String evidence) {
    String answer = output == null ? "" : output.replace("\\0", "\0").replace("\\n", "\n");
    Facts facts = look(saying(0, answer, ""), "/srv/w", line);
    assertEquals(unsaved, facts.truth(About.UNSAVED), facts::toString);
    assertEquals(evidence == null ? List.of() : List.of(evidence), facts.evidence(About.UNSAVED));
  }

  @Test
  void changesetsThatOthersHaveArePublished() {
    Facts facts = look(saying(0, "public\ndraft\n", ""), "/srv/w", "hg strip -r 4");
    assertEquals(List.of("1 changeset that others have"), facts.evidence(About.PUBLISHED));
    assertTrue(asked.contains("(4)::"), asked::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "hg update -C, 255, abort: no repository found in '/srv/w'",
    "svn revert -R ., 0, svn: warning: W155007: '/srv/w' is not a working copy",
  })
  void whereThereIsNoneItIsUnknownInTheProgramsWords(String line, int status, String complaint) {
    Facts facts = look(saying(status, "", complaint), "/srv/w", line);
    assertEquals(Truth.UNKNOWN, facts.truth(About.UNSAVED));
    assertTrue(facts.toString().contains(complaint), facts::toString);
  }

  @Test
  void whatIsNotInstalledLeavesItUnknown() {
    Programs none =
        (question, deadline) -> {
          throw new java.io.IOException("`hg` is not installed");
        };
    Facts facts = look(none, "/srv/w", "hg update -C");
    assertEquals(Truth.UNKNOWN, facts.truth(About.UNSAVED));
    assertTrue(facts.toString().contains("`hg` is not installed"), facts::toString);
  }

  private void run(Path directory, String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile()).inheritIO();
    builder.environment().put("HGPLAIN", "1");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    assertEquals(0, builder.start().waitFor(), () -> String.join(" ", words));
  }

  private void assertUnsaved(Path directory, String line, String evidence) {
    Facts facts = look(Programs.local(), directory.toString(), line);
    assertEquals(List.of(evidence), facts.evidence(About.UNSAVED), () -> line + ": " + facts);
  }

  @Test
  void mercurialItselfIsAsked() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/hg")), "mercurial is not installed");
    Path work = Files.createDirectory(scratch.resolve("w"));
    run(work, "hg", "init");
    Files.writeString(work.resolve("a.c"), "one");
    run(work, "hg", "commit", "-q", "-A", "-u", "ann", "-m", "one");
    Facts clean = look(Programs.local(), work.toString(), "hg update -C");
    assertEquals(Truth.FALSE, clean.truth(About.UNSAVED), clean::toString);
    Files.writeString(work.resolve("a.c"), "changed");
    Files.writeString(work.resolve("new"), "new");
    assertUnsaved(work, "hg update -C", "1 file with changes that are committed nowhere (a.c)");
    assertUnsaved(work, "hg -R " + work + " purge", "1 name under no control (new)");
    assertUnsaved(work, "hg strip --no-backup -r 0", "1 changeset never pushed, without backup");
  }

  @Test
  void subversionItselfIsAsked() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/svn")), "subversion is not installed");
    run(scratch, "svnadmin", "create", "store");
    run(scratch, "svn", "checkout", "-q", "file://" + scratch.resolve("store"), "w");
    Path work = scratch.resolve("w");
    Files.writeString(work.resolve("a.c"), "one");
    run(work, "svn", "add", "-q", "a.c");
    run(work, "svn", "commit", "-q", "-m", "one");
    Facts clean = look(Programs.local(), work.toString(), "svn revert -R .");
    assertEquals(Truth.FALSE, clean.truth(About.UNSAVED), clean::toString);
    Files.writeString(work.resolve("a.c"), "changed");
    Files.writeString(work.resolve("new"), "new");
    assertUnsaved(work, "svn revert -R .", "1 file with changes that are committed nowhere (a.c)");
    assertUnsaved(work, "svn cleanup --remove-unversioned", "1 name under no control (new)");
  }
}
