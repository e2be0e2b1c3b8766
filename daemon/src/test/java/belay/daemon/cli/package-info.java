@NullMarked
package belay.daemon.cli;

import org.jspecify.annotations.NullMarked;
