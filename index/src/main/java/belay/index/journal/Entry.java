package belay.index.journal;

import java.time.Instant;

/**
 * A record as it stands in the journal.
 *
 * @param n its number; each is greater than the one before
 * @param time when it was appended, to the microsecond
 * @param hash SHA-256 of its line's bytes without the newline, in hex
 */
public record Entry(long n, Instant time, JournalRecord record, String hash) {}
