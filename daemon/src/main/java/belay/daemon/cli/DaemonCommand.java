package belay.daemon.cli;

import belay.daemon.config.Directories;
import belay.daemon.libc.User;
import belay.daemon.server.Client;
import belay.daemon.server.Daemon;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code belay daemon}. */
@Command(name = "daemon", description = "Starts, stops and watches this user's daemon.")
final class DaemonCommand {

  private static Directories directories() {
    return Directories.of(System.getenv(), User.effective());
  }

  @Command(description = "Starts it in the background; fine when it runs already.")
  int start() throws IOException {
    Optional<Client> running = Client.connect(directories());
    try (Client client = running.isPresent() ? running.get() : new Starter(directories()).start()) {
      System.out.println(
          "belay: the daemon "
              + (running.isPresent() ? "already runs" : "runs")
              + ", pid "
              + client.pid());
    }
    return 0;
  }

  @Command(description = "Stops it and waits for its end; fine when none runs.")
  int stop() throws IOException {
    boolean ran = new Starter(directories()).stop();
    System.out.println(ran ? "belay: the daemon has stopped" : "belay: no daemon ran");
    return 0;
  }

  @Command(description = "Stops it and starts the one of this version.")
  int restart() throws IOException {
    new Starter(directories()).stop();
    return start();
  }

  @Command(
      description = "Says whether it runs and what is wrong with it.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:it runs", "3:it does not"})
  int status(@Option(names = "--json", description = "one JSON object") boolean json)
      throws IOException {
    Optional<Client> running = Client.connect(directories());
    if (running.isEmpty()) {
      System.out.println(json ? "{\"running\":false}" : "belay: no daemon runs");
      return Main.DAEMON_TROUBLE;
    }
    try (Client client = running.get()) {
      JsonObject status = client.call(Messages.of("status"));
      status.remove("type");
      if (json) {
        System.out.println(status);
      } else {
        status
            .asMap()
            .forEach(
                (name, value) ->
                    System.out.printf(
                        "%-12s %s%n",
                        name.replace('_', ' '),
                        value.isJsonPrimitive() ? value.getAsString() : value.toString()));
      }
    }
    return 0;
  }

  @Command(description = "Runs it in the foreground, until SIGTERM or SIGINT.")
  int run() throws IOException {
    return Daemon.run(directories(), System.getenv(), Main.Version.number());
  }
}
