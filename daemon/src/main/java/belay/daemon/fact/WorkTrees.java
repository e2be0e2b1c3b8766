package belay.daemon.fact;

import belay.daemon.libc.Directory.EntryKind;
import belay.rules.effect.Effect;
import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The Git work trees in a directory that is deleted, and what would go with them. They are searched
 * from the top down, those in others too (submodules, clones that are ignored), and asked while the
 * search goes on.
 */
final class WorkTrees {

  static final int MOST = 100;
  private static final int MOST_DIRECTORIES = 100_000;
  private static final int MOST_TOLD = 5;
  private static final String WHOM = "the search for Git work trees";

  private final Machine machine;
  private final Knowledge knowledge;
  private final Viewpoint viewpoint;
  private final Duration deadline;
  private final Crew crew;
  private final Effect effect;
  private final Notes notes;
  private final AtomicInteger open = new AtomicInteger(1);
  private final AtomicInteger told = new AtomicInteger();

  WorkTrees(
      Machine machine,
      Knowledge knowledge,
      Viewpoint viewpoint,
      Duration deadline,
      Crew crew,
      Effect effect,
      Notes notes) {
    this.machine = machine;
    this.knowledge = knowledge;
    this.viewpoint = viewpoint;
    this.deadline = deadline;
    this.crew = crew;
    this.effect = effect;
    this.notes = notes;
  }

  /** Searches below a directory, which may be a repository's {@code .git} itself. */
  void search(String top) throws IOException {
    if (effect.origin().program().equals("git") && GitCommand.of(effect).name().equals("rm")) {
      return; // of what is below it only takes what it knows
    }
    notes.ask(WHOM, Set.of(About.UNSAVED));
    if (top.endsWith("/.git")) {
      found(top.substring(0, top.length() - "/.git".length()), top, true);
    } else {
      below(top);
    }
    finished();
  }

  private void below(String top) {
    Queue<String> level = new ArrayDeque<>(List.of(top));
    int found = 0;
    int seen = 0;
    while (!level.isEmpty()) {
      String directory = level.remove();
      if (crew.isLate() || seen++ >= MOST_DIRECTORIES) {
        notes.unknown(
            About.UNSAVED,
            "the search for Git work trees ended after " + (seen - 1) + " directories");
        return;
      }
      List<String> names = new ArrayList<>();
      boolean[] tree = new boolean[2];
      try {
        machine.list(
            directory,
            (name, inode, kind) -> {
              if (name.equals(".git")) {
                tree[0] = true;
                tree[1] = kind == EntryKind.DIRECTORY;
              } else if (kind == EntryKind.DIRECTORY && !name.equals("node_modules")) {
                // A package manager's clones are not work.
                names.add(directory + "/" + name);
              }
              return true;
            });
      } catch (IOException closed) {
        continue;
      }
      level.addAll(names);
      if (tree[0] && found++ == MOST) {
        notes.unknown(About.UNSAVED, "more than " + MOST + " repositories are in it");
        return;
      }
      if (tree[0]) {
        found(directory, top, tree[1]);
      }
    }
  }

  private void found(String directory, String top, boolean whole) {
    open.incrementAndGet();
    crew.add(
        () -> {
          try {
            ask(directory, top, whole);
          } catch (IOException e) {
            String message = e.getMessage();
            notes.unknown(
                About.UNSAVED,
                "`"
                    + Text.printable(directory)
                    + "`: "
                    + (message == null ? "not read" : Text.printable(message)));
          } finally {
            finished();
          }
        });
  }

  private void finished() {
    if (open.decrementAndGet() == 0) {
      int more = told.get() - MOST_TOLD;
      if (more > 0) {
        notes.add(
            About.UNSAVED, true, Counted.of(more, "Git work tree", "Git work trees") + " more");
      }
      notes.answered(WHOM);
    }
  }

  private void ask(String directory, String top, boolean whole) throws IOException {
    Git git = new Git(knowledge.programs(), deadline, viewpoint, effect, directory, List.of());
    GitState state = git.state(List.of(), false);
    boolean history = whole || git.isKeptBelow(top);
    long unpushed = history ? git.unpushed() : git.detached();
    boolean lost =
        !state.changed().isEmpty()
            || !state.untracked().isEmpty()
            || unpushed > 0
            || (history && state.stashes() > 0);
    if (lost && told.incrementAndGet() <= MOST_TOLD) {
      notes.add(
          About.UNSAVED,
          true,
          state.inWords("the Git work tree `" + Text.printable(directory) + "`", unpushed));
    }
  }
}
