/**
 * The words for what was observed of a target: {@link belay.rules.fact.Facts} and its {@link
 * belay.rules.fact.Fact}s.
 */
@NullMarked
package belay.rules.fact;

import org.jspecify.annotations.NullMarked;
