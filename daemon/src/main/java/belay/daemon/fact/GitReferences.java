package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Git command would lose of commits: of those that nothing else leads to once a branch, tag,
 * stash, other reference or reflog has gone, and of those that others have already.
 */
final class GitReferences {

  private final Knowledge knowledge;
  private final Git git;
  private final GitCommand command;
  private final Notes notes;

  GitReferences(Knowledge knowledge, Git git, GitCommand command, Notes notes) {
    this.knowledge = knowledge;
    this.git = git;
    this.command = command;
    this.notes = notes;
  }

  void look(Effect effect, String what, GitState state, long unpushed) throws IOException {
    int blank = what.indexOf(' ');
    String name = blank < 0 ? "" : what.substring(blank + 1);
    if (what.startsWith("remote branch ")) {
      remoteBranch(effect, state, what.substring("remote branch ".length()));
    } else if (what.equals("all remote branches")) {
      allRemoteBranches();
    } else if (what.startsWith("branch ")) {
      branch(effect, name);
    } else if (what.startsWith("tag ")) {
      tag(name);
    } else if (what.startsWith("reference ")) {
      reference(name);
    } else if (what.equals("every stash")) {
      stashes(null);
    } else if (what.startsWith("stash ")) {
      stashes(name);
    } else if (what.equals("reflog")) {
      reflog(state);
    } else if (what.equals("unreachable objects") && !command.name().equals("lfs")) {
      unreachable();
    } else if (what.equals("commits")) {
      commits(state);
    } else if (what.equals("history")) {
      history(state, unpushed);
    } else {
      notes.unknown(About.UNSAVED, "what would be lost of the " + what + " is not asked");
    }
  }

  // --- remote branches
  // -----------------------------------------------------------------------------

  private void remoteBranch(Effect effect, GitState state, String written) throws IOException {
    String spec = written.startsWith("+") ? written.substring(1) : written;
    int colon = spec.lastIndexOf(':');
    String source = colon < 0 ? spec : spec.substring(0, colon);
    String name = colon < 0 ? spec : spec.substring(colon + 1);
    boolean current = name.equals("current") || name.equals("HEAD");
    if (current) {
      String upstream = state.upstream();
      name = upstream == null ? state.branch() : upstream.substring(upstream.indexOf('/') + 1);
      source = "HEAD";
    }
    if (name == null) {
      notes.unknown(About.PROTECTED, "which branch is pushed is not known");
      return;
    }
    boolean deletes = effect.kind() == EffectKind.DELETE || source.isEmpty();
    name = name.startsWith("refs/heads/") ? name.substring("refs/heads/".length()) : name;
    String remote = remote(state);
    String tracked = "refs/remotes/" + remote + "/" + name;
    String tag = name.startsWith("refs/tags/") ? name : "refs/tags/" + name;
    if (git.count(tracked) < 0) {
      if (deletes && git.count(tag) >= 0) {
        // A tag of the remote's goes, and the one that is here keeps what it leads to.
        notes.add(About.UNSAVED, false, "");
        return;
      }
      protection(name);
      notes.unknown(
          About.UNSAVED,
          "what `" + Text.printable(remote + "/" + name) + "` holds was never fetched");
      return;
    }
    protection(name);
    long lost =
        deletes
            ? git.count(
                tracked,
                "--not",
                "--branches",
                "--tags",
                "--exclude=" + remote + "/" + name,
                "--remotes")
            : git.count(tracked, "--not", source);
    String gone =
        deletes
            ? " of `" + Text.printable(remote + "/" + name) + "` that nothing else leads to"
            : " of `" + Text.printable(remote + "/" + name) + "` would go";
    lost(lost, gone, "`" + Text.printable(source) + "` is not known here");
  }

  private String remote(GitState state) {
    String given = command.operand(0);
    if (given != null) {
      return given;
    }
    String upstream = state.upstream();
    return upstream == null || upstream.indexOf('/') < 0
        ? "origin"
        : upstream.substring(0, upstream.indexOf('/'));
  }

  private void allRemoteBranches() throws IOException {
    List<String> names =
        git.lines("for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes").stream()
            .filter(knowledge::isProtected)
            .distinct()
            .toList();
    notes.add(
        About.PROTECTED,
        !names.isEmpty(),
        names.isEmpty() ? "" : "among them is protected: " + Counted.named(names));
  }

  private void protection(String name) {
    boolean isProtected = knowledge.isProtected(name);
    notes.add(
        About.PROTECTED,
        isProtected,
        isProtected
            ? "the branch `" + Text.printable(name) + "` is protected by `protected-branches`"
            : "");
  }

  // --- what is here
  // --------------------------------------------------------------------------------

  /** It is deleted, or moved to another commit. */
  private void branch(Effect effect, String name) throws IOException {
    protection(name);
    String ref = "refs/heads/" + name;
    List<String> range = new ArrayList<>(List.of(ref, "--not"));
    if (effect.kind() == EffectKind.REWRITE) {
      if (git.count(ref) < 0) {
        notes.add(About.UNSAVED, false, ""); // it is made, not moved
        return;
      }
      String start = command.operand(command.name().equals("branch") ? 1 : 0);
      range.add(start == null ? "HEAD" : start);
    }
    range.addAll(List.of("--exclude=" + name, "--branches", "--tags", "--remotes"));
    lost(
        git.count(range.toArray(String[]::new)),
        " that no other branch or remote has",
        "there is no branch `" + Text.printable(name) + "`");
  }

  private void tag(String name) throws IOException {
    long lost =
        git.count(
            "refs/tags/" + name,
            "--not",
            "HEAD",
            "--branches",
            "--remotes",
            "--exclude=" + name,
            "--tags");
    lost(lost, " that nothing else leads to", "there is no tag `" + Text.printable(name) + "`");
  }

  private void reference(String name) throws IOException {
    String full = String.join("", git.lines("rev-parse", "--symbolic-full-name", name));
    String why = "there is no reference `" + Text.printable(name) + "`";
    if (!full.startsWith("refs/")) {
      notes.unknown(About.UNSAVED, why);
      return;
    }
    long lost = git.count(full, "--not", "--exclude=" + full, "--glob=refs/*");
    lost(lost, " that nothing else leads to", why);
  }

  private void lost(long commits, String whose, String why) {
    if (commits < 0) {
      notes.unknown(About.UNSAVED, why);
    } else {
      notes.add(
          About.UNSAVED,
          commits > 0,
          commits > 0 ? Counted.of(commits, "commit", "commits") + whose : "");
    }
  }

  private void stashes(@Nullable String which) throws IOException {
    List<String> all = git.lines("stash", "list", "--format=%gd: %gs");
    String wanted = which != null && which.matches("[0-9]+") ? "stash@{" + which + "}" : which;
    List<String> lost =
        wanted == null ? all : all.stream().filter(line -> line.startsWith(wanted + ":")).toList();
    notes.add(
        About.UNSAVED,
        !lost.isEmpty(),
        lost.isEmpty()
            ? ""
            : Counted.of(lost.size(), "stash", "stashes") + " (" + Counted.named(lost) + ")");
  }

  /** What only reflogs lead to, stashes among it: {@code git-reflog(1)}. */
  private void reflog(GitState state) throws IOException {
    boolean deletes = command.operands().contains("delete");
    List<String> told = new ArrayList<>();
    long commits =
        deletes
            ? git.count(last(), "--not", "--glob=refs/*")
            : git.count("--reflog", "--not", "HEAD", "--glob=refs/*");
    if (commits < 0) {
      notes.unknown(About.UNSAVED, "what only reflogs lead to is not told");
      return;
    }
    if (commits > 0) {
      told.add(Counted.of(commits, "commit", "commits") + " that only a reflog leads to");
    }
    boolean stashes = command.has("--all") || command.operands().contains("refs/stash");
    if (!deletes && stashes && state.stashes() > 0) {
      told.add(Counted.of(state.stashes(), "stash", "stashes"));
    }
    old(
        told,
        deletes
            || isNow(command.value("--expire"))
            || isNow(command.value("--expire-unreachable")));
  }

  private String last() {
    return command.operands().isEmpty() ? "HEAD" : command.operands().getLast();
  }

  private static boolean isNow(@Nullable String when) {
    return when != null && (when.equals("now") || when.equals("all"));
  }

  /** By {@code git-fsck(1)}, which writes nothing without {@code --lost-found}. */
  private void unreachable() throws IOException {
    Programs.Answer answer =
        git.ask(
            List.of(
                "fsck", "--unreachable", "--connectivity-only", "--no-dangling", "--no-progress"));
    if (answer.status() != 0) {
      throw new IOException("Git says: " + Text.printable(answer.complaint()));
    }
    List<String> lines = answer.output().lines().toList();
    long commits = lines.stream().filter(line -> line.startsWith("unreachable commit ")).count();
    long files = lines.stream().filter(line -> line.startsWith("unreachable blob ")).count();
    List<String> told = new ArrayList<>();
    if (commits > 0) {
      told.add(Counted.of(commits, "commit", "commits") + " that nothing leads to any more");
    }
    if (files > 0) {
      told.add(Counted.of(files, "file", "files") + " that nothing leads to any more");
    }
    String until =
        command.name().equals("gc") ? command.value("--prune") : command.value("--expire");
    old(told, command.name().equals("prune") ? until == null || isNow(until) : isNow(until));
  }

  /** All of it goes, or only what is old enough, which nobody has asked. */
  private void old(List<String> told, boolean all) {
    if (told.isEmpty()) {
      notes.add(About.UNSAVED, false, "");
    } else if (all) {
      notes.add(About.UNSAVED, true, String.join(", ", told));
    } else {
      notes.unknown(
          About.UNSAVED, "of " + String.join(", ", told) + " what is old enough would go");
    }
  }

  // --- what is written anew
  // ------------------------------------------------------------------------

  private void commits(GitState state) throws IOException {
    if (command.name().equals("rebase")) {
      rebase(state);
      return;
    }
    List<String> branches =
        git
            .lines(
                "for-each-ref", "--contains=HEAD", "--format=%(refname:lstrip=2)", "refs/remotes")
            .stream()
            .filter(name -> !name.endsWith("/HEAD"))
            .toList();
    notes.add(About.UNSAVED, false, "");
    notes.add(
        About.PUBLISHED,
        !branches.isEmpty(),
        branches.isEmpty() ? "" : "the last commit is on " + Counted.named(branches) + " already");
  }

  private void rebase(GitState state) throws IOException {
    if (command.has("--root")) {
      String tip = command.operands().isEmpty() ? "HEAD" : command.operands().getFirst();
      published(git.count(tip), git.count(tip, "--not", "--remotes"));
      notes.add(About.UNSAVED, false, "");
      return;
    }
    String given = command.operand(0);
    String upstream = given == null ? state.upstream() : given;
    if (upstream == null) {
      notes.unknown(About.PUBLISHED, "what it is rebased upon is not known");
      return;
    }
    String branch = command.operand(1);
    String tip = branch == null ? "HEAD" : branch;
    published(git.count(tip, "--not", upstream), git.count(tip, "--not", upstream, "--remotes"));
    String onto = command.value("--onto");
    String name = branch == null ? state.branch() : branch;
    if (onto == null || name == null) {
      // Git itself refuses where there are changes, or keeps them by --autostash.
      notes.add(About.UNSAVED, false, "");
      return;
    }
    lost(
        git.count(
            upstream, "--not", onto, "--exclude=" + name, "--branches", "--tags", "--remotes"),
        " left out that nothing else leads to",
        "`" + Text.printable(onto) + "` is not known here");
  }

  /** Of all commits that are written anew only some are on no remote; -1 for what is not known. */
  private void published(long all, long own) {
    if (all < 0 || own < 0) {
      notes.unknown(About.PUBLISHED, "which commits are written anew is not known");
    } else {
      notes.add(
          About.PUBLISHED,
          all > own,
          all > own
              ? Counted.of(all - own, "commit", "commits") + " that a remote has already"
              : "");
    }
  }

  /** All of it is written anew: git-filter-branch(1) keeps the old, git-filter-repo(1) does not. */
  private void history(GitState state, long unpushed) throws IOException {
    published(git.count("--branches"), git.count("--branches", "--not", "--remotes"));
    switch (command.name()) {
      case "filter-branch" -> notes.add(About.UNSAVED, false, "");
      case "filter-repo" -> {
        boolean lost =
            unpushed > 0
                || state.stashes() > 0
                || (command.has("--force", "-f") && !state.changed().isEmpty());
        notes.add(About.UNSAVED, lost, lost ? state.inWords("the old history", unpushed) : "");
      }
      default -> notes.unknown(About.UNSAVED, "whether the old history is kept is not known");
    }
  }
}
