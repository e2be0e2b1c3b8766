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
    work = scratch.resolve("tree");
    run(scratch, "git", "init", "-q", "--bare", "-b", "main", "remote.git");
    run(scratch, "git", "init", "-q", "-b", "main", "tree");
    run(work, "git", "remote", "add", "origin", scratch.resolve("remote.git").toString());
    commit("a.txt", "one");
    commit("b.txt", "two");
    run(work, "git", "push", "-q", "-u", "origin", "main");
    run(work, "git", "tag", "v1");
    run(work, "git", "branch", "other");
  }

  private void commit(String file, String text) throws Exception {
    Files.writeString(work.resolve(file), text);
    run(work, "git", "add", file);
    run(work, "git", "commit", "-q", "-m", text);
  }

  private void run(Path directory, String... words) throws Exception {
    assertEquals(0, exit(directory, words), () -> String.join(" ", words));
  }

  private int exit(Path directory, String... words) throws Exception {
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
    return builder.start().waitFor();
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

  @Test
  void aCleanAndPushedTreeLosesNothing() throws Exception {
    for (String line :
        List.of(
            "git reset --hard",
            "git checkout .",
            "git clean -fd",
            "git stash clear",
            "git push --force origin main",
            "git branch -D main",
            "git checkout -- a.txt",
            "git restore a.txt b.txt",
            "git rm -f a.txt",
            "git rebase origin/main",
            "git commit --amend",
            "git tag -d v1",
            "git push origin --delete v1",
            "git push origin :v1",
            "git branch -f other HEAD~1",
            "git checkout -B topic HEAD~1",
            "git switch -C topic HEAD~1",
            "git reflog expire --expire=now --all",
            "git gc --prune=now",
            "git update-ref -d refs/tags/v1",
            "git filter-branch --tree-filter x HEAD",
            "git filter-repo --path a.txt",
            "git rebase --abort")) {
      assertEquals(Truth.FALSE, look(line).truth(About.UNSAVED), () -> line + ": " + look(line));
    }
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
    assertUnsaved("git clean -fdx", "1 name that Git is told to ignore (x.o)");
    assertUnsaved("git clean -fX", "1 name that Git is told to ignore (x.o)");
    Files.writeString(work.resolve("ä.txt"), "new");
    assertUnsaved("git clean -fd", "1 name that Git does not know (ä.txt)");
    assertUnsaved(
        "git clean -fdx",
        "1 name that Git does not know (ä.txt), 1 name that Git is told to ignore (x.o)");
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

  @Test
  void theChangesOfWhatIsPutBackAreNamed() throws Exception {
    Files.writeString(work.resolve("a.txt"), "changed");
    for (String line :
        List.of(
            "git checkout -- a.txt",
            "git checkout HEAD -- a.txt",
            "git checkout HEAD .",
            "git restore a.txt",
            "git restore --source=HEAD a.txt",
            "git restore -S -W a.txt",
            "git rm -f a.txt",
            "git rm -rf .",
            "git switch --discard-changes other",
            "git -C ../tree checkout -- a.txt",
            "git --git-dir=.git --work-tree=. checkout -- a.txt",
            "git --git-dir ../tree/.git reset --hard",
            "git -C .. --git-dir=tree/.git --work-tree=tree reset --hard",
            "GIT_DIR=../tree/.git GIT_WORK_TREE=../tree git checkout .",
            "cd / && git -C $HOME/tree checkout -- a.txt")) {
      assertUnsaved(line, "1 file with changes that are committed nowhere (a.txt)");
    }
  }

  @Test
  void onlyWhatIsNamedIsPutBack() throws Exception {
    Files.createDirectories(work.resolve("below"));
    commit("below/c.txt", "three");
    Files.writeString(work.resolve("a.txt"), "changed");
    for (String line :
        List.of(
            "git checkout -- b.txt",
            "git restore b.txt",
            "git rm -f b.txt",
            "cd below && git restore .",
            "git -C below checkout .")) {
      assertEquals(Truth.FALSE, look(line).truth(About.UNSAVED), () -> line + ": " + look(line));
    }
    run(work, "git", "add", "a.txt");
    assertEquals(Truth.FALSE, look("git restore a.txt").truth(About.UNSAVED), "the index stays");
    assertUnsaved("git checkout HEAD -- a.txt", "(a.txt)");
    assertUnsaved("git restore -SW a.txt", "(a.txt)");
  }

  @Test
  void aNewFileIsInTheWayOfOneThatAnotherCommitHas() throws Exception {
    run(work, "git", "checkout", "-q", "other");
    commit("c.txt", "three");
    run(work, "git", "checkout", "-q", "main");
    Files.writeString(work.resolve("c.txt"), "mine");
    assertUnsaved("git checkout other -- c.txt", "1 file with changes that are committed nowhere");
    assertUnsaved("git checkout -f other", "(c.txt)");
    assertUnsaved("git reset --hard other", "(c.txt)");
    assertEquals(Truth.FALSE, look("git reset --hard").truth(About.UNSAVED));
  }

  @Test
  void aRepositoryThatIsNamedByWhatIsNotKnownIsUnknown() {
    assertEquals(Truth.UNKNOWN, look("git --git-dir=$NOWHERE reset --hard").truth(About.UNSAVED));
  }

  @Test
  void aMovedBranchLosesWhatNothingElseHas() throws Exception {
    run(work, "git", "checkout", "-q", "-b", "topic");
    commit("t.txt", "topic");
    run(work, "git", "checkout", "-q", "main");
    String lost = "1 commit that no other branch or remote has";
    assertUnsaved("git branch -f topic main", lost);
    assertUnsaved("git checkout -B topic", lost);
    assertUnsaved("git switch -C topic main", lost);
    assertUnsaved("git -C ../tree switch -C topic main", lost);
    assertUnsaved("git update-ref -d refs/heads/topic", "1 commit that nothing else leads to");
    run(work, "git", "tag", "kept", "topic");
    assertEquals(Truth.FALSE, look("git branch -f topic main").truth(About.UNSAVED));
    run(work, "git", "branch", "-q", "-D", "topic");
    assertUnsaved("git tag -d kept", "1 commit that nothing else leads to");
  }

  @Test
  void aDeletedRemoteBranchLosesWhatNothingElseLeadsTo() throws Exception {
    run(work, "git", "checkout", "-q", "-b", "topic");
    commit("t.txt", "topic");
    run(work, "git", "push", "-q", "origin", "topic");
    assertEquals(Truth.FALSE, look("git push origin :topic").truth(About.UNSAVED));
    run(work, "git", "checkout", "-q", "main");
    run(work, "git", "branch", "-q", "-D", "topic");
    String lost = "1 commit of `origin/topic` that nothing else leads to";
    assertUnsaved("git push origin :topic", lost);
    assertUnsaved("git push --delete origin topic", lost);
  }

  private void assertPublished(String line, String evidence) {
    Facts facts = look(line);
    assertEquals(Truth.TRUE, facts.truth(About.PUBLISHED), () -> line + ": " + facts);
    assertEquals(List.of(evidence), facts.evidence(About.PUBLISHED));
  }

  @Test
  void commitsThatARemoteHasAreSaidToBePublished() throws Exception {
    assertPublished("git commit --amend", "the last commit is on origin/main already");
    commit("c.txt", "three");
    assertEquals(Truth.FALSE, look("git commit --amend").truth(About.PUBLISHED));
    assertEquals(Truth.FALSE, look("git rebase").truth(About.PUBLISHED));
    assertPublished("git rebase -i HEAD~2", "1 commit that a remote has already");
    assertPublished("git rebase --root", "2 commits that a remote has already");
    assertPublished("git filter-branch --all", "2 commits that a remote has already");
    assertUnsaved("git filter-repo --path a.txt", "1 commit that no remote has");
  }

  @Test
  void commitsThatARebaseLeavesOutAreCounted() throws Exception {
    commit("c.txt", "three");
    commit("d.txt", "four");
    assertUnsaved(
        "git rebase --onto origin/main HEAD~1", "1 commit left out that nothing else leads to");
    run(work, "git", "tag", "kept", "HEAD~1");
    assertEquals(Truth.FALSE, look("git rebase --onto origin/main HEAD~1").truth(About.UNSAVED));
  }

  @Test
  void whatWasDoneAboutConflictsGoesWithARebase() throws Exception {
    run(work, "git", "checkout", "-q", "other");
    commit("a.txt", "theirs");
    commit("c.txt", "fine");
    run(work, "git", "checkout", "-q", "main");
    commit("a.txt", "ours");
    assertEquals(1, exit(work, "git", "rebase", "other"));
    assertEquals(Truth.FALSE, look("git rebase --abort").truth(About.UNSAVED), "no work yet");
    Files.writeString(work.resolve("a.txt"), "both");
    String lost = "what was done about conflicts in 1 file (a.txt)";
    assertUnsaved("git rebase --abort", lost);
    assertUnsaved("git rebase --skip", lost);
    run(work, "git", "add", "a.txt");
    assertUnsaved("git rebase --abort", lost);
  }

  @Test
  void whatOnlyReflogsLeadToGoesWithThem() throws Exception {
    commit("c.txt", "three");
    run(work, "git", "reset", "-q", "--hard", "HEAD~1");
    assertUnsaved("git reflog expire --expire=now --all", "1 commit that only a reflog leads to");
    assertEquals(Truth.UNKNOWN, look("git reflog expire --all").truth(About.UNSAVED));
    assertEquals(Truth.FALSE, look("git gc --prune=now").truth(About.UNSAVED), "the reflog stays");
    run(work, "git", "reflog", "expire", "--expire=now", "--all");
    String lost = "1 commit that nothing leads to any more, 1 file that nothing leads to any more";
    assertUnsaved("git gc --prune=now", lost);
    assertUnsaved("git prune", lost);
    Files.writeString(work.resolve("a.txt"), "changed");
    run(work, "git", "stash", "-q");
    assertUnsaved("git reflog expire --expire=now --all", "1 stash");
  }

  @Test
  void aLinkedWorkTreeLosesItsFilesAndNotTheBranches() throws Exception {
    commit("c.txt", "three");
    run(work, "git", "worktree", "add", "-q", "-b", "side", "../side");
    Facts clean = look("git worktree remove --force ../side");
    assertEquals(Truth.UNKNOWN, clean.truth(About.UNSAVED), clean::toString);
    Files.writeString(scratch.resolve("side/new.txt"), "new");
    assertUnsaved("git worktree remove --force ../side", "on branch `side`: 1 untracked name");
    assertUnsaved("rm -rf ../side", "on branch `side`: 1 untracked name");
  }

  @Test
  void submodulesAreLookedInto() throws Exception {
    run(
        work,
        "git",
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        scratch.resolve("remote.git").toString(),
        "sub");
    run(work, "git", "commit", "-q", "-m", "sub");
    run(work, "git", "push", "-q");
    assertEquals(Truth.UNKNOWN, look("rm -rf ../tree").truth(About.UNSAVED));
    Files.writeString(work.resolve("sub/a.txt"), "changed");
    assertUnsaved("rm -rf ../tree", "sub` on branch `main`: 1 changed file");
    assertUnsaved("git submodule deinit -f sub", "sub` on branch `main`: 1 changed file");
    assertUnsaved("git reset --hard --recurse-submodules", "(sub)");
    assertEquals(Truth.FALSE, look("git reset --hard").truth(About.UNSAVED), "it leaves them");
    run(work.resolve("sub"), "git", "commit", "-q", "-a", "-m", "own");
    assertUnsaved("rm -rf ../tree", "1 commit that no remote has");
    Facts alone = look("rm -rf sub");
    assertEquals(Truth.UNKNOWN, alone.truth(About.UNSAVED), "the history is kept: " + alone);
  }

  @Test
  void workTreesAreFoundHoweverDeep() throws Exception {
    Path deep = scratch.resolve("a/b/c/d/e/f");
    Files.createDirectories(deep);
    for (int i = 0; i < 8; i++) {
      run(deep, "git", "init", "-q", "r" + i);
    }
    assertEquals(Truth.UNKNOWN, look("rm -rf ../a").truth(About.UNSAVED));
    Files.writeString(deep.resolve("r7/new.txt"), "new");
    assertUnsaved("rm -rf ../a", "r7` on branch");
    for (int i = 0; i < 8; i++) {
      Files.writeString(deep.resolve("r" + i + "/new.txt"), "new");
    }
    assertEquals("3 Git work trees more", look("rm -rf ../a").evidence(About.UNSAVED).getLast());
  }

  @Test
  void moreThanAHundredRepositoriesAreTooMany() throws Exception {
    for (int i = 0; i < 101; i++) {
      Files.createDirectories(scratch.resolve("many/r" + i + "/.git"));
    }
    String why = look("rm -rf ../many").toString();
    assertTrue(why.contains("more than 100 repositories are in it"), why);
  }
}
