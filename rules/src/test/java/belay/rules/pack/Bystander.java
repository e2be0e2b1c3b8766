package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.ShellView;
import belay.rules.judge.Assessed;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Decision;
import belay.rules.judge.Finding;
import belay.rules.judge.Judge;
import belay.rules.judge.Mode;
import belay.rules.judge.Policy;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Script;
import belay.rules.syntax.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges lines with the shipped models and packs and nothing else: no fact of the machine is known,
 * and of the shell's variables only those that every shell has.
 */
final class Bystander implements ShellView {

  private static final String HOME = "/home/user";

  private final EffectReader reader = new EffectReader(CommandModels.builtIn());
  private final Judge judge =
      new Judge(
          assertInstanceOf(PackResult.Loaded.class, PackReader.builtIn()).rules(),
          new Policy(Mode.GUARD));

  /**
   * What came of one line.
   *
   * @param why the effects and the rules that spoke, for a person
   */
  record Opinion(boolean speaks, List<Effect> effects, String why) {}

  Opinion about(String line) {
    byte[] bytes = Text.encode(line);
    Script script = Parser.parse(bytes, Dialect.BASH);
    List<Effect> effects = reader.read(script, bytes, this).effects();
    var verdict =
        judge.judge(
            effects.stream().map(effect -> new Assessed(effect, List.of(), List.of())).toList(),
            script.status(),
            Circumstances.UNKNOWN);
    boolean speaks = verdict.decision().compareTo(Decision.NOTE) > 0;
    String why =
        effects.stream().map(effect -> effect.inWords() + " " + effect.certainty()).toList()
            + " "
            + verdict.findings().stream().map(Finding::rule).distinct().toList();
    return new Opinion(speaks, effects, why);
  }

  @Override
  public Dialect dialect() {
    return Dialect.BASH;
  }

  @Override
  public String directory() {
    return HOME;
  }

  @Override
  public String home() {
    return HOME;
  }

  @Override
  public Variable variable(String name) {
    return switch (name) {
      case "HOME", "PWD" -> new Variable.Set(List.of(HOME));
      case "IFS" -> new Variable.Set(List.of(" \t\n"));
      default -> new Variable.Unknown("$" + name + " is not said");
    };
  }

  @Override
  public @Nullable String alias(String word) {
    return null;
  }

  @Override
  public @Nullable String function(String name) {
    return null;
  }
}
