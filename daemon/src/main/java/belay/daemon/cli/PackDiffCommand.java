package belay.daemon.cli;

import belay.daemon.config.Config;
import belay.daemon.config.Layers;
import belay.daemon.guard.Guard;
import belay.daemon.guard.Judgement;
import belay.daemon.share.Origin;
import belay.daemon.terminal.Progress;
import belay.rules.judge.Decision;
import belay.rules.judge.Finding;
import belay.rules.judge.Judge;
import belay.rules.judge.Policy;
import belay.rules.judge.Verdict;
import belay.rules.pack.Diagnostic;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import belay.rules.pack.Source;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code belay pack diff}. */
@Command(
    name = "diff",
    description =
        "Says which lines of your own past would be judged otherwise with these packs: every line"
            + " of the journal is judged by the rules that are in force and by those that would be,"
            + " both without a look at the machine.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:nothing changes", "1:something does, or a pack is not sound", "2:misuse"})
final class PackDiffCommand implements Callable<Integer> {

  private static final int CHANGES = 1;

  @Parameters(paramLabel = "SOURCE", arity = "0..*", description = "packs, as for install")
  private List<String> sources = List.of();

  @Option(names = "--without", paramLabel = "PACK", description = "as if this were not there")
  private List<String> without = List.of();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "30",
      description = "how far back (default: 30)")
  private int days = 30;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  /**
   * A line that is judged otherwise.
   *
   * @param rules that speak now and did not, or no more
   */
  private record Change(
      Past.Entered line, long times, Decision before, Decision after, List<String> rules) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Source> now = PackPlace.others();
    List<Source> then = new ArrayList<>();
    Set<String> replaced = new HashSet<>(without);
    List<Source> given = new ArrayList<>();
    for (String source : sources) {
      Source read = Origin.of(source).fetch().archive().source(source);
      PackReader.name(read).ifPresent(replaced::add);
      given.add(read);
    }
    now.stream()
        .filter(source -> PackReader.name(source).filter(replaced::contains).isEmpty())
        .forEach(then::add);
    then.addAll(given);
    Config config =
        Config.load(Layers.of(AskedLine.directories(), System.getenv()), System.getenv());
    Judge before = judge(now, config);
    Judge after = judge(then, config);
    if (before == null || after == null) {
      return CHANGES;
    }
    Map<Past.Entered, Long> lines = Past.lines(days);
    List<Change> changes = changes(lines, before, after);
    print(changes, lines.values().stream().mapToLong(Long::longValue).sum());
    return changes.isEmpty() ? 0 : CHANGES;
  }

  private static @Nullable Judge judge(List<Source> own, Config config) {
    return switch (PackPlace.together(own)) {
      case PackResult.Loaded loaded -> new Judge(loaded.rules(), new Policy(config.mode()));
      case PackResult.Rejected(List<Diagnostic> diagnostics) -> {
        diagnostics.forEach(System.err::println);
        yield null;
      }
    };
  }

  private static List<Change> changes(Map<Past.Entered, Long> lines, Judge before, Judge after) {
    Guard guard = new Guard(PackPlace.reader(), () -> before);
    List<Change> out = new ArrayList<>();
    try (Progress progress = Progress.of("judging", lines.size())) {
      lines.forEach(
          (line, times) -> {
            Judgement judged = line.judged(guard);
            Verdict other =
                after.judge(judged.assessed(), judged.script().status(), judged.circumstances());
            if (other.decision() != judged.verdict().decision()) {
              out.add(
                  new Change(
                      line,
                      times,
                      judged.verdict().decision(),
                      other.decision(),
                      difference(judged.verdict(), other)));
            }
            progress.step();
          });
    }
    out.sort(Comparator.comparingLong(Change::times).reversed());
    return out;
  }

  private static List<String> difference(Verdict before, Verdict after) {
    Set<String> was = rules(before);
    Set<String> is = rules(after);
    return Stream.concat(
            is.stream().filter(rule -> !was.contains(rule)).map(rule -> "+" + rule),
            was.stream().filter(rule -> !is.contains(rule)).map(rule -> "-" + rule))
        .sorted()
        .toList();
  }

  private static Set<String> rules(Verdict verdict) {
    Set<String> out = new HashSet<>();
    verdict.findings().stream().map(Finding::rule).forEach(out::add);
    return out;
  }

  private void print(List<Change> changes, long judged) {
    JsonArray array = new JsonArray();
    for (Change change : changes) {
      JsonObject one = new JsonObject();
      one.addProperty("command", Text.printable(change.line.command()));
      one.addProperty("cwd", change.line.directory());
      one.addProperty("times", change.times);
      one.addProperty("before", change.before.key());
      one.addProperty("after", change.after.key());
      JsonArray rules = new JsonArray();
      change.rules.forEach(rules::add);
      one.add("rules", rules);
      array.add(one);
      if (!json) {
        System.out.printf(
            Locale.ROOT,
            "%5d×  %-7s → %-7s  %s  (%s)%n",
            change.times,
            change.before.key(),
            change.after.key(),
            Text.printable(change.line.command()),
            String.join(" ", change.rules));
      }
    }
    if (json) {
      JsonObject out = new JsonObject();
      out.addProperty("days", days);
      out.addProperty("judged", judged);
      out.add("changes", array);
      System.out.println(out);
    } else {
      System.out.println(
          "belay: of "
              + judged
              + " lines of the last "
              + days
              + " days "
              + changes.stream().mapToLong(Change::times).sum()
              + " would be judged otherwise");
    }
  }
}
