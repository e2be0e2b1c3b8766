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
  private final OpenFiles.Recent openings;
  private final Knowledge knowledge;
  private final TeamProbes probes;

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
        new OpenFiles.Recent(),
        Knowledge.NONE,
        new TeamProbes(machine, Knowledge.NONE));
  }

  private FactFinder(
      Machine machine,
      Duration deadline,
      Duration age,
      Set<Long> bystanders,
      OpenFiles.Recent openings,
      Knowledge knowledge,
      TeamProbes probes) {
    this.machine = machine;
    this.deadline = deadline;
    this.age = age;
    this.bystanders = bystanders;
    this.openings = openings;
    this.knowledge = knowledge;
    this.probes = probes;
  }

  /** The same finder with what is configured, and with programs that may be asked. */
  public FactFinder knowing(Knowledge more) {
    return new FactFinder(
        machine, deadline, age, bystanders, openings, more, new TeamProbes(machine, more));
  }

  /** The same finder, to which this process's use of a file makes nothing live: the shell's own. */
  public FactFinder ignoring(long pid) {
    Set<Long> more = new HashSet<>(bystanders);
    more.add(pid);
    return new FactFinder(machine, deadline, age, Set.copyOf(more), openings, knowledge, probes);
  }

  /**
   * The same finder for long lists of commands that nobody is about to run: it searches the
   * processes' descriptors, by far the dearest look, only when the last search is older than {@code
   * age}. All else is looked at afresh.
   */
  public FactFinder searchingAtMostEvery(Duration age) {
    return new FactFinder(machine, deadline, age, bystanders, openings, knowledge, probes);
  }

  private Tables tables() {
    return new Tables(machine, () -> openings.get(machine, age), bystanders);
  }

  /**
   * Looks once at everything and forgets it, so that the first command does not wait for classes to
   * be loaded. To be called before the first look, off any path that someone waits on.
   */
  public void warmUp() {
    Tables tables = tables();
    Crew crew = new Crew(HANDS, WARM_UP);
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
    return lookAll(effects, Viewpoint.of(directory, home));
  }

  /** The same from where a shell stands. */
  public List<List<Facts>> lookAll(List<Effect> effects, Viewpoint viewpoint) {
    if (effects.isEmpty()) {
      return List.of();
    }
    Tables tables = tables();
    Crew crew = new Crew(HANDS, deadline);
    Session session = new Session(machine, viewpoint);
    List<Look> looks = new ArrayList<>();
    List<Circumstances> around = new ArrayList<>();
    for (Effect effect : effects) {
      Look look = new Look(tables, crew, effect, viewpoint.home());
      looks.add(look);
      look.start(viewpoint.directory());
      Circumstances circumstances =
          new Circumstances(machine, knowledge, probes, crew, deadline, effect, viewpoint, session);
      around.add(circumstances);
      circumstances.start();
    }
    crew.await();
    String late = "did not answer within " + deadline.toMillis() + " ms";
    List<List<Facts>> out = new ArrayList<>();
    for (int i = 0; i < looks.size(); i++) {
      out.add(around.get(i).facts(looks.get(i).facts(late), late));
    }
    return out;
  }
}
