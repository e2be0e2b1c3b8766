/**
 * {@code belay try}: the incident, staged in a scratch directory with a daemon of its own, for a
 * person or as a script. The way in is {@link belay.daemon.tryout.Tryout}; {@link
 * belay.daemon.tryout.ShellOnPty} is the user's hands, here and in the tests.
 */
@NullMarked
package belay.daemon.tryout;

import org.jspecify.annotations.NullMarked;
