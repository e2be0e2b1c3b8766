package belay.daemon.cli;

import belay.daemon.guard.CheckRequest;
import belay.daemon.server.CheckService;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code belay explain}. */
@Command(
    name = "explain",
    description =
        "Says how a command line is read, what it would do, what is seen of what it falls on, and"
            + " of each rule about its like why it speaks or not. Nothing is run. Several arguments"
            + " are joined by spaces; quote the line to have it read exactly as typed.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:allow or note",
      "2:misuse",
      "3:trouble with the daemon",
      "10:confirm",
      "20:block"
    })
final class ExplainCommand implements Callable<Integer> {

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Option(
      names = "--all",
      description = "also the rules that say nothing of an effect with others that do")
  private boolean all;

  @Mixin private AskedLine asked = new AskedLine();

  @Override
  public Integer call() throws IOException {
    CheckRequest request = asked.request();
    JsonObject answer = asked.answered(request, "explain", CheckService::explain);
    if (json) {
      System.out.println(answer);
    } else {
      Explained.print(request.line(), answer, all, System.out);
    }
    return AskedLine.status(answer);
  }
}
