package belay.rules.effect;

import belay.rules.syntax.Dialect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the shell that will run the line knows. Asking may cost a round trip to a live shell, so ask
 * only for what a judgement needs; the answers of one view never change.
 */
public interface ShellView {

  Dialect dialect();

  /** The absolute working directory, or null where it is not known. */
  @Nullable String directory();

  /** The home directory {@code ~} stands for, or null where it is not known. */
  @Nullable String home();

  /**
   * The value of a variable or special parameter.
   *
   * @param name a name, a positional parameter's number, or a special parameter's character
   */
  Variable variable(String name);

  /** The alias text of a word in command position, or null where there is none. */
  @Nullable String alias(String word);

  /** The source text of a function's definition or body, or null where there is none. */
  @Nullable String function(String name);

  /**
   * The text of a file that {@code source} would read, or null where it cannot be read, is too long
   * or is not to be looked at.
   *
   * @param path absolute
   */
  default @Nullable String script(String path) {
    return null;
  }

  /** The answer to "what is this variable?". */
  sealed interface Variable {

    /**
     * It is set.
     *
     * @param values one for a scalar; the elements of an array in order
     */
    record Set(List<String> values) implements Variable {
      public Set {
        values = List.copyOf(values);
      }
    }

    /** It is not set. */
    record Unset() implements Variable {}

    /** Nobody could say. */
    record Unknown(String why) implements Variable {}
  }
}
