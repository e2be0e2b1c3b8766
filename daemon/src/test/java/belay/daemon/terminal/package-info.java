@NullMarked
package belay.daemon.terminal;

import org.jspecify.annotations.NullMarked;
