package belay.rules.pack;

import belay.rules.fact.Facts;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Decision;
import belay.rules.syntax.Dialect;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command and what its rule must say of it.
 *
 * @param file where it is written, with {@code line} and {@code column}
 * @param rule the full id of the rule it belongs to
 * @param facts what is assumed of things, by their absolute names; a name that is not here was not
 *     looked at
 * @param variables what the shell is assumed to hold; null for a variable that is not set
 * @param circumstances who is assumed to ask, where, when and how
 */
public record Example(
    String file,
    int line,
    int column,
    String rule,
    Expectation expectation,
    Dialect dialect,
    String command,
    Map<String, Facts> facts,
    Map<String, @Nullable String> variables,
    Circumstances circumstances) {

  public Example {
    facts = Map.copyOf(facts);
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /** What must come of it. */
  public sealed interface Expectation {

    /** The rule speaks, and the verdict is at least its action. */
    record Speaks(Decision action) implements Expectation {}

    /** The rule says nothing; others may. */
    record Silent() implements Expectation {}

    /** The verdict is to let it run without a word. */
    record Allowed() implements Expectation {}
  }

  /** The facts by name, in no order. */
  public List<Facts> assumed() {
    return List.copyOf(facts.values());
  }
}
