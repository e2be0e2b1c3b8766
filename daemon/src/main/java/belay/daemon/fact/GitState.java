package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a work tree holds by {@code git-status(1)}, porcelain version 2. Names are those from its
 * top.
 *
 * @param changed what differs from the last commit, in the index or beside it
 * @param unstaged what differs from the index
 * @param unmerged what is in conflict
 * @param submodules those with changes of their own, where they were asked
 * @param complete whether that is all of it
 */
record GitState(
    @Nullable String branch,
    @Nullable String upstream,
    int stashes,
    List<String> changed,
    List<String> unstaged,
    List<String> unmerged,
    List<String> untracked,
    List<String> submodules,
    boolean complete) {

  /** From the answer to {@code git status --porcelain=v2 --branch --show-stash -z}. */
  static GitState of(Programs.Answer answer) {
    String branch = null;
    String upstream = null;
    int stashes = 0;
    List<String> changed = new ArrayList<>();
    List<String> unstaged = new ArrayList<>();
    List<String> unmerged = new ArrayList<>();
    List<String> untracked = new ArrayList<>();
    List<String> submodules = new ArrayList<>();
    String[] entries = answer.output().split("\0", -1);
    for (int i = 0; i < entries.length; i++) {
      String entry = entries[i];
      if (entry.startsWith("# branch.head ")) {
        branch = entry.substring("# branch.head ".length());
      } else if (entry.startsWith("# branch.upstream ")) {
        upstream = entry.substring("# branch.upstream ".length());
      } else if (entry.startsWith("# stash ")) {
        stashes = Integer.parseInt(entry.substring("# stash ".length()));
      } else if (entry.startsWith("? ")) {
        untracked.add(entry.substring(2));
      } else if (entry.matches("(?s)[12u] .*")) {
        int fields = entry.charAt(0) == '1' ? 9 : entry.charAt(0) == '2' ? 10 : 11;
        String[] parts = entry.split(" ", fields);
        String name = parts[parts.length - 1];
        if (parts[2].matches("S.*[MU].*")) {
          submodules.add(name);
        }
        changed.add(name);
        if (entry.charAt(0) == 'u') {
          unmerged.add(name);
        }
        if (entry.charAt(0) == 'u' || entry.charAt(3) != '.') {
          unstaged.add(name);
        }
        if (entry.charAt(0) == '2') {
          i++; // the name it had before
        }
      }
    }
    return new GitState(
        branch,
        upstream,
        stashes,
        List.copyOf(changed),
        List.copyOf(unstaged),
        List.copyOf(unmerged),
        List.copyOf(untracked),
        List.copyOf(submodules),
        answer.complete());
  }

  /** {@code WHAT on branch `main`: 2 changed files, 1 stash}. */
  String inWords(String what, long unpushed) {
    List<String> told = new ArrayList<>();
    if (!changed.isEmpty()) {
      told.add(Counted.of(changed.size(), "changed file", "changed files"));
    }
    if (!untracked.isEmpty()) {
      told.add(Counted.of(untracked.size(), "untracked name", "untracked names"));
    }
    if (unpushed > 0) {
      told.add(Counted.of(unpushed, "commit", "commits") + " that no remote has");
    }
    if (stashes > 0) {
      told.add(Counted.of(stashes, "stash", "stashes"));
    }
    String on =
        branch == null || branch.startsWith("(")
            ? " on no branch"
            : " on branch `" + Text.printable(branch) + "`";
    return what + on + (told.isEmpty() ? ", nothing unsaved" : ": " + String.join(", ", told));
  }
}
