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
 * What commands of Mercurial and Subversion would lose, by asking them: {@code hg status} with
 * {@code HGPLAIN} ({@code hg help environment}) and {@code svn status}, which asks no server.
 */
final class OtherHistories {

  static final Set<String> ASKED = Set.of("hg", "svn");

  /**
   * {@code hg} takes some of its global options before the subcommand, with values of their own.
   */
  private static final Set<String> VALUED =
      Set.of(
          "-R",
          "--repository",
          "--cwd",
          "--config",
          "-r",
          "--rev",
          "-d",
          "--date",
          "-I",
          "-X",
          "--include",
          "--exclude",
          "--depth",
          "--username",
          "--password",
          "-m",
          "--message",
          "--changelist",
          "--cl",
          "--targets");

  private final Programs programs;
  private final Duration deadline;
  private final Notes notes;
  private final Map<String, String> environment = new LinkedHashMap<>();

  OtherHistories(Knowledge knowledge, Viewpoint viewpoint, Duration deadline, Notes notes) {
    this.programs = knowledge.programs();
    this.deadline = deadline;
    this.notes = notes;
    environment.put("HOME", viewpoint.home() == null ? "/" : viewpoint.home());
    environment.put("HGPLAIN", "1");
  }

  void look(Effect effect, String directory, String what) throws IOException {
    List<String> words =
        effect.origin().invocation().arguments().stream().map(Value::display).toList();
    boolean untracked = effect.kind() == EffectKind.DELETE;
    switch (effect.origin().program()) {
      case "hg" -> mercurial(directory, what, words, untracked);
      case "svn" -> subversion(directory, words, untracked);
      default -> notes.unknown(About.UNSAVED, "it is not asked");
    }
  }

  // --- Mercurial
  // -----------------------------------------------------------------------------------

  private void mercurial(String directory, String what, List<String> words, boolean untracked)
      throws IOException {
    if (what.equals("history")) {
      strip(directory, words);
      return;
    }
    boolean kept = !words.contains("--no-backup") && !words.contains("-C");
    if (words.contains("revert") && kept) {
      notes.add(About.UNSAVED, false, ""); // what was there is put aside as NAME.orig
      return;
    }
    List<String> asked = new ArrayList<>(List.of("status", "-0"));
    // What was added or removed stays as it is on the disk; purge takes what is ignored with --all.
    asked.add(!untracked ? "-m" : words.contains("--all") ? "-ui" : "-u");
    for (String option : List.of("-I", "--include", "-X", "--exclude")) {
      String pattern = value(words, option);
      if (pattern != null) {
        asked.addAll(List.of(option, pattern));
      }
    }
    List<String> paths = untracked || words.contains("revert") ? operands(words) : List.of();
    asked.add("--");
    asked.addAll(paths);
    Programs.Answer answer = hg(directory, asked);
    List<String> changed = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    for (String entry : answer.output().split("\0")) {
      if (entry.length() > 2) {
        (switch (entry.charAt(0)) {
              case '?' -> unknown;
              case 'I' -> ignored;
              default -> changed;
            })
            .add(entry.substring(2));
      }
    }
    tell(changed, unknown, ignored, answer.complete());
  }

  /** The changesets that go, those that no other repository is known to have: {@code hg phase}. */
  private void strip(String directory, List<String> words) throws IOException {
    String given = value(words, "-r", "--rev");
    List<String> operands = operands(words);
    String revision = given != null ? given : operands.isEmpty() ? "." : operands.getFirst();
    boolean bundle = !words.contains("--no-backup");
    Programs.Answer answer =
        hg(
            directory,
            List.of("log", "-T", "{phase}\\n", "-r", "(" + revision + ")::", "--limit", "10000"));
    List<String> phases = answer.output().lines().toList();
    long own = phases.stream().filter(phase -> !phase.equals("public")).count();
    notes.add(
        About.PUBLISHED,
        own < phases.size(),
        own < phases.size()
            ? Counted.of(phases.size() - own, "changeset", "changesets") + " that others have"
            : "");
    notes.add(
        About.UNSAVED,
        own > 0 && !bundle,
        own > 0 && !bundle
            ? Counted.of(own, "changeset", "changesets") + " never pushed, without backup"
            : "");
  }

  private Programs.Answer hg(String directory, List<String> words) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "hg",
                "--noninteractive",
                "--config",
                "fsmonitor.mode=off",
                "--config",
                "extensions.fsmonitor=!",
                "--cwd",
                directory));
    all.addAll(words);
    return asked(all, "Mercurial");
  }

  // --- Subversion
  // ----------------------------------------------------------------------------------

  private void subversion(String directory, List<String> words, boolean untracked)
      throws IOException {
    boolean ignored = untracked && words.contains("--remove-ignored");
    boolean others = untracked && words.contains("--remove-unversioned");
    List<String> asked = new ArrayList<>(List.of("svn", "status", "--non-interactive"));
    if (ignored) {
      asked.add("--no-ignore");
    }
    asked.addAll(List.of("--", directory));
    Programs.Answer answer = asked(asked, "Subversion");
    List<String> changed = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    List<String> set = new ArrayList<>();
    for (String line : answer.output().lines().toList()) {
      if (line.length() < 9 || line.startsWith("--- ") || line.charAt(6) == '>') {
        continue;
      }
      String name = line.substring(8);
      name = name.startsWith(directory + "/") ? name.substring(directory.length() + 1) : name;
      switch (line.charAt(0)) {
        case '?' -> {
          if (others) {
            unknown.add(name);
          }
        }
        case 'I' -> {
          if (ignored) {
            set.add(name);
          }
        }
        case 'X' -> {}
        default -> {
          // Changed, in conflict, replaced, of another kind; or so its properties.
          boolean lost = "MCR~".indexOf(line.charAt(0)) >= 0 || "MC".indexOf(line.charAt(1)) >= 0;
          if (!untracked && lost) {
            changed.add(name);
          }
        }
      }
    }
    tell(changed, unknown, set, answer.complete());
  }

  // --- both
  // ----------------------------------------------------------------------------------------

  private Programs.Answer asked(List<String> words, String who) throws IOException {
    Programs.Answer answer = programs.ask(new Programs.Question(words, environment, ""), deadline);
    boolean none = answer.complaint().contains("is not a working copy");
    if (answer.complete() && (answer.status() != 0 || none)) {
      throw new IOException(who + " says: " + Text.printable(answer.complaint()));
    }
    return answer;
  }

  private void tell(
      List<String> changed, List<String> unknown, List<String> ignored, boolean complete) {
    List<String> told = new ArrayList<>();
    if (!changed.isEmpty()) {
      told.add(
          Counted.of(changed.size(), "file", "files")
              + " with changes that are committed nowhere ("
              + Counted.named(changed)
              + ")");
    }
    if (!unknown.isEmpty()) {
      told.add(
          Counted.of(unknown.size(), "name", "names")
              + " under no control ("
              + Counted.named(unknown)
              + ")");
    }
    if (!ignored.isEmpty()) {
      told.add(
          Counted.of(ignored.size(), "ignored name", "ignored names")
              + " ("
              + Counted.named(ignored)
              + ")");
    }
    if (told.isEmpty() && !complete) {
      notes.unknown(About.UNSAVED, "there was more to say than is read");
    } else {
      notes.add(About.UNSAVED, !told.isEmpty(), String.join(", ", told));
    }
  }

  private static @Nullable String value(List<String> words, String... options) {
    String found = null;
    for (int i = 0; i < words.size(); i++) {
      for (String option : options) {
        if (words.get(i).equals(option) && i + 1 < words.size()) {
          found = words.get(i + 1);
        } else if (words.get(i).startsWith(option + "=")) {
          found = words.get(i).substring(option.length() + 1);
        }
      }
    }
    return found;
  }

  /** What is neither an option nor its value nor the subcommand. */
  private static List<String> operands(List<String> words) {
    List<String> out = new ArrayList<>();
    boolean plain = true;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (plain && word.equals("--")) {
        plain = false;
      } else if (plain && VALUED.contains(word)) {
        i++;
      } else if (!plain || !word.startsWith("-")) {
        out.add(word);
      }
    }
    return out.isEmpty() ? out : List.copyOf(out.subList(1, out.size()));
  }
}
