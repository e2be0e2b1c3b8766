package belay.daemon.cli;

import belay.daemon.server.Client;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code belay pass}. */
@Command(
    name = "pass",
    description =
        "Lets a line that was blocked run once, exactly as it was typed and where, within ten"
            + " minutes. The code stands in the message that blocked it.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it may run",
      "1:there is no such pass",
      "2:misuse",
      "3:trouble with the daemon"
    })
final class PassCommand implements Callable<Integer> {

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Parameters(paramLabel = "CODE", description = "such as K7QM42")
  private String code = "";

  @Override
  public Integer call() throws IOException {
    JsonObject message = Messages.of("pass");
    message.addProperty("code", code);
    JsonObject answer;
    try (Client client = new Starter(AskedLine.directories()).connected()) {
      answer = client.call(message);
    }
    answer.remove("type"); // of the protocol
    if (json) {
      System.out.println(answer);
    } else {
      String until =
          DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)
              .withZone(ZoneId.systemDefault())
              .format(Instant.parse(Messages.text(answer, "until", "")));
      System.out.println(
          "May run once until " + until + ", in " + Messages.text(answer, "cwd", "?") + ":");
      System.out.println("  " + Messages.text(answer, "command", "?"));
    }
    return 0;
  }
}
