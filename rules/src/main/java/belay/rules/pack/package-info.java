/**
 * Reads rule packs into a {@link belay.rules.pack.RuleSet} or into {@link
 * belay.rules.pack.Diagnostic}s that say where and how to mend.
 */
@NullMarked
package belay.rules.pack;

import org.jspecify.annotations.NullMarked;
