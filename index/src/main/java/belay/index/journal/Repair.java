package belay.index.journal;

import java.nio.file.Path;

/**
 * What opening the journal had to mend: a last record that was not written to its end.
 *
 * @param droppedBytes how many bytes were taken out of the journal
 * @param savedAs where they lie now
 */
public record Repair(long droppedBytes, Path savedAs) {}
