package belay.index.journal;

import java.nio.file.Path;

/** The answer to "is the journal as it was written?". */
public sealed interface Verification {

  /**
   * Every record is whole and follows from the one before.
   *
   * @param count how many records there are
   * @param head the hash of the last, 64 zeros where there is none
   */
  record Sound(long count, String head) implements Verification {}

  /**
   * The first record that is not as it was written.
   *
   * @param file the segment it stands in
   * @param line its line there, the first is 1
   * @param reason what is wrong with it, for a person
   */
  record Broken(Path file, long line, String reason) implements Verification {}
}
