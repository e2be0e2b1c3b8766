package belay.daemon.guard;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.Origin;
import belay.rules.effect.Reading;
import belay.rules.effect.ShellView;
import belay.rules.fact.Facts;
import belay.rules.judge.Assessed;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Judge;
import belay.rules.judge.NearMiss;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The whole way of one line: parse, effects, facts, near misses, verdict. It decides and says
 * nothing; who asks it does.
 */
public final class Guard {

  private final EffectReader effects;
  private final Supplier<Judge> judge;

  /**
   * A guard.
   *
   * @param judge asked anew for each line, so that a new set of rules is in force between two lines
   */
  public Guard(EffectReader effects, Supplier<Judge> judge) {
    this.effects = effects;
    this.judge = judge;
  }

  /** Where facts and near misses come from, for one line. */
  public interface Surroundings {

    /** Called once, before anything is looked up, when the line would change something. */
    default void somethingIsAtStake() {}

    /** What is known of each effect's target, in the order of {@code effects}. */
    List<List<Facts>> facts(List<Effect> effects, ShellView shell);

    /** The near misses of each effect, in the order of {@code effects}. */
    List<List<NearMiss>> nearMisses(String line, List<Effect> effects);
  }

  /** Looks at nothing: {@code --facts none} without a history. */
  public static final Surroundings NOTHING_KNOWN =
      new Surroundings() {
        @Override
        public List<List<Facts>> facts(List<Effect> effects, ShellView shell) {
          return effects.stream().map(_ -> List.<Facts>of()).toList();
        }

        @Override
        public List<List<NearMiss>> nearMisses(String line, List<Effect> effects) {
          return effects.stream().map(_ -> List.<NearMiss>of()).toList();
        }
      };

  /** Judges {@code line} as {@code shell} would run it. */
  public Judgement judge(byte[] line, ShellView shell, Surroundings surroundings) {
    return judge(line, line, shell, surroundings, () -> Circumstances.UNKNOWN);
  }

  /**
   * Judges {@code line}, of which the shell itself says that it reads it as {@code expanded}. What
   * only {@code expanded} would do comes from aliases, and is laid to the whole line.
   *
   * @param circumstances who asks, where, when and how; asked only when the line would change
   *     something
   */
  public Judgement judge(
      byte[] line,
      byte[] expanded,
      ShellView shell,
      Surroundings surroundings,
      Supplier<Circumstances> circumstances) {
    long start = System.nanoTime();
    Script script = Parser.parse(line, shell.dialect());
    Reading reading = effects.read(script, line, shell);
    if (!Arrays.equals(line, expanded)) {
      reading = union(reading, expanded, shell, new Span(0, line.length));
    }
    List<Effect> found = reading.effects();
    List<Assessed> assessed = assess(found, Text.decode(line), shell, surroundings);
    Circumstances now = found.isEmpty() ? Circumstances.UNKNOWN : circumstances.get();
    var verdict = judge.get().judge(assessed, script.status(), now);
    return new Judgement(
        line, script, reading, assessed, now, verdict, (System.nanoTime() - start) / 1000);
  }

  private static List<Assessed> assess(
      List<Effect> effects, String line, ShellView shell, Surroundings surroundings) {
    if (effects.isEmpty()) {
      return List.of();
    }
    surroundings.somethingIsAtStake();
    List<List<Facts>> facts = surroundings.facts(effects, shell);
    List<List<NearMiss>> nearMisses = surroundings.nearMisses(line, effects);
    List<Assessed> out = new ArrayList<>(effects.size());
    for (int i = 0; i < effects.size(); i++) {
      out.add(new Assessed(effects.get(i), facts.get(i), nearMisses.get(i)));
    }
    return out;
  }

  private Reading union(Reading typed, byte[] expanded, ShellView shell, Span whole) {
    Reading full = effects.read(Parser.parse(expanded, shell.dialect()), expanded, shell);
    List<Effect> all = new ArrayList<>(typed.effects());
    for (Effect effect : full.effects()) {
      boolean known =
          all.stream()
              .anyMatch(
                  other -> other.kind() == effect.kind() && other.target().equals(effect.target()));
      if (!known) {
        Origin origin = effect.origin();
        all.add(
            new Effect(
                effect.kind(),
                effect.target(),
                effect.reach(),
                effect.certainty(),
                effect.detail(),
                new Origin(
                    whole,
                    origin.program(),
                    origin.wrappers(),
                    origin.place(),
                    origin.emptied(),
                    origin.invocation())));
      }
    }
    return new Reading(all, typed.unread());
  }
}
