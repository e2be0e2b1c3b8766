package belay.rules.effect;

import belay.rules.syntax.Dialect;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A shell of which everything that will ever be known is known beforehand.
 *
 * @param complete a variable that is not given is unset; else it is unknown, as special and
 *     positional parameters always are
 */
public record FixedShell(
    Dialect dialect,
    @Nullable String directory,
    @Nullable String home,
    Map<String, List<String>> variables,
    Map<String, String> aliases,
    Map<String, String> functions,
    boolean complete)
    implements ShellView {

  public FixedShell {
    variables = Map.copyOf(variables);
    aliases = Map.copyOf(aliases);
    functions = Map.copyOf(functions);
  }

  /** A shell whose other variables are unset. */
  public static FixedShell complete(
      Dialect dialect,
      @Nullable String directory,
      @Nullable String home,
      Map<String, List<String>> variables,
      Map<String, String> aliases,
      Map<String, String> functions) {
    return new FixedShell(dialect, directory, home, variables, aliases, functions, true);
  }

  /** A shell whose other variables are unknown. */
  public static FixedShell incomplete(
      Dialect dialect,
      @Nullable String directory,
      @Nullable String home,
      Map<String, List<String>> variables,
      Map<String, String> aliases,
      Map<String, String> functions) {
    return new FixedShell(dialect, directory, home, variables, aliases, functions, false);
  }

  @Override
  public Variable variable(String name) {
    List<String> values = variables.get(name);
    if (values != null) {
      return new Variable.Set(values);
    }
    // Nobody writes down what $1 and $@ are.
    return complete && Parameters.isName(name)
        ? new Variable.Unset()
        : new Variable.Unknown("$" + name + " is not known here");
  }

  @Override
  public @Nullable String alias(String word) {
    return aliases.get(word);
  }

  @Override
  public @Nullable String function(String name) {
    return functions.get(name);
  }
}
