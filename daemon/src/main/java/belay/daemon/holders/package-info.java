/**
 * The privileged helper, which tells who has a file open to those who may not see it themselves:
 * {@link belay.daemon.holders.HolderService} answers, {@link belay.daemon.holders.HolderClient}
 * asks. docs/facts.md says what it discloses, docs/protocol.md how it is asked.
 */
@NullMarked
package belay.daemon.holders;

import org.jspecify.annotations.NullMarked;
