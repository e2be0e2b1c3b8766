/**
 * Weighs effects, facts and near misses into a {@link belay.rules.judge.Verdict}; the way in is
 * {@link belay.rules.judge.Judge}, what it judges by is a {@link belay.rules.judge.RuleSet}.
 */
@NullMarked
package belay.rules.judge;

import org.jspecify.annotations.NullMarked;
