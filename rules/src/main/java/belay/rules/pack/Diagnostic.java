package belay.rules.pack;

import org.jspecify.annotations.Nullable;

/**
 * A fault in a pack file.
 *
 * @param file the name of the file as its reader knows it
 * @param line from 1
 * @param column from 1, in characters
 * @param what what is wrong; printable
 * @param mend how to mend it, or null where nothing better than {@code what} can be said
 */
public record Diagnostic(String file, int line, int column, String what, @Nullable String mend) {

  /** {@code core.storage.yaml:12:7: unknown key `severty`; did you mean `severity`?} */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + what + (mend == null ? "" : "; " + mend);
  }
}
