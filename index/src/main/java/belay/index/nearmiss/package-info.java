/**
 * Finds out when a command is a slip away from a habitual one; the way in is {@link
 * belay.index.nearmiss.NearMissFinder}.
 */
@NullMarked
package belay.index.nearmiss;

import org.jspecify.annotations.NullMarked;
