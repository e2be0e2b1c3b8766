package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.FixedShell;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.judge.Wildcard;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands would lose of real repositories, with a bare one as their remote. */
final class GitFactsTest {

  private static final EffectReader READER = new EffectReader(CommandModels.builtIn());

  @TempDir Path scratch;
  private Path work;

  private final FactFinder finder =
      new FactFinder(Machine.local(), Duration.ofSeconds(20))
          .knowing(
              new Knowledge(
                  Labels.NONE,
                  List.of(new Wildcard("main"), new Wildcard("release/*")),
                  List.of(),
                  List::of,
                  Programs.local()));

  /** main, pushed with two commits; a branch with one of its own; a changed file and a new one. */
  @BeforeEach
  void aWorkTree() throws Exception {
    work = scratch.resolve("work");
    run(scratch, "git", "init", "-q", "--bare", "-b", "main", "remote.git");
    run(scratch, "git", "init", "-q", "-b", "main", "work");
    run(work, "git", "remote", "add", "origin", scratch.resolve("remote.git").toString());
    commit("a.txt", "one");
    commit("b.txt", "two");
    run(work, "git", "push", "-q", "-u", "origin", "main");
  }

  private void commit(String file, String text) throws Exception {
    Files.writeString(work.resolve(file), text);
    run(work, "git", "add", file);
    run(work, "git", "commit", "-q", "-m", text);
  }

  private void run(Path directory, String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile()).inheritIO();
    builder
        .environment()
        .putAll(
            Map.of(
                "GIT_AUTHOR_NAME", "Ann",
                "GIT_AUTHOR_EMAIL", "ann@example.com",
                "GIT_COMMITTER_NAME", "Ann",
                "GIT_COMMITTER_EMAIL", "ann@example.com",
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "HOME", scratch.toString()));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    assertEquals(0, builder.start().waitFor(), () -> String.join(" ", words));
  }

  private Facts look(String line) {
    byte[] bytes = Text.encode(line);
    var shell =
        FixedShell.incomplete(
            Dialect.BASH, work.toString(), scratch.toString(), Map.of(), Map.of(), Map.of());
    List<Effect> effects =
        new ArrayList<>(READER.read(Parser.parse(bytes, Dialect.BASH), bytes, shell).effects());
    return finder
        .lookAll(effects, new Viewpoint(work.toString(), scratch.toString(), 0, Map.of()))
        .getFirst()
        .getFirst();
  }

  private void assertUnsaved(String line, String evidence) {
    Facts facts = look(line);
    assertEquals(Truth.TRUE, facts.truth(About.UNSAVED), () -> line + ": " + facts);
    assertTrue(
        facts.evidence(About.UNSAVED).getFirst().contains(evidence), () -> line + ": " + facts);
  }

  @ParameterizedTest
  @CsvSource({
    "git reset --hard",
    "git checkout .",
    "git clean -fd",
    "git stash clear",
    "git push --force origin main",
    "git branch -D main",
  })
  void aCleanAndPushedTreeLosesNothing(String line) {
    assertEquals(Truth.FALSE, look(line).truth(About.UNSAVED), () -> look(line).toString());
  }

  @Test
  void changesThatAreCommittedNowhereAreNamed() throws Exception {
    Files.writeString(work.resolve("a.txt"), "changed");
    assertUnsaved("git reset --hard", "1 file with changes that are committed nowhere (a.txt)");
    assertUnsaved("git restore .", "a.txt");
    assertUnsaved("git checkout -f", "a.txt");
    run(work, "git", "add", "a.txt");
    assertEquals(Truth.FALSE, look("git restore .").truth(About.UNSAVED), "the index stays");
    assertUnsaved("git reset --hard", "a.txt");
  }

  @Test
  void commitsThatAResetWouldDropAreCounted() throws Exception {
    commit("c.txt", "three");
    assertUnsaved("git reset --hard HEAD~1", "1 commit that neither `HEAD~1` nor a remote has");
    assertEquals(Truth.FALSE, look("git reset --hard HEAD").truth(About.UNSAVED));
  }

  @Test
  void untrackedFilesAreWhatCleanItselfWouldRemove() throws Exception {
    Files.writeString(work.resolve(".gitignore"), "*.o\n");
    run(work, "git", "add", ".gitignore");
    Files.writeString(work.resolve("x.o"), "made");
    assertEquals(Truth.FALSE, look("git clean -fd").truth(About.UNSAVED));
    assertUnsaved("git clean -fdx", "x.o");
    Files.writeString(work.resolve("ä.txt"), "new");
    assertUnsaved("git clean -fd", "1 name that Git does not know");
    assertTrue(Files.exists(work.resolve("x.o")), "nothing was removed by looking");
  }

  @Test
  void aForcedPushIsHeldAgainstWhatWasFetched() throws Exception {
    run(work, "git", "reset", "-q", "--hard", "HEAD~1");
    assertUnsaved("git push --force origin main", "1 commit of `origin/main` would go");
    assertUnsaved("git push -f", "1 commit of `origin/main` would go");
    assertEquals(Truth.TRUE, look("git push -f").truth(About.PROTECTED));
    assertEquals(Truth.FALSE, look("git push -f origin main:topic").truth(About.PROTECTED));
    assertEquals(Truth.TRUE, look("git push origin --delete release/7").truth(About.PROTECTED));
  }

  @Test
  void aBranchThatNobodyElseHasIsCounted() throws Exception {
    run(work, "git", "checkout", "-q", "-b", "topic");
    commit("t.txt", "topic");
    run(work, "git", "checkout", "-q", "main");
    assertUnsaved("git branch -D topic", "1 commit that no other branch or remote has");
    run(work, "git", "push", "-q", "origin", "topic");
    assertEquals(Truth.FALSE, look("git branch -D topic").truth(About.UNSAVED));
  }

  @Test
  void stashesAreNamed() throws Exception {
    Files.writeString(work.resolve("a.txt"), "changed");
    run(work, "git", "stash", "-q");
    assertUnsaved("git stash drop", "stash@{0}: WIP on main");
    assertUnsaved("git stash clear", "1 stash ");
    assertEquals(Truth.FALSE, look("git stash drop stash@{3}").truth(About.UNSAVED));
  }

  @Test
  void aDeletedTreeIsSearchedForWorkTrees() throws Exception {
    assertEquals(Truth.UNKNOWN, look("rm -rf " + scratch).truth(About.UNSAVED));
    commit("c.txt", "three");
    Files.writeString(work.resolve("new.txt"), "new");
    assertUnsaved("rm -rf " + scratch, "1 untracked name, 1 commit that no remote has");
    assertUnsaved("rm -rf .git", "1 commit that no remote has");
  }

  @Test
  void aRepositoryWhoseSettingsRunProgramsRunsNone() throws Exception {
    Path mark = scratch.resolve("ran");
    Path script = scratch.resolve("run.sh");
    Files.writeString(script, "#!/bin/sh\ntouch " + mark + "\n");
    assertTrue(script.toFile().setExecutable(true));
    run(work, "git", "config", "core.fsmonitor", script.toString());
    run(work, "git", "config", "core.pager", script.toString());
    run(work, "git", "config", "alias.status", "!" + script);
    Path hook = work.resolve(".git/hooks/post-index-change");
    Files.copy(script, hook);
    assertTrue(hook.toFile().setExecutable(true));
    Files.writeString(work.resolve("a.txt"), "changed");
    assertUnsaved("git reset --hard", "a.txt");
    assertTrue(Files.notExists(mark), "a program of the repository's ran");
  }

  @Test
  void whatIsNoRepositoryIsUnknownWithGitsWords() throws Exception {
    Files.createDirectories(scratch.resolve("plain"));
    Facts facts = look("git -C " + scratch.resolve("plain") + " reset --hard");
    assertEquals(Truth.UNKNOWN, facts.truth(About.UNSAVED));
    assertTrue(facts.toString().contains("not a git repository"), facts::toString);
  }
}
