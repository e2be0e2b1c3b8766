package belay.daemon.cli;

import belay.daemon.server.Client;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code belay allow}. */
@Command(
    name = "allow",
    description =
        "Has a rule say nothing, of some paths or at all, until a day; without options it lists"
            + " what is allowed. Each change is in the journal.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:not done, with the reason",
      "2:misuse",
      "3:trouble with the daemon"
    })
final class AllowCommand implements Callable<Integer> {

  @Option(
      names = "--rule",
      paramLabel = "ID",
      description = "such as core.files/delete-recursively; `*` stands for any part")
  private @Nullable String rule;

  @Option(
      names = "--path",
      paramLabel = "GLOB",
      description = "only of these targets: `/srv/scratch/**`, `*.log` (default: all)")
  private @Nullable String path;

  @Option(names = "--until", paramLabel = "DATE", description = "the last day, as 2027-01-31")
  private @Nullable String until;

  @Option(names = "--reason", paramLabel = "TEXT", description = "why")
  private @Nullable String reason;

  @Option(names = "--remove", paramLabel = "NUMBER", description = "takes one back")
  private @Nullable Integer remove;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    JsonObject answer;
    try (Client client = new Starter(AskedLine.directories()).connected()) {
      answer = client.call(message());
    }
    answer.remove("type"); // of the protocol
    if (json) {
      System.out.println(answer);
    } else {
      print(answer, System.out);
    }
    return 0;
  }

  private JsonObject message() {
    boolean adds = rule != null || path != null || until != null || reason != null;
    if (remove != null) {
      if (adds) {
        throw misuse("--remove goes alone");
      }
      JsonObject message = Messages.of("disallow");
      message.addProperty("number", remove);
      return message;
    }
    if (!adds) {
      return Messages.of("allowed");
    }
    if (rule == null || until == null || reason == null) {
      throw misuse("to allow takes --rule, --until and --reason");
    }
    JsonObject message = Messages.of("allow");
    message.addProperty("rule", rule);
    message.addProperty("path", path);
    message.addProperty("until", until);
    message.addProperty("reason", reason);
    return message;
  }

  private ParameterException misuse(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private static void print(JsonObject answer, PrintStream out) {
    if (answer.getAsJsonArray("allowed").isEmpty()) {
      out.println("Nothing is allowed beforehand.");
    }
    for (JsonElement element : answer.getAsJsonArray("allowed")) {
      JsonObject one = element.getAsJsonObject();
      out.println(
          Messages.number(one, "number", 0)
              + "  "
              + Messages.text(one, "rule", "?")
              + " of "
              + Messages.text(one, "path", "all targets")
              + (one.get("holds").getAsBoolean() ? " until " : ", ended on ")
              + Messages.text(one, "until", "?")
              + ": "
              + Messages.text(one, "reason", ""));
    }
  }
}
