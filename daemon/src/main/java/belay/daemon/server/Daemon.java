package belay.daemon.server;

import belay.daemon.config.Config;
import belay.daemon.config.Directories;
import belay.daemon.config.Layers;
import belay.daemon.fact.FactFinder;
import belay.daemon.fact.Viewpoint;
import belay.daemon.guard.CheckRequest;
import belay.daemon.guard.Guard;
import belay.daemon.session.HookMessage;
import belay.index.history.CommandReader;
import belay.index.history.History;
import belay.index.history.Importer;
import belay.index.nearmiss.NearMissFinder;
import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.FixedShell;
import belay.rules.effect.ShellView;
import belay.rules.fact.Facts;
import belay.rules.judge.NearMiss;
import belay.rules.judge.Policy;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One user's daemon, from its lock to its last record. */
public final class Daemon {

  /** The version of docs/protocol.md that is spoken here. */
  public static final int PROTOCOL = 1;

  /** How {@link #run} ends when another daemon has the lock. */
  static final int ALREADY_RUNS = 4;

  private static final int TROUBLE = 3;

  // Held strongly: the log manager forgets loggers nobody refers to, and their levels with them.
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  private final Directories directories;
  private final String version;
  private final CountDownLatch stop = new CountDownLatch(1);

  private Daemon(Directories directories, String version) {
    this.directories = directories;
    this.version = version;
  }

  /**
   * Serves until it is told to stop.
   *
   * @return the process's exit status
   */
  public static int run(Directories directories, Map<String, String> environment, String version) {
    LUCENE.setLevel(Level.SEVERE);
    try {
      directories.createRuntime();
      try (FileChannel lockFile =
          FileChannel.open(
              directories.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        FileLock lock = lockFile.tryLock();
        if (lock == null) {
          log("another daemon runs already");
          return ALREADY_RUNS;
        }
        return new Daemon(directories, version).serve(environment);
      }
    } catch (IOException e) {
      log("the daemon cannot run: " + e.getMessage());
      return TROUBLE;
    }
  }

  private static void log(String text) {
    System.err.println(Clock.systemUTC().instant() + " belay: " + Text.printable(text));
  }

  private int serve(Map<String, String> environment) throws IOException {
    Layers layers = Layers.of(directories, environment);
    Config config = Config.load(layers, environment);
    config.complaints().forEach(Daemon::log);
    Clock clock = Clock.systemUTC();
    CommandModels models = CommandModels.builtIn();
    EffectReader effects = new EffectReader(models);
    RulesInForce rules = new RulesInForce(layers, effects, new Policy(config.mode()));
    rules.troubles().forEach(Daemon::log);
    ScheduledExecutorService ticker = ticker();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(ended), "stop"));
    try (Books books = Books.open(directories, clock)) {
      History history = books.history();
      Recorder recorder =
          new Recorder(books, new Importer(books.journal(), history, reader(effects)));
      recorder.troubles().forEach(Daemon::log);
      recorder.started(version);
      FactFinder finder =
          FactsService.finder(config).knowing(Settled.by(config, directories, rules));
      finder.warmUp();
      Sources sources =
          new Sources(finder, new NearMissFinder(history), config.nearMiss(), clock, Daemon::log);
      Guard guard = new Guard(effects, rules::judge);
      FrontDesk desk = new FrontDesk(config, rules, guard, sources, recorder, ticker, Daemon::log);
      warm(guard, sources);
      Service service =
          new Service(
              version,
              check(rules, guard, sources),
              new FactsService(finder),
              desk,
              recorder,
              history,
              rules,
              directories,
              stop::countDown);
      try (Shells shells = Shells.listen(directories, desk, Daemon::log);
          Clients _ = Clients.listen(directories.socket(), service, ticker, Daemon::log);
          Watcher _ =
              Watcher.over(
                  directories,
                  layers,
                  rules::reload,
                  rules::reloadSettings,
                  stop::countDown,
                  Daemon::log)) {
        shells.sweep();
        announce();
        log("ready, version " + version + ", pid " + ProcessHandle.current().pid());
        stop.await();
        withdraw();
        desk.close();
        log("stopping");
      }
      recorder.stopped();
      return 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return TROUBLE;
    } finally {
      ticker.shutdownNow();
      ended.countDown();
    }
  }

  /** How imported lines are read: what a shell would have known then is not known now. */
  private static CommandReader reader(EffectReader effects) {
    String home = System.getProperty("user.home");
    return (line, dialect) -> {
      var shell = FixedShell.incomplete(dialect, null, home, Map.of(), Map.of(), Map.of());
      return effects.read(Parser.parse(line, dialect), line, shell).effects();
    };
  }

  private static ScheduledExecutorService ticker() {
    ScheduledThreadPoolExecutor ticker =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("ticker").unstarted(task));
    ticker.setRemoveOnCancelPolicy(true);
    return ticker;
  }

  private static CheckService check(RulesInForce rules, Guard guard, Sources sources) {
    return new CheckService(rules, guard, sight -> surroundings(sources, sight));
  }

  private static Guard.Surroundings surroundings(Sources sources, CheckRequest.Sight sight) {
    return new Guard.Surroundings() {
      @Override
      public List<List<Facts>> facts(List<Effect> effects, ShellView shell) {
        return switch (sight) {
          case NONE -> Guard.NOTHING_KNOWN.facts(effects, shell);
          case LIVE -> sources.facts(effects, Viewpoint.of(shell, 0, effects));
          case RECENT -> sources.recentFacts(effects, shell.directory(), shell.home());
        };
      }

      @Override
      public List<List<NearMiss>> nearMisses(String line, List<Effect> effects) {
        return sources.nearMisses(line, effects);
      }
    };
  }

  /** SIGTERM, SIGINT and exit come here; the journal must be closed before the JVM is gone. */
  private void stopAndWait(CountDownLatch ended) {
    stop.countDown();
    try {
      ended.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The pid file appears whole or not at all: hooks read it at any moment. */
  private void announce() throws IOException {
    Path draft = directories.runtime().resolve("daemon.pid.new");
    Files.writeString(draft, ProcessHandle.current().pid() + "\n");
    try {
      Files.move(
          draft,
          directories.pidFile(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException _) {
      Files.move(draft, directories.pidFile(), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void withdraw() throws IOException {
    Files.deleteIfExists(directories.pidFile());
    Files.deleteIfExists(directories.socket());
  }

  /** The first real line must not pay for loading and compiling what every line uses. */
  private static void warm(Guard guard, Sources sources) {
    Guard.Surroundings all = surroundings(sources, CheckRequest.Sight.LIVE);
    List<String> lines =
        List.of(
            "ls -l | grep x",
            "dd if=/nonexistent/a of=/nonexistent/b bs=4M conv=fsync",
            "sudo rm -rf \"$X/\" && cp a{1,2} ~/b",
            "for i in 1 2; do cat $i > /nonexistent/$i; done");
    for (int round = 0; round < 20; round++) {
      for (String line : lines) {
        var request =
            new CheckRequest(
                line.getBytes(StandardCharsets.UTF_8),
                Dialect.BASH,
                "/",
                "/",
                Map.of(),
                Map.of(),
                CheckRequest.Sight.LIVE);
        guard.judge(request.line(), request.shell(), all);
      }
    }
    HookMessage.read("R\u001f1\u001fc=ls".getBytes(StandardCharsets.UTF_8));
  }
}
