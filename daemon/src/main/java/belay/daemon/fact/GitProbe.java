package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a Git command would lose of its repository. */
final class GitProbe {

  /** So many untracked files are held against a commit that may bring others of their names. */
  private static final int MOST_COMPARED = 200;

  private final Git git;
  private final GitCommand command;
  private final Notes notes;
  private final GitReferences references;

  GitProbe(
      Knowledge knowledge,
      Viewpoint viewpoint,
      Duration deadline,
      Notes notes,
      Effect effect,
      String directory)
      throws IOException {
    this.command = GitCommand.of(effect);
    this.git =
        new Git(knowledge.programs(), deadline, viewpoint, effect, directory, command.repository());
    this.notes = notes;
    this.references = new GitReferences(knowledge, git, command, notes);
  }

  /** A command that works on a repository. */
  void look(Effect effect, String what) throws IOException {
    GitState state = git.state(List.of(), false);
    long unpushed = git.unpushed();
    notes.place(state.inWords("`" + Text.printable(git.directory()) + "`", unpushed), Set.of());
    switch (what) {
      case "work tree" -> workTree(state);
      case "files in the work tree" -> files();
      case "work in progress" -> inProgress(state);
      case "untracked files" -> clean();
      default -> references.look(effect, what, state, unpushed);
    }
  }

  // --- the work tree
  // -------------------------------------------------------------------------------

  private void workTree(GitState state) throws IOException {
    switch (command.name()) {
      case "checkout", "restore" -> {
        if (command.has("-f", "--force") && command.paths().isEmpty()) {
          all(state, command.operand(0));
        } else {
          files();
        }
      }
      case "checkout-index" -> lost(state.unstaged(), state, List.of());
      case "reset", "switch" -> all(state, command.operand(0));
      default -> all(state, null);
    }
  }

  /** Index and work tree become as a commit has them. */
  private void all(GitState state, @Nullable String to) throws IOException {
    Set<String> lost = new LinkedHashSet<>(state.changed());
    List<String> more = new ArrayList<>();
    if (to != null) {
      lost.addAll(inTheWay(state, to));
    }
    if (command.has("--recurse-submodules")) {
      lost.addAll(git.state(List.of(), true).submodules());
    }
    if (to != null && command.name().equals("reset")) {
      long commits = git.count("HEAD", "--not", to, "--remotes");
      if (commits > 0) {
        more.add(
            Counted.of(commits, "commit", "commits")
                + " that neither `"
                + Text.printable(to)
                + "` nor a remote has");
      }
    }
    lost(List.copyOf(lost), state, more);
  }

  /** Files are put back as the index or a commit has them. */
  private void files() throws IOException {
    List<String> named = new ArrayList<>(command.paths());
    List<String> operands = new ArrayList<>(command.operands());
    String source = null;
    switch (command.name()) {
      case "restore" -> {
        source = command.value("-s", "--source");
        named.addAll(operands);
      }
      case "checkout" -> {
        boolean commit =
            !operands.isEmpty()
                && (command.separated()
                    || (operands.size() > 1 && git.isTree(operands.getFirst())));
        if (commit) {
          source = operands.removeFirst();
        }
        named.addAll(operands);
      }
      default -> named.addAll(operands);
    }
    if (command.has("--pathspec-from-file")) {
      notes.unknown(About.UNSAVED, "which files it names stands in a file that is not read");
      return;
    }
    GitState state = git.state(named, false);
    boolean restore = command.name().equals("restore");
    boolean staged = restore && command.has("-S", "--staged");
    boolean index = restore ? staged : source != null || command.name().equals("rm");
    Set<String> lost = new LinkedHashSet<>(index ? state.changed() : state.unstaged());
    if (source != null) {
      lost.addAll(inTheWay(state, source));
    }
    lost(List.copyOf(lost), state, List.of());
  }

  /** Untracked files for which a commit has others of the same name. */
  private List<String> inTheWay(GitState state, String commit) throws IOException {
    List<String> files =
        state.untracked().stream()
            .filter(name -> !name.endsWith("/"))
            .limit(MOST_COMPARED)
            .toList();
    return git.ofTree(commit, files);
  }

  private void lost(List<String> files, GitState state, List<String> more) {
    List<String> told = new ArrayList<>();
    if (!files.isEmpty()) {
      told.add(
          Counted.of(files.size(), "file", "files")
              + " with changes that are committed nowhere ("
              + Counted.named(files)
              + ")");
    }
    told.addAll(more);
    if (!told.isEmpty()) {
      notes.add(About.UNSAVED, true, String.join(", ", told));
    } else if (state.complete()) {
      notes.add(About.UNSAVED, false, "");
    } else {
      notes.unknown(About.UNSAVED, "Git had more to say than is read");
    }
  }

  /**
   * A merge or rebase that is given up. What Git itself has put together is no work; what somebody
   * did about conflicts is: {@code git-ls-files(1)} remembers those that were resolved, and {@code
   * git-diff(1)} finds the marks of those that were not.
   */
  private void inProgress(GitState state) throws IOException {
    Set<String> work =
        new LinkedHashSet<>(
            git.names(List.of("ls-files", "-z", "--resolve-undo", "--full-name", ":/")));
    Set<String> resolved = new LinkedHashSet<>();
    for (String entry : work) {
      resolved.add(entry.substring(entry.indexOf('\t') + 1));
    }
    Set<String> marked = new HashSet<>();
    if (!state.unmerged().isEmpty()) {
      for (String line : git.lines("diff", "--check", "--no-ext-diff", "--no-textconv", "HEAD")) {
        int end = line.indexOf(": leftover conflict marker");
        if (end > 0) {
          marked.add(line.substring(0, line.lastIndexOf(':', end - 1)));
        }
      }
    }
    for (String name : state.unstaged()) {
      if (!marked.contains(name)) {
        resolved.add(name);
      }
    }
    if (resolved.isEmpty()) {
      notes.add(About.UNSAVED, false, "");
    } else {
      List<String> names = List.copyOf(resolved);
      notes.add(
          About.UNSAVED,
          true,
          "what was done about conflicts in "
              + Counted.of(names.size(), "file", "files")
              + " ("
              + Counted.named(names)
              + ")");
    }
  }

  // --- untracked files
  // -----------------------------------------------------------------------------

  /** The same command as a dry run, and once more for those of the names that are ignored. */
  private void clean() throws IOException {
    Programs.Answer answer = git.ask(dryRun(false));
    if (answer.complete() && answer.status() != 0) {
      throw new IOException("Git says: " + Text.printable(answer.complaint()));
    }
    List<String> names = removed(answer);
    Set<String> ignored =
        command.has("-X")
            ? new HashSet<>(names)
            : command.has("-x") ? new HashSet<>(removed(git.ask(dryRun(true)))) : Set.of();
    List<String> untracked = names.stream().filter(name -> !ignored.contains(name)).toList();
    List<String> both = new ArrayList<>();
    String more = answer.complete() ? "" : "more than ";
    if (!untracked.isEmpty()) {
      both.add(
          more
              + Counted.of(untracked.size(), "name", "names")
              + " that Git does not know ("
              + Counted.named(untracked)
              + ")");
    }
    List<String> rest = names.stream().filter(ignored::contains).toList();
    if (!rest.isEmpty()) {
      both.add(
          more
              + Counted.of(rest.size(), "name", "names")
              + " that Git is told to ignore ("
              + Counted.named(rest)
              + ")");
    }
    notes.add(About.UNSAVED, !both.isEmpty(), String.join(", ", both));
  }

  private static List<String> removed(Programs.Answer answer) {
    return answer
        .output()
        .lines()
        .filter(line -> line.startsWith("Would remove "))
        .map(line -> line.substring("Would remove ".length()))
        .toList();
  }

  private List<String> dryRun(boolean ignored) {
    List<String> asked = new ArrayList<>(List.of("clean", "-n"));
    List<String> words = command.words();
    boolean plain = true;
    for (int i = 0; i < words.size(); i++) {
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
        String kept = word.replaceAll(ignored ? "[^d]" : "[^dxX]", "");
        if (!kept.isEmpty()) {
          asked.add("-" + kept);
        }
      } else if (!plain || !word.startsWith("-") || word.startsWith("--exclude=")) {
        asked.add(word);
      }
    }
    if (ignored) {
      asked.add(1, "-X");
    }
    return asked;
  }
}
