package belay.daemon.cli;

import belay.daemon.config.Directories;
import belay.daemon.libc.User;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code belay search}. */
@Command(
    name = "search",
    description = "Finds commands that hold all the words, the last one as a beginning.")
final class SearchCommand implements Callable<Integer> {

  @Option(names = "--json", description = "one JSON object a line")
  private boolean json;

  @Option(
      names = {"-n", "--limit"},
      defaultValue = "50",
      description = "how many at the most (default: 50)")
  private int limit = 50;

  @Parameters(paramLabel = "WORD", arity = "1..*")
  private List<String> words = List.of();

  @Override
  public Integer call() throws IOException {
    JsonObject question = Messages.of("search");
    question.addProperty("words", String.join(" ", words));
    question.addProperty("limit", limit);
    return Hits.print(
        question, new Starter(Directories.of(System.getenv(), User.effective())), json);
  }
}
