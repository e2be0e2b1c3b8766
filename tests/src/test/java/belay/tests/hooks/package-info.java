/**
 * The hooks in real interactive shells on a terminal, against {@link
 * belay.tests.hooks.ScriptedDaemon}, which says what a test wants the daemon to say. What ran and
 * what did not is read from files that the lines themselves write.
 */
@NullMarked
package belay.tests.hooks;

import org.jspecify.annotations.NullMarked;
