package belay.tests.bench;

import belay.daemon.guard.Guard;
import belay.daemon.guard.Judgement;
import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.FixedShell;
import belay.rules.effect.ShellView;
import belay.rules.fact.Facts;
import belay.rules.judge.Assessed;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Judge;
import belay.rules.judge.Mode;
import belay.rules.judge.Policy;
import belay.rules.pack.Examples;
import belay.rules.pack.PackReader;
import belay.rules.pack.PackResult;
import belay.rules.pack.Source;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Script;
import belay.rules.syntax.Text;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What rules cost that do not apply: {@code tests/bench rules}. */
public final class RulesBench {

  private static final int FEW = 10;
  private static final int MANY = 10_000;
  private static final int RULES_OF_A_PACK = 1_000;

  /** How many judgements are timed together: one takes less than the clock is exact. */
  private static final int BATCH = 100;

  private static final List<String> LINES =
      List.of(
          "rm -rf /srv/app17/cache",
          "dd if=/dev/zero of=/srv/xen/web1.img bs=4M",
          "mv /etc/nginx/nginx.conf /etc/nginx/nginx.conf.old",
          "truncate -s 0 /var/log/app/today.log");

  private final PrintStream out;
  private final int count;
  private final EffectReader reader = new EffectReader(CommandModels.builtIn());

  private RulesBench(PrintStream out, int count) {
    this.out = out;
    this.count = count;
  }

  /** Arguments: how many batches of each sort. */
  public static void main(String[] arguments) {
    new RulesBench(System.out, Integer.parseInt(arguments[0])).run();
  }

  private void run() {
    List<Assessed> effects = effects();
    Judge few = loaded(FEW);
    Judge many = loaded(MANY);
    out.printf(Locale.ROOT, "%-46s %10s %10s%n", "µs", "p50", "p99");
    for (int i = 0; i < 3; i++) { // the compiler has settled by the last
      times(few, effects);
      times(many, effects);
    }
    Times ten = times(few, effects);
    Times thousands = times(many, effects);
    row("to judge " + LINES.size() + " effects by " + FEW + " rules more", ten);
    row("to judge them by " + MANY + " rules more", thousands);
    goal("as many times as long, below", thousands.percentile(50) / ten.percentile(50), 1.3);
    long before = used();
    long start = System.nanoTime();
    Judge again = loaded(MANY);
    double seconds = (System.nanoTime() - start) / 1e9;
    long bytes = used() - before;
    goal("to load " + MANY + " rules and run their examples, s, below", seconds, 1);
    out.printf(Locale.ROOT, "  memory they take: %.1f MiB%n", bytes / 1048576.0);
    if (!again
        .judge(effects, new Script.Status.Complete(), Circumstances.UNKNOWN)
        .findings()
        .isEmpty()) {
      out.println("  (the effects are not harmless)");
    }
  }

  /** What the lines do, of which nothing was looked at. */
  private List<Assessed> effects() {
    ShellView shell =
        FixedShell.incomplete(Dialect.BASH, "/root", "/root", Map.of(), Map.of(), Map.of());
    Guard guard =
        new Guard(reader, () -> new Judge(belay.rules.judge.RuleSet.EMPTY, new Policy(Mode.GUARD)));
    List<Assessed> out = new ArrayList<>();
    for (String line : LINES) {
      Judgement judgement = guard.judge(Text.encode(line), shell, Guard.NOTHING_KNOWN);
      for (Effect effect : judgement.reading().effects()) {
        out.add(
            new Assessed(
                effect,
                List.of(Facts.unknown(effect.target().display(), "not looked at")),
                List.of()));
      }
    }
    return out;
  }

  private Judge loaded(int rules) {
    List<Source> own = new ArrayList<>();
    for (int first = 0; first < rules; first += RULES_OF_A_PACK) {
      own.add(pack(first, Math.min(rules, first + RULES_OF_A_PACK)));
    }
    List<Source> all = new ArrayList<>(PackReader.builtInSources());
    all.addAll(own);
    return switch (PackReader.read(all)) {
      case PackResult.Rejected rejected ->
          throw new IllegalStateException(rejected.diagnostics().getFirst().toString());
      case PackResult.Loaded loaded -> {
        if (!Examples.run(loaded.examplesOf(own), reader).isEmpty()) {
          throw new IllegalStateException("the examples do not hold");
        }
        yield new Judge(loaded.rules(), new Policy(Mode.GUARD));
      }
    };
  }

  private static Source pack(int from, int to) {
    String name = "team.many" + from;
    StringBuilder text =
        new StringBuilder("pack: " + name + "\nversion: 1.0.0\ntitle: Many\nrules:\n");
    for (int i = from; i < to; i++) {
      text.append(
          """
          - id: set-%1$d
            title: A set is lost
            when: {effects: [delete, overwrite], targets: path, path: {under: /data/set%1$d}}
            severity: high
            action: confirm
            message: It would be lost.
            examples: {confirm: [rm /data/set%1$d/a], silent: [ls]}
          """
              .formatted(i));
    }
    return new Source(name + ".yaml", text.toString());
  }

  private Times times(Judge judge, List<Assessed> effects) {
    double[] micros = new double[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      for (int k = 0; k < BATCH; k++) {
        if (judge
                .judge(effects, new Script.Status.Complete(), Circumstances.UNKNOWN)
                .findings()
                .size()
            > 1_000) {
          throw new IllegalStateException("too much is found");
        }
      }
      micros[i] = (System.nanoTime() - start) / 1e3 / BATCH;
    }
    return new Times(micros);
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void row(String what, Times times) {
    out.printf(
        Locale.ROOT, "%-46s %10.1f %10.1f%n", what, times.percentile(50), times.percentile(99));
  }

  private void goal(String what, double is, double below) {
    out.printf(
        Locale.ROOT, "  %-56s %6.2f (%s)  %s%n", what, is, below, is < below ? "met" : "MISSED");
  }
}
