package belay.tests.bench;

import belay.daemon.tryout.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Measures everything on a {@link Stage} and prints it. */
public final class Bench {

  private Bench() {}

  /** Arguments: the launcher, how many commands, and the shells. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path launcher = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    List<String> shells = List.of(arguments).subList(2, arguments.length);
    try (Stage stage = Stage.set(launcher, Path.of(System.getProperty("user.home")))) {
      Thread cleaner = new Thread(() -> close(stage), "strike");
      Runtime.getRuntime().addShutdownHook(cleaner);
      stage.startDaemon("bash");
      for (String shell : shells) {
        new StartBench(stage, shell, Math.min(count, 200), System.out).run();
        new ShellBench(stage, shell, count, System.out).run();
      }
      System.out.println();
      LinesBench lines = new LinesBench(stage, launcher, System.out);
      lines.run(100_000);
      System.out.println("  the same again, by a daemon that has judged as many before:");
      lines.run(100_000);
      lines.run(100_000, "--facts", "none");
      lines.run(100_000, "--offline");
    }
  }

  private static void close(Stage stage) {
    try {
      stage.close();
    } catch (IOException e) {
      System.err.println(e.getMessage());
    }
  }
}
