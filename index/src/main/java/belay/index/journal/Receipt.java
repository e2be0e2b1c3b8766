package belay.index.journal;

import java.util.concurrent.CompletableFuture;

/**
 * What an append gives back at once.
 *
 * @param number the record's number, for later records to refer to; 0 where the journal was closed
 * @param durable completed with the number once the record is safe on the disk, or with the {@link
 *     java.io.IOException} that prevented it. What depends on it runs on the journal's own thread
 *     and must be brief.
 */
public record Receipt(long number, CompletableFuture<Long> durable) {}
