/**
 * Where Belay keeps its files and what the user set; see {@link belay.daemon.config.Directories}
 * and {@link belay.daemon.config.Setting}.
 */
@NullMarked
package belay.daemon.config;

import org.jspecify.annotations.NullMarked;
