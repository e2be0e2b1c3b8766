@NullMarked
package belay.daemon.server;

import org.jspecify.annotations.NullMarked;
