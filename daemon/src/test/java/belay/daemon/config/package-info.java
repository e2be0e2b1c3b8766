@NullMarked
package belay.daemon.config;

import org.jspecify.annotations.NullMarked;
