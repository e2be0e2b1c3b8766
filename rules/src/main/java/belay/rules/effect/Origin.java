package belay.rules.effect;

import belay.rules.syntax.Span;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in the line an effect comes from and under whose hands it happens.
 *
 * @param span the words to underline: the operand that names the target, or the whole simple
 *     command
 * @param program the command that does it, without directory ({@code dd}; {@code >} for a
 *     redirection)
 * @param wrappers what it was peeled out of, outermost first ({@code sudo}, {@code bash -c})
 * @param place where it happens
 * @param emptied names of the variables in the target that turned out unset or empty, without
 *     {@code $}
 * @param invocation the command that does it as it is run
 */
public record Origin(
    Span span,
    String program,
    List<String> wrappers,
    Place place,
    List<String> emptied,
    Invocation invocation) {

  public Origin {
    wrappers = List.copyOf(wrappers);
    emptied = List.copyOf(emptied);
  }

  /** Where the words of the command are not known, or say nothing. */
  public Origin(
      Span span, String program, List<String> wrappers, Place place, List<String> emptied) {
    this(span, program, wrappers, place, emptied, Invocation.NONE);
  }

  /**
   * A simple command as it is run.
   *
   * @param arguments without the command word
   * @param variables what the line itself has given it ({@code AWS_PROFILE=prod aws …}), without
   *     arrays; all else it has from the shell
   */
  public record Invocation(List<Value> arguments, Map<String, Value> variables) {

    /** Nothing is known of it. */
    public static final Invocation NONE = new Invocation(List.of(), Map.of());

    public Invocation {
      arguments = List.copyOf(arguments);
      variables = Map.copyOf(variables);
    }

    /**
     * The value of the last option of one of these names: {@code -n x}, {@code --name x}, {@code
     * --name=x}, {@code -nx}; or null.
     */
    public @Nullable String option(String... names) {
      String found = null;
      for (int i = 0; i < arguments.size(); i++) {
        String word = arguments.get(i).display();
        for (String name : names) {
          boolean isLong = name.startsWith("--");
          if (word.equals(name) && i + 1 < arguments.size()) {
            found = arguments.get(i + 1).display();
          } else if (isLong && word.startsWith(name + "=")) {
            found = word.substring(name.length() + 1);
          } else if (!isLong && word.startsWith(name) && word.length() > name.length()) {
            found = word.substring(name.length());
          }
        }
      }
      return found;
    }

    /** Whether a word is there, or a letter in a word of short options ({@code -fdx}). */
    public boolean has(String option) {
      boolean letter = option.length() == 2 && option.charAt(0) == '-';
      return arguments.stream()
          .map(Value::display)
          .anyMatch(
              word ->
                  word.equals(option)
                      || (letter
                          && word.startsWith("-")
                          && !word.startsWith("--")
                          && word.indexOf(option.charAt(1)) > 0));
    }
  }

  /** Where a command runs. */
  public sealed interface Place {

    /** On this machine, in the shell's own file tree. */
    record Here() implements Place {}

    /** On another machine, as with ssh. */
    record Remote(Value host) implements Place {}

    /** On this machine in another file tree: a container, a chroot, another mount namespace. */
    record Inside(String what) implements Place {}
  }
}
