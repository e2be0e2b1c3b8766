/** The command line; the way in is {@link belay.daemon.cli.Main}. */
@NullMarked
package belay.daemon.cli;

import org.jspecify.annotations.NullMarked;
