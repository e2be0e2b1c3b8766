package belay.daemon.cli;

import belay.daemon.config.Directories;
import belay.daemon.libc.User;
import belay.daemon.server.Client;
import belay.daemon.server.Daemon;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;

/**
 * What the build runs once, so that the JVM can note which classes a daemon and the command line
 * load and link, and take them ready-made from then on (JEP 483, JEP 514). Its directories are in
 * {@code BELAY_RUNTIME_DIR} and its like, as for everybody. A start that is slower is no reason to
 * fail a build: where no daemon can run (a path too long for a socket, unix(7)), only what the
 * command line loads is noted.
 */
final class Training {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Training() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false));
    Map<String, String> environment = System.getenv();
    Directories directories = Directories.of(environment, User.effective());
    Thread daemon =
        Thread.ofPlatform()
            .daemon()
            .start(() -> Daemon.run(directories, environment, Main.Version.number()));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!serves(directories)) {
      if (daemon.join(Duration.ofMillis(10)) || System.nanoTime() > deadline) {
        break;
      }
    }
    String line = "sudo dd if=/nonexistent/a of=/nonexistent/b bs=4M && rm -rf \"$X\"/* > c";
    Main.run("check", "--json", "--", line);
    Main.run("check", "--", line);
    Main.run("check", "--offline", "--facts", "none", "--", line);
    Main.run("daemon", "status");
    Main.run("log", "--json");
    Main.run("search", "dd");
    System.exit(0);
  }

  private static boolean serves(Directories directories) throws IOException {
    var client = Client.connect(directories);
    if (client.isEmpty()) {
      return false;
    }
    client.get().close();
    return true;
  }
}
