package belay.tests.bench;

import belay.daemon.fact.FactFinder;
import belay.daemon.fact.Machine;
import belay.daemon.tryout.Guest;
import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.syntax.Span;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What a look at the machine takes: {@code tests/bench facts}. */
public final class FactsBench {

  private static final int PROCESSES = 2_000;
  private static final int DESCRIPTORS = 100;
  private static final long REST_NANOS = Duration.ofMillis(20).toNanos();

  /** Children that hold files and sleep; they end with this script's input. */
  private static final String CROWD =
      """
      use strict;
      my ($file, $processes, $descriptors) = @ARGV;
      $| = 1;
      my @held;
      for (1 .. $descriptors) {
        open(my $fh, '<', $file) or die "$file: $!";
        push @held, $fh;
      }
      my @children;
      for (1 .. $processes) {
        my $pid = fork();
        die "fork: $!" unless defined $pid;
        if ($pid == 0) { sleep 3600; exit }
        push @children, $pid;
      }
      print "ready\\n";
      my $wait = <STDIN>;
      kill 'KILL', @children;
      """;

  private final PrintStream out;
  private final int count;
  private final Path directory;

  private FactsBench(PrintStream out, int count, Path directory) {
    this.out = out;
    this.count = count;
    this.directory = directory;
  }

  /** Arguments: how many looks of each sort. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    // In the home directory: elsewhere everything may be thrown away.
    Path directory =
        Files.createTempDirectory(Path.of(System.getProperty("user.home")), "belay-facts-");
    try {
      new FactsBench(System.out, Integer.parseInt(arguments[0]), directory).run();
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  private void run() throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve("file"), "data");
    Path image = Files.write(directory.resolve("web1.img"), new byte[2 << 20]);
    FactFinder finder = new FactFinder(Machine.local(), Duration.ofSeconds(10));
    finder.warmUp();
    out.printf(Locale.ROOT, "%-46s %10s %10s%n", "µs", "p50", "p99");
    Times yardstick = yardstick();
    row("fork+exec of /bin/true", yardstick);
    Times ordinary = looks(finder, file, Truth.FALSE);
    row("an ordinary file", ordinary);
    row("  the same, each after 20 ms of rest", rested(finder, file, Truth.FALSE));
    Times live;
    try (Guest _ = Guest.start(image, directory)) {
      live = looks(finder, image, Truth.TRUE);
      row("a live image", live);
      row("  the same, each after 20 ms of rest", rested(finder, image, Truth.TRUE));
    }
    Times crowded = crowded(finder, file, image);
    row("an ordinary file, 2,000 processes more", crowded);
    goal("an ordinary file below 0.2 ms, p50", ordinary.percentile(50) / 1e3, 0.2);
    goal("a live image below 2 ms, p50", live.percentile(50) / 1e3, 2);
    goal("with 2,000 processes below 20 ms, p50", crowded.percentile(50) / 1e3, 20);
  }

  private Times yardstick() throws IOException, InterruptedException {
    double[] micros = new double[Math.min(count, 500)];
    for (int i = 0; i < micros.length; i++) {
      long start = System.nanoTime();
      new ProcessBuilder("/bin/true").start().waitFor();
      micros[i] = (System.nanoTime() - start) / 1e3;
    }
    return new Times(micros);
  }

  private Times looks(FactFinder finder, Path target, Truth live) {
    double[] micros = new double[count];
    for (int i = -Math.max(count, 4_000); i < count; i++) {
      double took = look(finder, target, live);
      if (i >= 0) {
        micros[i] = took;
      }
    }
    return new Times(micros);
  }

  /** As commands come: with time between them in which caches and the kernel cool down. */
  private Times rested(FactFinder finder, Path target, Truth live) {
    double[] micros = new double[Math.min(count, 500)];
    for (int i = 0; i < micros.length; i++) {
      long end = System.nanoTime() + REST_NANOS;
      for (long left = REST_NANOS; left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      micros[i] = look(finder, target, live);
    }
    return new Times(micros);
  }

  private static double look(FactFinder finder, Path target, Truth live) {
    Effect effect =
        new Effect(
            EffectKind.OVERWRITE,
            new Target.Path(Value.of(target.toString())),
            Reach.ONE,
            Certainty.CERTAIN,
            new Origin(new Span(0, 0), "dd", List.of(), new Origin.Place.Here(), List.of()));
    long start = System.nanoTime();
    Facts facts = finder.look(effect, "/", null).getFirst();
    double took = (System.nanoTime() - start) / 1e3;
    Truth seen = facts.truth(Fact.About.LIVE);
    // As an ordinary user what is not live is unknown.
    if (seen != live && !(live == Truth.FALSE && seen == Truth.UNKNOWN)) {
      throw new IllegalStateException(facts.toString());
    }
    return took;
  }

  /** Two thousand processes hold a hundred descriptors each, of a file that is not asked about. */
  private Times crowded(FactFinder finder, Path held, Path asked)
      throws IOException, InterruptedException {
    Process crowd =
        new ProcessBuilder("perl", "-e", CROWD, held.toString(), PROCESSES + "", DESCRIPTORS + "")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(crowd.getInputStream(), StandardCharsets.UTF_8))) {
      if (!"ready".equals(said.readLine())) {
        throw new IOException("the processes could not be started");
      }
      out.printf(
          Locale.ROOT,
          "%-46s %10.0f%n",
          "the first look at 2,000 processes more",
          look(finder, asked, Truth.FALSE));
      return looks(finder, asked, Truth.FALSE);
    } finally {
      crowd.getOutputStream().close();
      crowd.waitFor();
    }
  }

  private void row(String what, Times times) {
    out.printf(
        Locale.ROOT, "%-46s %10.0f %10.0f%n", what, times.percentile(50), times.percentile(99));
  }

  private void goal(String what, double is, double below) {
    out.printf(Locale.ROOT, "  %-52s %6.3f ms  %s%n", what, is, is < below ? "met" : "MISSED");
  }
}
