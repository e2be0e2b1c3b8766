package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Value;
import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a command would lose of a repository, by asking Git ({@code git-status(1)} porcelain version
 * 2, {@code git-rev-list(1)}). Git takes no lock, runs no hook, monitor, pager or prompt; whose
 * repositories it reads is left to {@code safe.directory}.
 */
final class GitProbe {

  private static final int MOST_COUNTED = 10_000;
  private static final int MOST_NAMED = 3;

  private final Knowledge knowledge;
  private final Viewpoint viewpoint;
  private final Duration deadline;
  private final Notes notes;

  GitProbe(Knowledge knowledge, Viewpoint viewpoint, Duration deadline, Notes notes) {
    this.knowledge = knowledge;
    this.viewpoint = viewpoint;
    this.deadline = deadline;
    this.notes = notes;
  }

  /** What the work tree holds. */
  private record State(
      @Nullable String branch,
      @Nullable String upstream,
      int stashes,
      List<String> changed,
      List<String> unstaged,
      List<String> untracked,
      boolean complete) {}

  /** A command that works on a repository. */
  void command(Effect effect, String directory, String what) throws IOException {
    State state = state(effect, directory);
    long unpushed = unpushed(effect, directory);
    notes.place(inWords("`" + Text.printable(directory) + "`", state, unpushed), Set.of());
    List<String> words =
        effect.origin().invocation().arguments().stream().map(Value::display).toList();
    if (what.equals("work tree")) {
      workTree(effect, directory, state, words);
    } else if (what.equals("untracked files")) {
      clean(effect, directory, words);
    } else if (what.startsWith("remote branch ")) {
      remoteBranch(effect, directory, state, what.substring("remote branch ".length()), words);
    } else if (what.equals("all remote branches")) {
      allRemoteBranches(effect, directory);
    } else if (what.startsWith("branch ")) {
      branch(effect, directory, what.substring("branch ".length()));
    } else if (what.equals("every stash")) {
      stashes(effect, directory, null);
    } else if (what.startsWith("stash ")) {
      stashes(effect, directory, what.substring("stash ".length()));
    } else {
      notes.unknown(About.UNSAVED, "what would be lost of the " + what + " is not asked");
    }
  }

  /** A work tree, or its {@code .git}, that is deleted whole. */
  void deleted(Effect effect, String directory) throws IOException {
    State state = state(effect, directory);
    long unpushed = unpushed(effect, directory);
    boolean lost =
        !state.changed().isEmpty()
            || !state.untracked().isEmpty()
            || unpushed > 0
            || state.stashes() > 0;
    if (lost) {
      notes.add(
          About.UNSAVED,
          true,
          inWords("the Git work tree `" + Text.printable(directory) + "`", state, unpushed));
    }
  }

  private void workTree(Effect effect, String directory, State state, List<String> words)
      throws IOException {
    boolean stagedStays = words.contains("restore") || words.contains("checkout");
    boolean all = !stagedStays || words.contains("-f") || words.contains("--force");
    List<String> lost = all ? state.changed() : state.unstaged();
    List<String> told = new ArrayList<>();
    if (!lost.isEmpty()) {
      told.add(
          counted(lost.size(), "file", "files")
              + " with changes that are committed nowhere ("
              + named(lost)
              + ")");
    }
    int reset = words.indexOf("reset");
    String to =
        reset < 0
            ? null
            : words.subList(reset + 1, words.size()).stream()
                .filter(word -> !word.startsWith("-"))
                .findFirst()
                .orElse(null);
    if (to != null) {
      long commits = count(effect, directory, "HEAD", "--not", to, "--remotes");
      if (commits > 0) {
        told.add(
            counted(commits, "commit", "commits")
                + " that neither `"
                + Text.printable(to)
                + "` nor a remote has");
      }
    }
    if (!told.isEmpty()) {
      notes.add(About.UNSAVED, true, String.join(", ", told));
    } else if (state.complete()) {
      notes.add(About.UNSAVED, false, "");
    } else {
      notes.unknown(About.UNSAVED, "Git had more to say than is read");
    }
  }

  /** The same command as a dry run. */
  private void clean(Effect effect, String directory, List<String> words) throws IOException {
    List<String> asked = new ArrayList<>(List.of("clean", "-n"));
    int at = words.indexOf("clean");
    boolean plain = true;
    for (int i = at + 1; at >= 0 && i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--")) {
        plain = false;
        asked.add(word);
      } else if (plain && word.startsWith("-") && !word.startsWith("--")) {
        // What only asks or is silent about it is left out; -e takes a pattern.
        if (word.indexOf('e') > 0) {
          asked.add(word);
          if (word.endsWith("e") && i + 1 < words.size()) {
            asked.add(words.get(++i));
          }
          continue;
        }
        String kept = word.replaceAll("[^dxX]", "");
        if (!kept.isEmpty()) {
          asked.add("-" + kept);
        }
      } else if (!plain || !word.startsWith("-") || word.startsWith("--exclude=")) {
        asked.add(word);
      }
    }
    Programs.Answer answer = ask(effect, directory, asked);
    List<String> names =
        answer
            .output()
            .lines()
            .filter(line -> line.startsWith("Would remove "))
            .map(line -> line.substring("Would remove ".length()))
            .toList();
    if (names.isEmpty()) {
      notes.add(About.UNSAVED, false, "");
    } else {
      String more = answer.complete() ? "" : "more than ";
      notes.add(
          About.UNSAVED,
          true,
          more
              + counted(names.size(), "name", "names")
              + " that Git does not know ("
              + named(names)
              + ")");
    }
  }

  private void remoteBranch(
      Effect effect, String directory, State state, String written, List<String> words)
      throws IOException {
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
    name = name.startsWith("refs/heads/") ? name.substring("refs/heads/".length()) : name;
    protection(name);
    String remote = remote(words, state);
    String tracked = "refs/remotes/" + remote + "/" + name;
    if (count(effect, directory, tracked) < 0) {
      notes.unknown(
          About.UNSAVED,
          "what `" + Text.printable(remote + "/" + name) + "` holds was never fetched");
      return;
    }
    long lost =
        effect.kind() == EffectKind.DELETE || source.isEmpty()
            ? count(
                effect,
                directory,
                tracked,
                "--not",
                "--branches",
                "--exclude=" + remote + "/" + name,
                "--remotes")
            : count(effect, directory, tracked, "--not", source);
    if (lost < 0) {
      notes.unknown(About.UNSAVED, "`" + Text.printable(source) + "` is not known here");
      return;
    }
    notes.add(
        About.UNSAVED,
        lost > 0,
        lost > 0
            ? counted(lost, "commit", "commits")
                + " of `"
                + Text.printable(remote + "/" + name)
                + "` would go"
            : "");
  }

  private static String remote(List<String> words, State state) {
    int push = words.indexOf("push");
    for (int i = push + 1; push >= 0 && i < words.size(); i++) {
      if (!words.get(i).startsWith("-")) {
        return words.get(i);
      }
    }
    String upstream = state.upstream();
    return upstream == null || upstream.indexOf('/') < 0
        ? "origin"
        : upstream.substring(0, upstream.indexOf('/'));
  }

  private void allRemoteBranches(Effect effect, String directory) throws IOException {
    List<String> names =
        ask(
                effect,
                directory,
                List.of("for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes"))
            .output()
            .lines()
            .filter(knowledge::isProtected)
            .distinct()
            .toList();
    notes.add(
        About.PROTECTED,
        !names.isEmpty(),
        names.isEmpty() ? "" : "among them is protected: " + named(names));
  }

  private void branch(Effect effect, String directory, String name) throws IOException {
    protection(name);
    String ref = "refs/heads/" + name;
    long lost =
        count(
            effect,
            directory,
            ref,
            "--not",
            "--exclude=" + name,
            "--branches",
            "--tags",
            "--remotes");
    if (lost < 0) {
      notes.unknown(About.UNSAVED, "there is no branch `" + Text.printable(name) + "`");
      return;
    }
    notes.add(
        About.UNSAVED,
        lost > 0,
        lost > 0 ? counted(lost, "commit", "commits") + " that no other branch or remote has" : "");
  }

  private void protection(String name) {
    notes.add(
        About.PROTECTED,
        knowledge.isProtected(name),
        knowledge.isProtected(name)
            ? "the branch `" + Text.printable(name) + "` is protected by `protected-branches`"
            : "");
  }

  private void stashes(Effect effect, String directory, @Nullable String which) throws IOException {
    List<String> all =
        ask(effect, directory, List.of("stash", "list", "--format=%gd: %gs"))
            .output()
            .lines()
            .toList();
    String wanted = which != null && which.matches("[0-9]+") ? "stash@{" + which + "}" : which;
    List<String> lost =
        wanted == null ? all : all.stream().filter(line -> line.startsWith(wanted + ":")).toList();
    notes.add(
        About.UNSAVED,
        !lost.isEmpty(),
        lost.isEmpty() ? "" : counted(lost.size(), "stash", "stashes") + " (" + named(lost) + ")");
  }

  // --- asking
  // --------------------------------------------------------------------------------------

  private State state(Effect effect, String directory) throws IOException {
    Programs.Answer answer =
        ask(
            effect,
            directory,
            List.of(
                "status",
                "--porcelain=v2",
                "--branch",
                "--show-stash",
                "--untracked-files=normal",
                "--ignore-submodules=all",
                "-z"));
    if (answer.complete() && answer.status() != 0) {
      throw new IOException("Git says: " + Text.printable(answer.complaint()));
    }
    String branch = null;
    String upstream = null;
    int stashes = 0;
    List<String> changed = new ArrayList<>();
    List<String> unstaged = new ArrayList<>();
    List<String> untracked = new ArrayList<>();
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
        changed.add(name);
        if (entry.charAt(0) == 'u' || (entry.length() > 3 && entry.charAt(3) != '.')) {
          unstaged.add(name);
        }
        if (entry.charAt(0) == '2') {
          i++; // the name it had before
        }
      }
    }
    return new State(branch, upstream, stashes, changed, unstaged, untracked, answer.complete());
  }

  /** Commits of local branches that no remote has; -1 where that cannot be said. */
  private long unpushed(Effect effect, String directory) throws IOException {
    return count(effect, directory, "--branches", "HEAD", "--not", "--remotes");
  }

  private long count(Effect effect, String directory, String... range) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("rev-list", "--count", "--max-count=" + MOST_COUNTED));
    words.addAll(List.of(range));
    words.add("--");
    Programs.Answer answer = ask(effect, directory, words);
    String text = answer.output().strip();
    return answer.status() == 0 && text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
  }

  private Programs.Answer ask(Effect effect, String directory, List<String> words)
      throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "git",
                "--no-optional-locks",
                "--no-pager",
                "-c",
                "core.fsmonitor=false",
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "core.quotePath=false",
                "-c",
                "color.ui=false",
                "-C",
                directory));
    all.addAll(words);
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("GIT_OPTIONAL_LOCKS", "0");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("GIT_NO_LAZY_FETCH", "1");
    environment.put("HOME", viewpoint.home() == null ? "/" : viewpoint.home());
    for (String name : List.of("GIT_DIR", "GIT_WORK_TREE")) {
      String value = viewpoint.variable(effect, name);
      if (value != null) {
        environment.put(name, value);
      }
    }
    return knowledge.programs().ask(new Programs.Question(all, environment, ""), deadline);
  }

  // --- words
  // ---------------------------------------------------------------------------------------

  private static String inWords(String what, State state, long unpushed) {
    List<String> told = new ArrayList<>();
    if (!state.changed().isEmpty()) {
      told.add(counted(state.changed().size(), "changed file", "changed files"));
    }
    if (!state.untracked().isEmpty()) {
      told.add(counted(state.untracked().size(), "untracked name", "untracked names"));
    }
    if (unpushed > 0) {
      told.add(counted(unpushed, "commit", "commits") + " that no remote has");
    }
    if (state.stashes() > 0) {
      told.add(counted(state.stashes(), "stash", "stashes"));
    }
    String on =
        state.branch() == null || state.branch().startsWith("(")
            ? " on no branch"
            : " on branch `" + Text.printable(state.branch()) + "`";
    return what + on + (told.isEmpty() ? ", nothing unsaved" : ": " + String.join(", ", told));
  }

  private static String counted(long number, String one, String many) {
    String more = number >= MOST_COUNTED ? "at least " : "";
    return more + number + " " + (number == 1 ? one : many);
  }

  private static String named(List<String> names) {
    String first =
        String.join(", ", names.stream().limit(MOST_NAMED).map(Text::printable).toList());
    return names.size() > MOST_NAMED ? first + ", …" : first;
  }
}
