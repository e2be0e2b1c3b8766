package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.fact.Facts;
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

  private final Machine machine;
  private final Duration deadline;
  private final Set<Long> bystanders;
  private final OpenFiles.KernelThreads kernelThreads;

  /**
   * A finder.
   *
   * @param deadline after which an answer is given with what is known then
   */
  public FactFinder(Machine machine, Duration deadline) {
    this(machine, deadline, Set.of(ProcessHandle.current().pid()), new OpenFiles.KernelThreads());
  }

  private FactFinder(
      Machine machine,
      Duration deadline,
      Set<Long> bystanders,
      OpenFiles.KernelThreads kernelThreads) {
    this.machine = machine;
    this.deadline = deadline;
    this.bystanders = bystanders;
    this.kernelThreads = kernelThreads;
  }

  /** The same finder, to which this process's use of a file makes nothing live: the shell's own. */
  public FactFinder ignoring(long pid) {
    Set<Long> more = new HashSet<>(bystanders);
    more.add(pid);
    return new FactFinder(machine, deadline, Set.copyOf(more), kernelThreads);
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
    if (effects.isEmpty()) {
      return List.of();
    }
    Tables tables = new Tables(machine, kernelThreads, bystanders);
    Crew crew = new Crew(HANDS, deadline);
    List<Look> looks = new ArrayList<>();
    for (Effect effect : effects) {
      Look look = new Look(tables, crew, effect, home);
      looks.add(look);
      look.start(directory);
    }
    crew.await();
    String late = "did not answer within " + deadline.toMillis() + " ms";
    return looks.stream().map(look -> look.facts(late)).toList();
  }
}
