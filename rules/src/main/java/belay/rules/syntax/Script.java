package belay.rules.syntax;

/**
 * A whole line as the shell would read it.
 *
 * @param dialect the grammar it was read with
 * @param body what is certain of it: all of it when {@code status} is {@link Status.Complete}
 * @param status whether the shell would run it, ask for more, or refuse it
 */
public record Script(Dialect dialect, CommandList body, Status status) {

  /** How the reading ended. */
  public sealed interface Status {

    /** The line is complete and the shell would run it. */
    record Complete() implements Status {}

    /**
     * The shell would ask for another line.
     *
     * @param at where the construct that is still open begins
     * @param expected what would close it, in the shell's words ({@code fi}, {@code '}, …)
     */
    record Incomplete(Span at, String expected) implements Status {}

    /**
     * The shell would refuse it, or we cannot follow it.
     *
     * @param at the first thing that does not fit
     * @param message what is wrong, in one line
     */
    record Invalid(Span at, String message) implements Status {}
  }
}
