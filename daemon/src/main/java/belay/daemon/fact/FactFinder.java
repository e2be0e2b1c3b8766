package belay.daemon.fact;

import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Facts;
import belay.rules.syntax.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what effects are about to hit. Safe for many threads; every call looks afresh.
 *
 * <pre>{@code
 * var finder = new FactFinder(Machine.local(), FactFinder.DEADLINE);
 * List<Facts> facts = finder.look(effect, "/srv/xen", "/root");
 * }</pre>
 */
public final class FactFinder {

  /** How long a command may wait for facts. */
  public static final Duration DEADLINE = Duration.ofMillis(50);

  /** Hands for one look: more than the processors, since a hand that hangs does no work. */
  private static final int HANDS = 4;

  private static final Duration WARM_UP = Duration.ofSeconds(10);

  private final Machine machine;
  private final Duration deadline;
  private final Duration age;
  private final Set<Long> bystanders;
  private final Kept kept;

  /**
   * What outlives a look.
   *
   * @param processes what they had open
   * @param mounts as they were
   * @param swaps in use
   * @param homes whose they are
   * @param patience which file systems hang
   * @param privileged who sees more than this process may
   * @param knowledge what is configured
   * @param probes the team's, with what they answered lately
   */
  private record Kept(
      ProcessIndex processes,
      Unchanged<MountTable> mounts,
      Unchanged<List<String>> swaps,
      Unchanged<Homes> homes,
      Patience patience,
      HiddenHolders.Asker privileged,
      Knowledge knowledge,
      TeamProbes probes) {}

  /**
   * A finder that knows no configuration and runs no program.
   *
   * @param deadline after which an answer is given with what is known then
   */
  public FactFinder(Machine machine, Duration deadline) {
    this(
        machine,
        deadline,
        Duration.ZERO,
        Set.of(ProcessHandle.current().pid()),
        new Kept(
            new ProcessIndex(),
            MountTable.own(),
            SwapTable.names(),
            Homes.table(),
            new Patience(deadline),
            HiddenHolders.NOBODY,
            Knowledge.NONE,
            new TeamProbes(machine, Knowledge.NONE)));
  }

  private FactFinder(
      Machine machine, Duration deadline, Duration age, Set<Long> bystanders, Kept kept) {
    this.machine = machine;
    this.deadline = deadline;
    this.age = age;
    this.bystanders = bystanders;
    this.kept = kept;
  }

  /** The same finder with what is configured, and with programs that may be asked. */
  public FactFinder knowing(Knowledge more) {
    Kept with =
        new Kept(
            kept.processes,
            kept.mounts,
            kept.swaps,
            kept.homes,
            kept.patience,
            kept.privileged,
            more,
            new TeamProbes(machine, more));
    return new FactFinder(machine, deadline, age, bystanders, with);
  }

  /** The same finder, to which this process's use of a file makes nothing live: the shell's own. */
  public FactFinder ignoring(long pid) {
    Set<Long> more = new HashSet<>(bystanders);
    more.add(pid);
    return new FactFinder(machine, deadline, age, Set.copyOf(more), kept);
  }

  /**
   * The same finder for long lists of commands that nobody is about to run: it searches the
   * processes' descriptors, by far the dearest look, only when the last search is older than {@code
   * age}. All else is looked at afresh.
   */
  public FactFinder searchingAtMostEvery(Duration age) {
    return new FactFinder(machine, deadline, age, bystanders, kept);
  }

  /** The same finder, which asks somebody who may look where this process may not. */
  public FactFinder asking(HiddenHolders.Asker privileged) {
    Kept more =
        new Kept(
            kept.processes,
            kept.mounts,
            kept.swaps,
            kept.homes,
            kept.patience,
            privileged,
            kept.knowledge,
            kept.probes);
    return new FactFinder(machine, deadline, age, bystanders, more);
  }

  private Tables tables(Crew crew) {
    return new Tables(
        machine,
        () -> kept.processes.get(machine, age, crew::isLate),
        bystanders,
        kept.mounts,
        kept.swaps,
        kept.homes,
        kept.patience,
        (path, below, patience) -> kept.privileged.ask(path, below, shorter(patience, crew)));
  }

  private static Duration shorter(Duration patience, Crew crew) {
    Duration left = crew.untilLate();
    return patience.compareTo(left) < 0 ? patience : left;
  }

  /**
   * Looks once at everything and forgets it, so that the first command does not wait for classes to
   * be loaded. To be called before the first look, off any path that someone waits on.
   */
  public void warmUp() {
    Crew crew = new Crew(HANDS, WARM_UP);
    Tables tables = tables(crew);
    Origin origin = new Origin(new Span(0, 0), "", List.of(), new Origin.Place.Here(), List.of());
    for (String path : List.of("/", "/etc/passwd", "/etc/no-such-file")) {
      Target target = new Target.Path(Value.of(path));
      Effect effect =
          new Effect(EffectKind.OVERWRITE, target, Reach.ONE, Certainty.CERTAIN, origin);
      new Look(tables, crew, effect, null).start("/");
    }
    crew.await();
  }

  /**
   * Looks at what one effect falls on.
   *
   * @param directory the shell's working directory, absolute; or null where it is not known
   * @param home the user's home directory, or null
   * @return one for each thing the target turned out to be; never empty
   */
  public List<Facts> look(Effect effect, @Nullable String directory, @Nullable String home) {
    return lookAll(List.of(effect), directory, home).getFirst();
  }

  /** Looks at several effects at once within one deadline; the answers are in the same order. */
  public List<List<Facts>> lookAll(
      List<Effect> effects, @Nullable String directory, @Nullable String home) {
    return seeAll(effects, Viewpoint.of(directory, home)).stream()
        .map(seen -> seen.stream().map(Seen::facts).toList())
        .toList();
  }

  /** The same from where a shell stands. */
  public List<List<Facts>> lookAll(List<Effect> effects, Viewpoint viewpoint) {
    return seeAll(effects, viewpoint).stream()
        .map(seen -> seen.stream().map(Seen::facts).toList())
        .toList();
  }

  /** The same, with what each question took. */
  public List<List<Seen>> seeAll(List<Effect> effects, Viewpoint viewpoint) {
    if (effects.isEmpty()) {
      return List.of();
    }
    Crew crew = new Crew(HANDS, deadline);
    Tables tables = tables(crew);
    Session session = new Session(tables.machine(), viewpoint);
    List<Look> looks = new ArrayList<>();
    List<Circumstances> around = new ArrayList<>();
    for (Effect effect : effects) {
      Look look = new Look(tables, crew, effect, viewpoint.home());
      looks.add(look);
      look.start(viewpoint.directory());
      Circumstances circumstances =
          new Circumstances(
              tables.machine(),
              kept.knowledge,
              kept.probes,
              crew,
              deadline,
              effect,
              viewpoint,
              session);
      around.add(circumstances);
      circumstances.start();
    }
    if (age.isZero()) {
      crew.awaitAwake();
    } else {
      crew.await();
    }
    String late = "did not answer within " + deadline.toMillis() + " ms";
    List<List<Seen>> out = new ArrayList<>();
    for (int i = 0; i < looks.size(); i++) {
      out.add(around.get(i).seen(looks.get(i).seen(late), late));
    }
    return out;
  }
}
