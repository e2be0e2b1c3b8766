package belay.daemon.cli;

import belay.daemon.config.Directories;
import belay.daemon.libc.User;
import belay.daemon.server.Client;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code belay import}. */
@Command(
    name = "import",
    description = "Reads a shell's history file in; what was read before is passed over.")
final class ImportCommand implements Callable<Integer> {

  private enum Format {
    auto,
    bash,
    zsh
  }

  @Option(names = "--format", paramLabel = "auto|bash|zsh", defaultValue = "auto")
  private Format format = Format.auto;

  @Parameters(paramLabel = "FILE")
  private @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    JsonObject question = Messages.of("import");
    question.addProperty("file", String.valueOf(file == null ? null : file.toAbsolutePath()));
    question.addProperty("format", format.name());
    try (Client client =
        new Starter(Directories.of(System.getenv(), User.effective())).connected()) {
      JsonObject answer = client.call(question);
      System.out.println("belay: " + Messages.number(answer, "added", 0) + " commands read in");
    }
    return 0;
  }
}
