package belay.daemon.cli;

import belay.daemon.config.Directories;
import belay.daemon.guard.CheckRequest;
import belay.daemon.guard.OpenedUnseen;
import belay.daemon.libc.Child;
import belay.daemon.libc.User;
import belay.daemon.server.Client;
import belay.daemon.server.DaemonTrouble;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Text;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code belay run}. */
@Command(
    name = "run",
    description =
        "Runs a script of bash or zsh and judges each command in it before it runs, with the"
            + " script's own variables and functions. A script for sh runs under bash in POSIX"
            + " mode.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "3:stopped: no daemon judges, and --unjudged is stop",
      "10:stopped before a command that was asked about, and not confirmed",
      "20:stopped before a command that is blocked",
      "126:the script cannot be read",
      "127:it is not found",
      "2:misuse",
      "else:that of the script, 128 and more where a signal ended it"
    })
final class RunCommand implements Callable<Integer> {

  /** What {@code --unjudged} may be. */
  enum Unjudged {
    stop,
    run
  }

  @Mixin private AnswerOption beforehand = new AnswerOption();

  @Option(
      names = "--unjudged",
      paramLabel = "stop|run",
      defaultValue = "stop",
      description =
          "what becomes of the script when no daemon answers and none can be started (default:"
              + " stop)")
  private Unjudged unjudged = Unjudged.stop;

  @Option(
      names = "--shell",
      paramLabel = "bash|zsh|sh",
      description = "the shell that runs it (default: what its first line says, else bash)")
  private @Nullable String shell;

  @Parameters(paramLabel = "SCRIPT [ARG]", arity = "1..*")
  private List<String> words = List.of();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    List<String> given = Surroundings.lastArguments(words.size());
    String name = given.getFirst();
    Interpreter interpreter;
    try {
      interpreter = Interpreter.of(firstLine(name), shell);
    } catch (NoSuchFileException _) {
      System.err.println("belay: `" + Text.printable(name) + "` is not there");
      return 127;
    } catch (Interpreter.Foreign e) {
      throw misuse(
          "`"
              + Text.printable(name)
              + "` is no script of bash, zsh or sh but for "
              + e.getMessage()
              + "; `belay guard` judges the command that starts it");
    } catch (IOException e) {
      System.err.println("belay: `" + Text.printable(name) + "` cannot be read");
      return 126;
    }
    if (interpreter.posix()) {
      System.err.println(
          "belay: `"
              + Text.printable(name)
              + "` is for sh; it runs under bash in POSIX mode, as"
              + " other shells cannot be watched");
    }
    return run(interpreter, given);
  }

  private ParameterException misuse(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private static String firstLine(String name) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      String head = new String(in.readNBytes(512), StandardCharsets.ISO_8859_1);
      return head.lines().findFirst().orElse("");
    }
  }

  private int run(Interpreter interpreter, List<String> given) throws IOException {
    Directories directories = Directories.of(System.getenv(), User.effective());
    JsonObject opened = awaitDaemon(directories, interpreter, given.getFirst());
    if (opened != null) {
      Permission.tell(opened);
      System.err.println(
          "belay: the script is not started: bash would open that file before anything can be"
              + " judged");
      return GuardCommand.BLOCKED;
    }
    Path mark =
        directories
            .sessions()
            .resolve(ProcessHandle.current().pid() + "-" + System.nanoTime() + ".x");
    Map<String, String> environment = Surroundings.environment();
    // Both, as a script of the one may start a script of the other.
    environment.putIfAbsent("BELAY_BASH_ENV", environment.getOrDefault("BASH_ENV", ""));
    environment.put("BASH_ENV", Hooks.bash().toString());
    environment.putIfAbsent("BELAY_ZDOTDIR", environment.getOrDefault("ZDOTDIR", ""));
    environment.put("ZDOTDIR", Hooks.zsh().toString());
    environment.put("BELAY_RUN", mark.toString());
    environment.put("BELAY_ANSWER", beforehand.policy().name());
    environment.put("BELAY_UNJUDGED", unjudged.name());
    if (interpreter.posix()) {
      environment.put("BELAY_POSIX", "1");
    }
    if (interpreter.bare()) {
      environment.put("BELAY_NO_RCS", "1");
    }
    List<String> command = new ArrayList<>(List.of(interpreter.shell()));
    command.addAll(interpreter.options());
    command.add(interpreter.shell().equals("zsh") ? "-" : "--"); // zsh(1), INVOCATION
    command.addAll(given);
    try {
      Child.End end = Errand.run(command, environment);
      if (Files.exists(mark)) {
        // Whatever the script made of it: a part of it was stopped.
        return Integer.parseInt(Files.readString(mark).strip());
      }
      return Errand.endAs(end);
    } catch (Child.NotStarted e) {
      System.err.println("belay: " + e.getMessage());
      return e.shellStatus();
    } finally {
      Files.deleteIfExists(mark);
    }
  }

  /** How many files behind compound commands are looked at: each is a question. */
  private static final int MOST_OPENED = 200;

  /**
   * Has a daemon run, so that the script does not wait for one at its first command, and asks it
   * about what the script's commands would not show.
   *
   * @return the verdict that the script is not to start for; null where there is none
   */
  private @Nullable JsonObject awaitDaemon(
      Directories directories, Interpreter interpreter, String name) throws IOException {
    try (Client client = new Starter(directories).connected()) {
      if (interpreter.shell().equals("zsh")) {
        return null;
      }
      List<byte[]> lines = OpenedUnseen.lines(Files.readAllBytes(Path.of(name)));
      for (byte[] line : lines.subList(0, Math.min(MOST_OPENED, lines.size()))) {
        JsonObject message =
            new CheckRequest(
                    line,
                    Dialect.BASH,
                    Path.of("").toAbsolutePath().toString(),
                    System.getenv("HOME"),
                    Map.of(),
                    Map.of(),
                    CheckRequest.Sight.LIVE)
                .toJson();
        message.addProperty("type", "check");
        if (Messages.text(client.call(message), "verdict", "").equals("block")) {
          message.addProperty("type", "guard"); // recorded, and in words
          message.addProperty("pid", ProcessHandle.current().pid());
          return client.call(message);
        }
      }
      return null;
    } catch (DaemonTrouble e) {
      if (unjudged == Unjudged.stop) {
        throw new DaemonTrouble(e.getMessage() + "; `--unjudged run` runs what nobody judges", e);
      }
      return null; // the script says by itself that it is alone
    }
  }
}
