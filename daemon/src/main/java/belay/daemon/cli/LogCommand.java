package belay.daemon.cli;

import belay.daemon.config.Directories;
import belay.daemon.libc.User;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code belay log}. */
@Command(name = "log", description = "Shows the latest commands with verdict, status and duration.")
final class LogCommand implements Callable<Integer> {

  @Option(names = "--json", description = "one JSON object a line")
  private boolean json;

  @Option(
      names = {"-n", "--limit"},
      defaultValue = "50",
      description = "how many at the most (default: 50)")
  private int limit = 50;

  @Override
  public Integer call() throws IOException {
    JsonObject question = Messages.of("log");
    question.addProperty("limit", limit);
    return Hits.print(
        question, new Starter(Directories.of(System.getenv(), User.effective())), json);
  }
}
