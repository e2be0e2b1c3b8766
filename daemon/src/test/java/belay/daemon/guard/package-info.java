@NullMarked
package belay.daemon.guard;

import org.jspecify.annotations.NullMarked;
