package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One repository, by asking Git. It takes no lock, runs no hook, monitor, pager or prompt; whose
 * repositories it reads is left to {@code safe.directory}.
 */
final class Git {

  private static final List<String> HARMLESS =
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
          "color.ui=false");

  private final Programs programs;
  private final Duration deadline;
  private final String directory;
  private final List<String> start = new ArrayList<>(HARMLESS);
  private final Map<String, String> environment = new LinkedHashMap<>();

  /**
   * The repository that Git finds from a directory.
   *
   * @param options that say which one it is otherwise
   */
  Git(
      Programs programs,
      Duration deadline,
      Viewpoint viewpoint,
      Effect effect,
      String directory,
      List<String> options) {
    this.programs = programs;
    this.deadline = deadline;
    this.directory = directory;
    start.addAll(List.of("-C", directory));
    start.addAll(options);
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
  }

  /** Where Git is started. */
  String directory() {
    return directory;
  }

  Programs.Answer ask(List<String> words) throws IOException {
    List<String> all = new ArrayList<>(start);
    all.addAll(words);
    return programs.ask(new Programs.Question(all, environment, ""), deadline);
  }

  /** The lines of an answer. */
  List<String> lines(String... words) throws IOException {
    return ask(List.of(words)).output().lines().toList();
  }

  /** The names of an answer that ends each with a NUL. */
  List<String> names(List<String> words) throws IOException {
    String output = ask(words).output();
    return output.isEmpty() ? List.of() : List.of(output.split("\0"));
  }

  /**
   * What the work tree holds of these paths; of all of it without any.
   *
   * @param submodules whether submodules are looked into
   */
  GitState state(List<String> paths, boolean submodules) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "status",
                "--porcelain=v2",
                "--branch",
                "--show-stash",
                "--untracked-files=normal",
                "--ignore-submodules=" + (submodules ? "none" : "all"),
                "-z"));
    words.add("--");
    words.addAll(paths);
    Programs.Answer answer = ask(words);
    if (answer.complete() && answer.status() != 0) {
      throw new IOException("Git says: " + Text.printable(answer.complaint()));
    }
    return GitState.of(answer);
  }

  /** Commits of local branches that no remote has; -1 where that cannot be said. */
  long unpushed() throws IOException {
    return count("--branches", "HEAD", "--not", "--remotes");
  }

  /**
   * Commits that only the {@code HEAD} of a linked work tree leads to ({@code git-worktree(1)});
   * none of a submodule's, as they are kept with the repository it is in.
   */
  long detached() throws IOException {
    List<String> places = places();
    return places.size() == 2 && !places.getFirst().equals(places.getLast())
        ? count("HEAD", "--not", "--branches", "--tags", "--remotes")
        : 0;
  }

  /** Whether a work tree's history is kept somewhere below a directory. */
  boolean isKeptBelow(String top) throws IOException {
    List<String> places = places();
    return !places.isEmpty() && places.getLast().startsWith(top + "/");
  }

  /** Where the repository of this work tree is, and the one that it shares history with. */
  private List<String> places() throws IOException {
    return lines("rev-parse", "--absolute-git-dir", "--git-common-dir").stream()
        .map(place -> Path.of(directory).resolve(place).normalize().toString())
        .toList();
  }

  /** How many commits {@code git-rev-list(1)} finds; -1 where it does not know one of the names. */
  long count(String... range) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("rev-list", "--count", "--max-count=" + Counted.MOST));
    words.addAll(List.of(range));
    words.add("--");
    Programs.Answer answer = ask(words);
    String text = answer.output().strip();
    return answer.status() == 0 && text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
  }

  /** Whether a name stands for a commit or tree here. */
  boolean isTree(String name) throws IOException {
    return !name.startsWith("-")
        && ask(List.of("rev-parse", "--verify", "--quiet", name + "^{tree}")).status() == 0;
  }

  /** Which of these files, named from the top, a commit has. */
  List<String> ofTree(String commit, List<String> files) throws IOException {
    if (files.isEmpty()) {
      return files;
    }
    List<String> words =
        new ArrayList<>(List.of("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--"));
    words.addAll(files);
    return names(words);
  }
}
