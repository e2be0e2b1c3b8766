package belay.index.nearmiss;

import belay.index.history.CommandReader;
import belay.index.history.History;
import belay.index.history.HistoryFile;
import belay.index.history.Importer;
import belay.index.journal.Durability;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord.Intent;
import belay.index.journal.LoggedEffect;
import belay.index.journal.Receipt;
import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.judge.Decision;
import belay.rules.syntax.Span;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Measures the journal, the index and the near misses on a generated history. Run by hand, with the
 * number of commands as argument:
 *
 * <pre>
 * mvn -q -B -pl index -am test-compile dependency:build-classpath -Dmdep.outputFile=/tmp/cp
 * java -Xmx64m -cp index/target/test-classes:index/target/classes:$(cat /tmp/cp) \
 *   belay.index.nearmiss.IndexMeasurement 100000
 * </pre>
 */
final class IndexMeasurement {

  private static final String[] PROGRAMS = {
    "vim", "less", "make", "git commit -m", "ssh", "grep -r"
  };
  private static final String[] PLACES = {"/srv/xen", "/srv/backup", "/home/ada/work", "/var/log"};
  private static final String[] NAMES = {"web", "db", "mail", "proxy", "build", "test", "cache"};

  private final Random random = new Random(20261123);
  private final int count;
  private final Path home;

  private IndexMeasurement(int count, Path home) {
    this.count = count;
    this.home = home;
  }

  public static void main(String[] arguments) throws Exception {
    Path home = Files.createTempDirectory("belay-measurement");
    try {
      new IndexMeasurement(Integer.parseInt(arguments[0]), home).run();
    } finally {
      delete(home);
    }
  }

  private void run() throws Exception {
    try (Journal journal = Journal.open(home.resolve("journal"), Clock.systemUTC())) {
      synced(journal, 2000);
      grouped(journal);
      Path index = home.resolve("index");
      long start = System.nanoTime();
      try (History history = History.open(index, journal)) {
        while (!history.settle(1, TimeUnit.HOURS)) {
          System.out.println("still indexing");
        }
        rate("index, rebuilt", count, start);
        nearMisses(history);
        searches(history);
        synced(journal, 500);
      }
      System.out.printf(
          "journal %,d bytes, index %,d bytes%n", size(home.resolve("journal")), size(index));
      start = System.nanoTime();
      System.out.println(Journal.verify(home.resolve("journal")));
      rate("verify", count, start);
    }
    try (Journal journal = Journal.open(home.resolve("journal2"), Clock.systemUTC());
        History history = History.open(home.resolve("index2"), journal)) {
      imported(journal, history);
    }
    Runtime runtime = Runtime.getRuntime();
    System.out.printf("heap used %,d KiB%n", (runtime.totalMemory() - runtime.freeMemory()) >> 10);
  }

  private void synced(Journal journal, int rounds) {
    long[] nanos = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      journal.append(next(), Durability.SYNCED).durable().join();
      nanos[i] = System.nanoTime() - start;
    }
    quantiles("append, synced", nanos);
  }

  private void grouped(Journal journal) throws InterruptedException {
    List<Intent> intents = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      intents.add(next());
    }
    long[] nanos = new long[count];
    long start = System.nanoTime();
    Receipt last = null;
    for (int i = 0; i < count; i++) {
      Intent intent = i < 5000 ? intents.get(i) : next();
      long before = System.nanoTime();
      last = journal.append(intent, Durability.GROUPED);
      nanos[i] = System.nanoTime() - before;
      if (i % 10_000 == 9_999) {
        journal.sync();
      }
    }
    journal.sync();
    rate("append, grouped, until safe", count, start);
    quantiles("append, grouped, the caller's part", nanos);
    if (last == null || last.durable().join() != count + 2000L) {
      throw new IllegalStateException("records are missing");
    }
  }

  private void nearMisses(History history) throws IOException {
    var finder = new NearMissFinder(history);
    long[] nanos = new long[3000];
    int found = 0;
    for (int i = 0; i < nanos.length; i++) {
      String target = target();
      String line = "dd if=/srv/golden.img of=" + target;
      List<Effect> effects = List.of(effect(EffectKind.OVERWRITE, target, 25));
      long start = System.nanoTime();
      found += finder.find(line, effects, Instant.now()).size();
      nanos[i] = System.nanoTime() - start;
    }
    quantiles("near miss, first 1000", Arrays.copyOf(nanos, 1000));
    quantiles("near miss, then", Arrays.copyOfRange(nanos, 1000, 3000));
    System.out.println("near misses found: " + found);
  }

  private void searches(History history) throws IOException {
    for (String words :
        List.of("golden web1", "xen", "w", "mail17.img dd", "nothing-of-the-kind", "")) {
      long[] nanos = new long[300];
      int hits = 0;
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        hits = history.search(words, 50).size();
        nanos[i] = System.nanoTime() - start;
      }
      quantiles("search `" + words + "`, " + hits + " hits", Arrays.copyOfRange(nanos, 100, 300));
    }
  }

  private void imported(Journal journal, History history) throws Exception {
    Path file = home.resolve(".bash_history");
    try (var out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < count; i++) {
        out.write("#" + (1_700_000_000 + i) + "\n" + next().command() + "\n");
      }
    }
    CommandReader reader = (line, dialect) -> List.of();
    var importer = new Importer(journal, history, reader);
    long start = System.nanoTime();
    System.out.println(importer.run(file, HistoryFile.Format.AUTO));
    rate("import", count, start);
    start = System.nanoTime();
    System.out.println(importer.run(file, HistoryFile.Format.AUTO));
    rate("import again", count, start);
  }

  private String target() {
    return PLACES[random.nextInt(PLACES.length)]
        + "/"
        + NAMES[random.nextInt(NAMES.length)]
        + (random.nextInt(4) == 0 ? random.nextInt(1000) : 1 + random.nextInt(9))
        + ".img";
  }

  private Intent next() {
    String target = target();
    return switch (random.nextInt(10)) {
      case 0 ->
          intent("dd if=/srv/golden.img of=" + target + " bs=4M", EffectKind.OVERWRITE, target);
      case 1 -> intent("rm -rf " + target, EffectKind.DELETE, target);
      default ->
          intent(
              PROGRAMS[random.nextInt(PROGRAMS.length)] + " " + target + " " + random.nextInt(9999),
              EffectKind.APPEND,
              "");
    };
  }

  private static Effect effect(EffectKind kind, String target, int at) {
    return new Effect(
        kind,
        new Target.Path(Value.of(target)),
        Reach.ONE,
        Certainty.CERTAIN,
        new Origin(
            new Span(at, at + target.length()),
            "dd",
            List.of(),
            new Origin.Place.Here(),
            List.of()));
  }

  private static Intent intent(String command, EffectKind kind, String target) {
    return new Intent(
        "4121-77",
        "bash",
        "ada",
        "dom0",
        "/home/ada/work",
        "/dev/pts/3",
        command,
        Decision.ALLOW,
        List.of(),
        target.isEmpty() ? List.of() : List.of(LoggedEffect.of(effect(kind, target, 0))),
        250);
  }

  private static void rate(String what, int count, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%s: %,.0f a second (%.2f s)%n", what, count / seconds, seconds);
  }

  private static void quantiles(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%s: p50 %,.1f µs, p99 %,.1f µs%n",
        what, nanos[nanos.length / 2] / 1e3, nanos[nanos.length * 99 / 100] / 1e3);
  }

  private static long size(Path directory) throws IOException {
    long[] size = new long[1];
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            size[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }
        });
    return size[0];
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, java.io.IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
