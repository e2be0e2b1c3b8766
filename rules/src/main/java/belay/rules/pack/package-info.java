/**
 * Reads rule packs ({@code docs/packs.md}) into a {@link belay.rules.judge.RuleSet} or into {@link
 * belay.rules.pack.Diagnostic}s that say where and how to mend; the way in is {@link
 * belay.rules.pack.PackReader}.
 */
@NullMarked
package belay.rules.pack;

import org.jspecify.annotations.NullMarked;
