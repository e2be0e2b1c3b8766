/** Packs on their way from one person to another: archives, signatures, sources, installation. */
@NullMarked
package belay.daemon.share;

import org.jspecify.annotations.NullMarked;
