package belay.rules.effect;

import belay.rules.syntax.Span;
import java.util.List;

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
 */
public record Origin(
    Span span, String program, List<String> wrappers, Place place, List<String> emptied) {

  public Origin {
    wrappers = List.copyOf(wrappers);
    emptied = List.copyOf(emptied);
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
