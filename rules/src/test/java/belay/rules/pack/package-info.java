@NullMarked
package belay.rules.pack;

import org.jspecify.annotations.NullMarked;
