package belay.daemon.cli;

import belay.daemon.config.Config;
import belay.daemon.config.Layers;
import belay.daemon.guard.Guard;
import belay.daemon.guard.Judgement;
import belay.daemon.share.Origin;
import belay.daemon.terminal.Progress;
import belay.rules.judge.Judge;
import belay.rules.judge.Policy;
import belay.rules.judge.Rule;
import belay.rules.judge.RuleSet;
import belay.rules.pack.Diagnostic;
import belay.rules.pack.Example;
import belay.rules.pack.Examples;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import belay.rules.pack.Source;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code belay pack bench}. */
@Command(
    name = "bench",
    description =
        "Says what packs cost: to read them, to run their examples, and to judge by them the lines"
            + " of your own past that change something (and the examples of the packs, so that"
            + " there are enough), with and without them. Without a SOURCE it is all that is in"
            + " force beside Belay's own.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:measured", "1:a pack is not sound", "2:misuse"})
final class PackBenchCommand implements Callable<Integer> {

  private static final int WRONG = 1;

  /** A single judgement takes less than the clock is exact. */
  private static final int BATCH = 20;

  /** By the last of these the compiler has settled; only that one counts. */
  private static final int ROUNDS = 8;

  private static final int DAYS = 365;

  /** Lines beyond these change nothing of the figures. */
  private static final int MOST_LINES = 2_000;

  private static final int SLOWEST = 5;

  @Parameters(paramLabel = "SOURCE", arity = "0..*", description = "packs, as for install")
  private List<String> sources = List.of();

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  /** What one set of packs costs. */
  private record Cost(int rules, double readMs, double examplesMs, double p50Us, double p99Us) {}

  /** A set of packs, and how long it took to read it and to run the examples of its own part. */
  private record Read(PackResult.Loaded loaded, Judge judge, double readMs, double examplesMs) {}

  /** What one rule costs, were there no other. */
  private record RuleCost(String rule, double nanos) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Source> inForce = PackPlace.others();
    List<Source> given = inForce;
    List<Source> without = List.of();
    if (!sources.isEmpty()) {
      Set<String> replaced = new HashSet<>();
      given = new ArrayList<>();
      for (String source : sources) {
        Source read = Origin.of(source).fetch().archive().source(source);
        PackReader.name(read).ifPresent(replaced::add);
        given.add(read);
      }
      without =
          inForce.stream()
              .filter(source -> PackReader.name(source).filter(replaced::contains).isEmpty())
              .toList();
    }
    List<Source> with = new ArrayList<>(without);
    with.addAll(given);
    Config config =
        Config.load(Layers.of(AskedLine.directories(), System.getenv()), System.getenv());
    Policy policy = new Policy(config.mode());
    if (read(with, given, policy) == null) { // it also warms up: the first reading loads classes
      return WRONG;
    }
    Read before = read(without, List.of(), policy);
    Read after = read(with, given, policy);
    if (before == null || after == null) {
      return WRONG;
    }
    List<Judgement> lines = lines(after);
    measure(before, after, given, lines, policy);
    return 0;
  }

  private static @Nullable Read read(List<Source> own, List<Source> tested, Policy policy) {
    long start = System.nanoTime();
    PackResult result = PackPlace.together(own);
    double readMs = millisSince(start);
    return switch (result) {
      case PackResult.Rejected(List<Diagnostic> diagnostics) -> {
        diagnostics.forEach(System.err::println);
        yield null;
      }
      case PackResult.Loaded loaded -> {
        start = System.nanoTime();
        List<Diagnostic> failed = Examples.run(loaded.examplesOf(tested), PackPlace.reader());
        double examplesMs = millisSince(start);
        failed.forEach(System.err::println);
        yield failed.isEmpty()
            ? new Read(loaded, new Judge(loaded.rules(), policy), readMs, examplesMs)
            : null;
      }
    };
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  /** Lines that change something: what changes nothing meets no rule. */
  private static List<Judgement> lines(Read read) throws IOException {
    Guard guard = new Guard(PackPlace.reader(), read::judge);
    List<Past.Entered> past = new ArrayList<>(Past.lines(DAYS).keySet());
    List<Past.Entered> all = new ArrayList<>(past.reversed());
    for (Example example : read.loaded.examples()) {
      all.add(new Past.Entered(example.command(), null, example.dialect().shellName()));
    }
    List<Judgement> out = new ArrayList<>();
    try (Progress progress = Progress.of("reading lines", all.size())) {
      for (Past.Entered line : all) {
        Judgement judged = line.judged(guard);
        if (!judged.assessed().isEmpty() && out.size() < MOST_LINES) {
          out.add(judged);
        }
        progress.step();
      }
    }
    return out;
  }

  private void measure(
      Read before, Read after, List<Source> given, List<Judgement> lines, Policy policy) {
    Set<String> packs = new HashSet<>();
    given.forEach(source -> PackReader.name(source).ifPresent(packs::add));
    List<Rule> own =
        after.loaded.rules().rules().stream()
            .filter(rule -> packs.contains(rule.id().substring(0, rule.id().indexOf('/'))))
            .toList();
    double[] without = new double[0];
    double[] with = new double[0];
    List<RuleCost> slowest;
    try (Progress progress = Progress.of("judging", ROUNDS + own.size())) {
      for (int round = 0; round < ROUNDS; round++) {
        without = nanos(before.judge, lines);
        with = nanos(after.judge, lines);
        progress.step();
      }
      slowest = slowest(own, lines, policy, progress);
    }
    Cost one = cost(before, without);
    Cost other = cost(after, with);
    if (json) {
      System.out.println(json(lines.size(), one, other, slowest));
    } else {
      print(lines.size(), one, other, slowest);
    }
  }

  /** How long each line takes, in ns, the quickest first. */
  private static double[] nanos(Judge judge, List<Judgement> lines) {
    double[] out = new double[lines.size()];
    for (int i = 0; i < out.length; i++) {
      Judgement line = lines.get(i);
      long start = System.nanoTime();
      for (int j = 0; j < BATCH; j++) {
        var _ = judge.judge(line.assessed(), line.script().status(), line.circumstances());
      }
      out[i] = (System.nanoTime() - start) / (double) BATCH;
    }
    Arrays.sort(out);
    return out;
  }

  private static List<RuleCost> slowest(
      List<Rule> rules, List<Judgement> lines, Policy policy, Progress progress) {
    List<RuleCost> out = new ArrayList<>();
    for (Rule rule : rules) {
      Judge alone = new Judge(new RuleSet(List.of(rule)), policy);
      double mean = Arrays.stream(nanos(alone, lines)).average().orElse(0);
      out.add(new RuleCost(rule.id(), mean));
      progress.step();
    }
    return out.stream()
        .sorted(Comparator.comparingDouble(RuleCost::nanos).reversed())
        .limit(SLOWEST)
        .toList();
  }

  private static Cost cost(Read read, double[] nanos) {
    return new Cost(
        read.loaded.rules().rules().size(),
        read.readMs,
        read.examplesMs,
        percentile(nanos, 0.5) / 1000,
        percentile(nanos, 0.99) / 1000);
  }

  private static double percentile(double[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
  }

  private static void print(int lines, Cost without, Cost with, List<RuleCost> slowest) {
    System.out.printf(Locale.ROOT, "%-34s %12s %12s%n", "", "without", "with");
    System.out.printf(Locale.ROOT, "%-34s %12d %12d%n", "rules", without.rules, with.rules);
    row("to read all packs, ms", without.readMs, with.readMs);
    System.out.printf(
        Locale.ROOT,
        "%-34s %12s %12.2f%n",
        "to run the examples of these, ms",
        "",
        with.examplesMs);
    row("to judge a line, µs, p50", without.p50Us, with.p50Us);
    row("to judge a line, µs, p99", without.p99Us, with.p99Us);
    if (!slowest.isEmpty()) {
      System.out.println("the slowest of them, alone, ns a line:");
      for (RuleCost each : slowest) {
        System.out.printf(Locale.ROOT, "  %-44s %12.0f%n", each.rule, each.nanos);
      }
    }
    System.out.println("belay: over " + lines + " lines that change something");
  }

  private static void row(String what, double without, double with) {
    System.out.printf(Locale.ROOT, "%-34s %12.2f %12.2f%n", what, without, with);
  }

  private static JsonObject json(int lines, Cost without, Cost with, List<RuleCost> slowest) {
    JsonObject out = new JsonObject();
    out.addProperty("lines", lines);
    out.add("without", json(without));
    out.add("with", json(with));
    out.addProperty("examples_ms", with.examplesMs);
    JsonArray rules = new JsonArray();
    for (RuleCost each : slowest) {
      JsonObject one = new JsonObject();
      one.addProperty("rule", each.rule);
      one.addProperty("ns", Math.round(each.nanos));
      rules.add(one);
    }
    out.add("slowest", rules);
    return out;
  }

  private static JsonObject json(Cost cost) {
    JsonObject out = new JsonObject();
    out.addProperty("rules", cost.rules);
    out.addProperty("read_ms", cost.readMs);
    out.addProperty("p50_us", cost.p50Us);
    out.addProperty("p99_us", cost.p99Us);
    return out;
  }
}
