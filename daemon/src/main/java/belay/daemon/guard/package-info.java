/**
 * One command line from bytes to verdict, through every room; the way in is {@link
 * belay.daemon.guard.Guard}.
 */
@NullMarked
package belay.daemon.guard;

import org.jspecify.annotations.NullMarked;
