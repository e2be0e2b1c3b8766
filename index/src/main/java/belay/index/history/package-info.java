/**
 * What was done before, searchable: a Lucene index that follows the journal and can be made anew
 * from it; the way in is {@link belay.index.history.History}.
 */
@NullMarked
package belay.index.history;

import org.jspecify.annotations.NullMarked;
