package belay.rules.effect;

import belay.rules.syntax.Dialect;
import org.jspecify.annotations.Nullable;

/** A shell on another machine or in another file tree: nobody can ask it anything. */
record Elsewhere(Dialect dialect, String where) implements ShellView {

  @Override
  public @Nullable String directory() {
    return null;
  }

  @Override
  public @Nullable String home() {
    return null;
  }

  @Override
  public Variable variable(String name) {
    return new Variable.Unknown("$" + name + " is not known " + where);
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
