/**
 * What a person reads and answers: {@link belay.daemon.terminal.Panel} is the text, {@link
 * belay.daemon.terminal.Asker} the talk.
 */
@NullMarked
package belay.daemon.terminal;

import org.jspecify.annotations.NullMarked;
