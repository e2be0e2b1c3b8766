/**
 * The daemon itself: its lock, control FIFO, socket and clients; the way in is {@link
 * belay.daemon.server.Daemon}.
 */
@NullMarked
package belay.daemon.server;

import org.jspecify.annotations.NullMarked;
