package belay.daemon.guard;

import belay.rules.effect.Reading;
import belay.rules.judge.Assessed;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Verdict;
import belay.rules.syntax.Script;
import java.util.List;

/**
 * What came of one line.
 *
 * @param line as it was given
 * @param script as it was read
 * @param reading what it would do
 * @param assessed the effects with all that is known of their targets
 * @param circumstances who asked, where, when and how
 * @param verdict what becomes of it
 * @param micros from the bytes to the verdict, in µs
 */
public record Judgement(
    byte[] line,
    Script script,
    Reading reading,
    List<Assessed> assessed,
    Circumstances circumstances,
    Verdict verdict,
    long micros) {

  public Judgement {
    assessed = List.copyOf(assessed);
  }
}
