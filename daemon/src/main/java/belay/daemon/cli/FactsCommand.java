package belay.daemon.cli;

import belay.daemon.config.Config;
import belay.daemon.config.Directories;
import belay.daemon.config.Layers;
import belay.daemon.libc.User;
import belay.daemon.server.Client;
import belay.daemon.server.FactsService;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code belay facts}. */
@Command(
    name = "facts",
    description =
        "Says what Belay sees of files, devices, guests and services now, and what each look took.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing of it is live",
      "1:whether all of it is live could not be seen",
      "2:misuse",
      "3:trouble with the daemon",
      "10:something of it is live"
    })
final class FactsCommand implements Callable<Integer> {

  private static final int UNKNOWN = 1;
  private static final int LIVE = 10;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Option(names = "--offline", description = "look from this process: no daemon")
  private boolean offline;

  @Parameters(
      paramLabel = "TARGET",
      arity = "1..*",
      description = {
        "a path or device; NAME.service; or service:NAME, guest:NAME, xen:NAME, libvirt:NAME,"
            + " docker:NAME, podman:NAME, process:PID, host:NAME, lvm:VG/LV, zfs:NAME,"
            + " repository:DIRECTORY"
      })
  private List<String> targets = List.of();

  @Override
  public Integer call() throws IOException {
    JsonObject message = Messages.of("facts");
    JsonArray words = new JsonArray();
    targets.forEach(words::add);
    message.add("targets", words);
    message.addProperty("cwd", Path.of("").toAbsolutePath().toString());
    message.addProperty("home", System.getenv().getOrDefault("HOME", ""));
    JsonObject answer = answer(message);
    answer.remove("type"); // of the protocol
    if (json) {
      System.out.println(answer);
    } else {
      print(answer, System.out);
    }
    return status(answer);
  }

  private JsonObject answer(JsonObject message) throws IOException {
    Directories directories = Directories.of(System.getenv(), User.effective());
    if (offline) {
      Config config = Config.load(Layers.of(directories, System.getenv()), System.getenv());
      config.complaints().forEach(text -> System.err.println("belay: " + text));
      JsonObject answer = FactsService.offline(directories, config).answer(message);
      if (Messages.text(answer, "type", "").equals("error")) {
        throw new IOException(Messages.text(answer, "message", ""));
      }
      return answer;
    }
    try (Client client = new Starter(directories).connected()) {
      return client.call(message);
    }
  }

  /** Live where anything is, unknown where that cannot be said of all. */
  private static int status(JsonObject answer) {
    int status = 0;
    for (JsonElement thing : answer.getAsJsonArray("things")) {
      boolean spoken = false;
      for (JsonElement element : thing.getAsJsonObject().getAsJsonArray("facts")) {
        JsonObject fact = element.getAsJsonObject();
        if (Messages.text(fact, "about", "").equals("live")) {
          spoken = true;
          switch (Messages.text(fact, "truth", "unknown")) {
            case "true" -> {
              return LIVE;
            }
            case "unknown" -> status = UNKNOWN;
            default -> {}
          }
        }
      }
      status = spoken ? status : UNKNOWN;
    }
    return status;
  }

  private static void print(JsonObject answer, PrintStream out) {
    for (JsonElement element : answer.getAsJsonArray("things")) {
      JsonObject thing = element.getAsJsonObject();
      String kind = Messages.text(thing, "kind", "?").replace('_', ' ');
      out.println(Messages.text(thing, "subject", "?") + " (" + kind + ")");
      for (JsonElement each : thing.getAsJsonArray("facts")) {
        JsonObject fact = each.getAsJsonObject();
        line(out, Messages.text(fact, "about", "?").replace('_', ' '), told(fact));
      }
      for (JsonElement each : thing.getAsJsonArray("probes")) {
        JsonObject probe = each.getAsJsonObject();
        line(out, Messages.text(probe, "name", "?"), told(probe));
      }
      for (JsonElement label : thing.getAsJsonArray("labels")) {
        line(out, "label", label.getAsString());
      }
      for (JsonElement where : thing.getAsJsonArray("context")) {
        line(out, "context", where.getAsString());
      }
      for (JsonElement each : thing.getAsJsonArray("looks")) {
        JsonObject probe = each.getAsJsonObject();
        out.printf(
            Locale.ROOT,
            "  %-11s %8.3f ms  %s%s%n",
            "looked",
            Messages.wide(probe, "micros") / 1e3,
            Messages.text(probe, "what", "?"),
            probe.get("answered").getAsBoolean() ? "" : ", which has not answered");
      }
    }
    out.printf(Locale.ROOT, "all of it took %.3f ms%n", Messages.wide(answer, "micros") / 1e3);
  }

  private static String told(JsonObject fact) {
    String evidence = Messages.text(fact, "evidence", "");
    String truth =
        switch (Messages.text(fact, "truth", "unknown")) {
          case "true" -> "yes";
          case "false" -> "no";
          default -> "unknown";
        };
    return evidence.isEmpty() ? truth : truth + ": " + evidence;
  }

  private static void line(PrintStream out, String name, String text) {
    out.printf("  %-11s %s%n", name, text);
  }
}
