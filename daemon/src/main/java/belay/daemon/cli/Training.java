package belay.daemon.cli;

import belay.daemon.config.Directories;
import belay.daemon.libc.User;
import belay.daemon.server.Client;
import belay.daemon.server.Daemon;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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

  private static final int ROUNDS = 250;

  /** None of it is run; {@code %} is a number. */
  private static final List<String> WORK =
      List.of(
          "ls -l src/% | grep -v '^d' | sort -k5n | head",
          "cd /srv/app-% && git status --short && git commit -am 'fix %' && git push",
          "for f in a% b%; do echo \"$f\" >> list-%.txt; done",
          "cat log-%.txt | awk '{print $2}' > /tmp/out-%.txt",
          "rm -f build/%.o && make -j4 2>&1 | tee make.log",
          "rm -rf /nonexistent/%/old",
          "cp -a config-%.yml /etc/nonexistent/%.yml",
          "sudo systemctl restart app-%",
          "tar czf backup-%.tar.gz src && scp backup-%.tar.gz host%:/srv/",
          "ssh host% 'df -h && uptime'",
          "docker run --rm -v \"$PWD:/w\" image:% make test",
          "find . -name '*.tmp' -newer stamp-% -delete");

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
    // Profiles of what is run often spare the optimizing compiler its first guesses (JEP 515).
    System.setIn(new ByteArrayInputStream(work()));
    Main.run("check", "--jsonl");
    Main.run("daemon", "status");
    Main.run("log", "--json");
    Main.run("search", "dd");
    System.exit(0);
  }

  /** A day's work of somebody in a hurry, for {@code check --jsonl}. */
  private static byte[] work() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < ROUNDS; i++) {
      for (String command : WORK) {
        JsonObject line = new JsonObject();
        line.addProperty("command", command.replace("%", Integer.toString(i)));
        lines.append(line).append('\n');
      }
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
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
