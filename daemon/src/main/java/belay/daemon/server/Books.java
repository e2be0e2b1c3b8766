package belay.daemon.server;

import belay.daemon.config.Directories;
import belay.index.history.History;
import belay.index.journal.Journal;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The journal and its index. Where they cannot be opened, for a full disk with a torn record or a
 * directory that was taken away, others stand in for them below the runtime directory, which is
 * memory where logind made it: a daemon that refused to run would guard nobody.
 *
 * @param trouble why others stand in, in words; null when none do
 */
record Books(Journal journal, History history, @Nullable String trouble) implements AutoCloseable {

  static Books open(Directories directories, Clock clock) throws IOException {
    try {
      directories.createState();
      return open(directories.journal(), directories.index(), clock, null);
    } catch (IOException e) {
      Path standby = directories.runtime().resolve("standby");
      String trouble =
          "the journal in `"
              + directories.journal()
              + "` cannot be opened: "
              + Text.printable(String.valueOf(e.getMessage()))
              + "; until it can and the daemon is restarted, commands are recorded in `"
              + standby
              + "`, and near misses are not known";
      try {
        return open(standby.resolve("journal"), standby.resolve("index"), clock, trouble);
      } catch (IOException second) {
        second.addSuppressed(e);
        throw second;
      }
    }
  }

  private static Books open(Path journalIn, Path indexIn, Clock clock, @Nullable String trouble)
      throws IOException {
    Journal journal = Journal.open(journalIn, clock);
    try {
      return new Books(journal, History.open(indexIn, journal), trouble);
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (journal) {
      history.close();
    }
  }
}
