package belay.daemon.tryout;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code belay try}: sets a {@link Stage}, then hands the terminal over or plays the story. */
public final class Tryout {

  private static final int MISUSE = 2;
  private static final int TROUBLE = 3;

  private final PrintStream out;

  public Tryout() {
    this(System.out);
  }

  Tryout(PrintStream out) {
    this.out = out;
  }

  /**
   * Runs until the shell ends.
   *
   * @param script play the story instead of opening a shell
   * @param shell {@code bash} or {@code zsh}
   * @return the exit status: for a script 0 only if what should be stopped was stopped and what
   *     should run ran
   */
  public int run(boolean script, String shell) throws IOException, InterruptedException {
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      System.err.println("belay: --shell is bash or zsh");
      return MISUSE;
    }
    if (!Programs.isInstalled(shell)) {
      System.err.println("belay: `" + shell + "` is not installed; try --shell or install it");
      return TROUBLE;
    }
    Console person = person();
    if (!script && person == null) {
      System.err.println(
          "belay: there is no terminal here; `belay try --script` plays the story by itself");
      return MISUSE;
    }
    if (!Guest.isAvailable()) {
      QemuTools.offer(script ? null : person, out);
    }
    String launcher = System.getProperty("belay.launcher");
    if (launcher == null) {
      throw new IOException("only the `belay` launcher can set this up");
    }
    Path parent = Path.of(System.getProperty("user.home"));
    if (!Files.isWritable(parent)) {
      parent = Path.of("/tmp");
    }
    Stage stage = Stage.set(Path.of(launcher), parent);
    Thread cleaner = new Thread(() -> strike(stage), "strike");
    Runtime.getRuntime().addShutdownHook(cleaner); // Ctrl-C and a closed window come here
    try {
      stage.startDaemon(shell);
      return script ? new Story(stage, shell, out).play() : open(stage, shell);
    } finally {
      strike(stage);
    }
  }

  /** Whoever sits at the terminal; null where there is none. */
  // From JDK 25 on it is null again where input or output is no terminal (JDK-8351435).
  @SuppressWarnings("SystemConsoleNull")
  private static @Nullable Console person() {
    Console console = System.console();
    return console != null && console.isTerminal() ? console : null;
  }

  private static void strike(Stage stage) {
    try {
      stage.close();
    } catch (IOException e) {
      System.err.println("belay: `" + stage.directory() + "` is still there: " + e.getMessage());
    }
  }

  private int open(Stage stage, String shell) throws IOException, InterruptedException {
    introduction(stage).forEach(out::println);
    out.flush();
    ProcessBuilder builder =
        new ProcessBuilder(stage.shell(shell)).directory(stage.directory().toFile()).inheritIO();
    builder.environment().clear();
    builder.environment().putAll(stage.environment());
    Process process = builder.start();
    try {
      process.waitFor();
    } finally {
      process.destroy();
    }
    out.println("The scratch directory is gone. What you tried is not in your own journal.");
    return 0;
  }

  /** What the person at the terminal reads first. */
  static List<String> introduction(Stage stage) {
    Guest guest = stage.guest();
    List<String> out = new ArrayList<>();
    out.add("");
    out.add("You are about to get a shell that Belay guards, in " + stage.directory());
    out.add("");
    out.add(
        String.format(
            Locale.ROOT,
            "  xen/web1.img  is in use: %s, pid %d, has it open%s",
            guest.program(),
            guest.process().pid(),
            guest.locked() ? " and holds QEMU's image lock" : " for writing"));
    out.add("  xen/web2.img  is written anew every week: press Up and see");
    out.add("");
    out.add("Images, history, journal and daemon are made for this and deleted at the end. Type:");
    out.add("");
    for (Story.Step step : Story.STEPS) {
      out.add(String.format(Locale.ROOT, "  %-52s  # %s", step.line(), step.comment()));
    }
    out.add(String.format(Locale.ROOT, "  %-52s  # %s", "exit", "ends it"));
    out.add("");
    return out;
  }
}
