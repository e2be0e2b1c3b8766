@NullMarked
package belay.rules.judge;

import org.jspecify.annotations.NullMarked;
