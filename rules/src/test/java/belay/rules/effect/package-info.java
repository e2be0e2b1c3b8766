@NullMarked
package belay.rules.effect;

import org.jspecify.annotations.NullMarked;
