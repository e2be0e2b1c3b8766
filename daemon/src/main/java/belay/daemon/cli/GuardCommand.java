package belay.daemon.cli;

import belay.daemon.config.Config;
import belay.daemon.config.Directories;
import belay.daemon.config.Layers;
import belay.daemon.guard.Argv;
import belay.daemon.guard.CheckRequest;
import belay.daemon.libc.Child;
import belay.daemon.libc.User;
import belay.daemon.server.CheckService;
import belay.daemon.server.Client;
import belay.daemon.server.Hearing;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import belay.daemon.terminal.Answer;
import belay.daemon.terminal.Painter;
import belay.rules.effect.Names;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Text;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code belay guard}. */
@Command(
    name = "guard",
    description =
        "Judges one command, asks where a rule says so, and runs it: for scripts, cron and programs"
            + " that start others. Without a terminal what would be asked about does not run.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "10:not run: asked about, and not confirmed",
      "20:not run: blocked",
      "126:it cannot be run",
      "127:it is not found",
      "2:misuse",
      "else:that of the command, 128 and more where a signal ended it"
    })
final class GuardCommand implements Callable<Integer> {

  /** Asked about, and not confirmed. */
  static final int NOT_CONFIRMED = 10;

  /** Blocked. */
  static final int BLOCKED = 20;

  @Mixin private AnswerOption beforehand = new AnswerOption();

  @Option(
      names = "-c",
      paramLabel = "LINE",
      description = "a line for a shell instead of a command")
  private @Nullable String line;

  @Option(
      names = "--shell",
      paramLabel = "bash|zsh",
      description = "the shell that runs LINE (default: that of $SHELL)")
  private @Nullable String shell;

  @Parameters(paramLabel = "COMMAND", arity = "0..*")
  private List<String> words = List.of();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Map<String, String> environment = Surroundings.environment();
    String home = environment.get("HOME");
    List<String> command = new ArrayList<>(Surroundings.lastArguments(words.size()));
    byte[] text;
    Dialect dialect = Dialect.BASH;
    if (line == null) {
      if (command.isEmpty()) {
        throw misuse("what command? Write it behind `--`");
      }
      if (shell != null) {
        throw misuse("--shell goes with -c: a command of several words runs without a shell");
      }
      text = Argv.bytes(command);
    } else {
      String name = shell == null ? Surroundings.loginShell(environment.get("SHELL")) : shell;
      dialect =
          Dialect.named(name)
              .orElseThrow(
                  () -> misuse("--shell is bash or zsh, not `" + Text.printable(name) + "`"));
      text = Text.encode(line);
      command.addAll(0, List.of(name, "-c", line));
    }
    CheckRequest request =
        new CheckRequest(
            text,
            dialect,
            Path.of("").toAbsolutePath().toString(),
            home,
            line == null ? Map.of() : known(text, dialect, environment),
            Map.of(),
            CheckRequest.Sight.LIVE);
    return run(request, command, environment);
  }

  private ParameterException misuse(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  /** What of the environment the line mentions. */
  private static Map<String, List<String>> known(
      byte[] text, Dialect dialect, Map<String, String> environment) {
    Map<String, List<String>> out = new HashMap<>();
    for (String name : Names.of(Parser.parse(text, dialect)).variables()) {
      String value = environment.get(name);
      if (value != null) {
        out.put(name, List.of(value));
      }
    }
    return out;
  }

  private int run(CheckRequest request, List<String> command, Map<String, String> environment)
      throws IOException {
    Directories directories = Directories.of(System.getenv(), User.effective());
    Config config = Config.load(Layers.of(directories, System.getenv()), System.getenv());
    Permission permission = new Permission(beforehand.policy(), config.answerTimeout());
    Painter painter = Permission.painter(environment);
    Office office = new Office(directories, config);
    JsonObject hearing = office.hear(request, painter, permission);
    switch (Messages.text(hearing, "verdict", "")) {
      case "allow" -> {}
      case "note" -> Permission.tell(hearing);
      case "confirm" -> {
        Answer answer = permission.answer(hearing);
        office.answered(hearing, answer);
        if (!answer.runs()) {
          return NOT_CONFIRMED;
        }
        // A person thinks for seconds; the target may have come to life meanwhile.
        JsonObject now = office.check(request, painter);
        if (Messages.text(now, "verdict", "").equals("block")) {
          Permission.tell(now);
          return BLOCKED;
        }
      }
      default -> {
        Permission.tell(hearing);
        return BLOCKED;
      }
    }
    long start = System.nanoTime();
    Child.End end;
    try {
      end = Errand.run(command, environment);
    } catch (Child.NotStarted e) {
      System.err.println("belay: " + e.getMessage());
      office.outcome(hearing, e.shellStatus(), 0);
      return e.shellStatus();
    }
    office.outcome(hearing, end.shellStatus(), (System.nanoTime() - start) / 1000);
    return Errand.endAs(end);
  }

  /**
   * Where the command is judged and recorded: at the daemon, or here where none can be had. A
   * connection is open for one question only, so that the command inherits none.
   */
  private static final class Office {
    private final Directories directories;
    private final Config config;
    private @Nullable CheckService alone;

    Office(Directories directories, Config config) {
      this.directories = directories;
      this.config = config;
    }

    JsonObject hear(CheckRequest request, Painter painter, Permission permission)
        throws IOException {
      try (Client client = new Starter(directories).connected()) {
        JsonObject message = request.toJson();
        message.addProperty("type", "guard");
        message.addProperty("pid", ProcessHandle.current().pid());
        message.addProperty("tty", permission.terminal());
        message.addProperty("asks", permission.asks() ? "yes" : "no");
        message.addProperty("columns", painter.columns());
        message.addProperty("colour", painter.colour() ? "yes" : "no");
        return client.call(message);
      } catch (IOException e) {
        System.err.println(
            "belay: "
                + e.getMessage()
                + "; the command is judged without its history, and is not recorded");
        alone = CheckService.offline(directories, config);
        return check(request, painter);
      }
    }

    /** Judges once more, and records nothing. */
    JsonObject check(CheckRequest request, Painter painter) throws IOException {
      CheckService service = alone;
      if (service == null) {
        Optional<Client> running = Client.connect(directories);
        if (running.isPresent()) {
          try (Client client = running.get()) {
            JsonObject message = request.toJson();
            message.addProperty("type", "check");
            return client.call(message);
          }
        }
        service = CheckService.offline(directories, config);
      }
      return Hearing.of(service.judge(request), painter);
    }

    void answered(JsonObject hearing, Answer answer) {
      JsonObject message = Messages.of("answered");
      message.addProperty("answer", answer.how().key());
      message.addProperty("typed", answer.typed());
      note(hearing, message);
    }

    void outcome(JsonObject hearing, int status, long micros) {
      JsonObject message = Messages.of("outcome");
      message.addProperty("status", status);
      message.addProperty("duration_us", micros);
      note(hearing, message);
    }

    /** What cannot be recorded changes nothing of what is done. */
    private void note(JsonObject hearing, JsonObject message) {
      if (alone != null) {
        return;
      }
      message.addProperty("intent", Messages.wide(hearing, "intent"));
      try {
        Optional<Client> running = Client.connect(directories);
        if (running.isPresent()) {
          try (Client client = running.get()) {
            client.call(message);
          }
        }
      } catch (IOException e) {
        System.err.println("belay: not recorded: " + e.getMessage());
      }
    }
  }
}
