@NullMarked
package belay.daemon.session;

import org.jspecify.annotations.NullMarked;
