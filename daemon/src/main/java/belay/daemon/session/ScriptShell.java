package belay.daemon.session;

import belay.rules.effect.ShellView;
import belay.rules.syntax.Dialect;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The shell that runs a watched script. The command it is about to run has no aliases left, and
 * what a function, a sourced file or {@code eval} does is judged command by command when it is
 * done.
 */
final class ScriptShell implements ShellView {

  private final ShellView live;
  private final Predicate<String> isFunction;
  private boolean asked;

  /**
   * A view for one command.
   *
   * @param isFunction what is to be taken for a function of the script
   */
  ScriptShell(ShellView live, Predicate<String> isFunction) {
    this.live = live;
    this.isFunction = isFunction;
  }

  /** Whether the judgement hangs on what may be otherwise the next time. */
  boolean wasAsked() {
    return asked;
  }

  @Override
  public Dialect dialect() {
    return live.dialect();
  }

  @Override
  public @Nullable String directory() {
    return live.directory();
  }

  @Override
  public @Nullable String home() {
    return live.home();
  }

  @Override
  public Variable variable(String name) {
    asked = true;
    return switch (name) {
      case "*" -> live.variable("@");
      case "#" ->
          live.variable("@") instanceof Variable.Set(List<String> arguments)
              ? new Variable.Set(List.of(String.valueOf(arguments.size())))
              : new Variable.Unknown("the number of arguments is not known");
      default -> live.variable(name);
    };
  }

  @Override
  public @Nullable String alias(String word) {
    return null;
  }

  @Override
  public @Nullable String function(String name) {
    return isFunction.test(name) ? name + "() { :; }" : null;
  }
}
