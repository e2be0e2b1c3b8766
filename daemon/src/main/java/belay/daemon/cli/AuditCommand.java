package belay.daemon.cli;

import belay.daemon.config.Directories;
import belay.daemon.libc.User;
import belay.index.journal.Journal;
import belay.index.journal.Verification;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** {@code belay audit}. */
@Command(name = "audit", description = "Checks the journal.")
final class AuditCommand {

  private AuditCommand() {}

  @Command(
      description = "Follows the chain of hashes through every record.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:every record is as it was written", "1:one is not; it is named"})
  int verify() throws IOException {
    Path journal = Directories.of(System.getenv(), User.effective()).journal();
    return switch (Journal.verify(journal)) {
      case Verification.Sound(long count, String head) -> {
        System.out.println("belay: " + count + " records, sound; head " + head);
        yield 0;
      }
      case Verification.Broken(Path file, long line, String reason) -> {
        System.out.println("belay: `" + file + "` line " + line + ": " + reason);
        yield 1;
      }
    };
  }
}
