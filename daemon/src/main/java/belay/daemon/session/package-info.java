/**
 * One guarded shell: the hook messages (docs/protocol.md) and what follows from them; see {@link
 * belay.daemon.session.HookSession}.
 */
@NullMarked
package belay.daemon.session;

import org.jspecify.annotations.NullMarked;
