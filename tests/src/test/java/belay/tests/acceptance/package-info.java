/**
 * The whole thing as a user meets it: real shells on a pty, a real lock on a real image, a daemon
 * of the test's own. Marker files and hashes are the truth, not what is said on the screen.
 */
@NullMarked
package belay.tests.acceptance;

import org.jspecify.annotations.NullMarked;
