/**
 * What Belay adds to a command, measured in real shells; the way in is {@code tests/bench}, see
 * docs/benchmarks.md.
 */
@NullMarked
package belay.tests.bench;

import org.jspecify.annotations.NullMarked;
