/**
 * Works out what a {@link belay.rules.syntax.Script} would do; the way in is {@link
 * belay.rules.effect.EffectReader}.
 */
@NullMarked
package belay.rules.effect;

import org.jspecify.annotations.NullMarked;
