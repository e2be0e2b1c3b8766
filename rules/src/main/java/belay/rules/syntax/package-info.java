/**
 * Turns the bytes of a command line into a {@link belay.rules.syntax.Script}; the way in is {@link
 * belay.rules.syntax.Parser}.
 */
@NullMarked
package belay.rules.syntax;

import org.jspecify.annotations.NullMarked;
