/**
 * The truth of what was typed and what came of it: an append-only, hash-chained log of records on
 * disk; the way in is {@link belay.index.journal.Journal}.
 */
@NullMarked
package belay.index.journal;

import org.jspecify.annotations.NullMarked;
