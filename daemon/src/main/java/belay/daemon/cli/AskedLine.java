package belay.daemon.cli;

import belay.daemon.config.Config;
import belay.daemon.config.Directories;
import belay.daemon.config.Layers;
import belay.daemon.guard.CheckRequest;
import belay.daemon.libc.User;
import belay.daemon.server.CheckService;
import belay.daemon.server.Client;
import belay.daemon.server.Messages;
import belay.daemon.server.RulesInForce;
import belay.daemon.server.Starter;
import belay.rules.effect.Names;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Text;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command line that is asked about, and as whose. */
final class AskedLine {

  private enum FactsChoice {
    none,
    live
  }

  @Option(names = "--shell", paramLabel = "bash|zsh", description = "default: that of $SHELL")
  private @Nullable String shell;

  @Option(names = "--cwd", paramLabel = "DIR", description = "default: the current directory")
  private @Nullable Path directory;

  @Option(names = "--offline", description = "judge in this process: no daemon, no history")
  private boolean offline;

  @Option(
      names = "--facts",
      paramLabel = "none|live",
      defaultValue = "live",
      description = "whether the machine is looked at (default: live)")
  private FactsChoice facts = FactsChoice.live;

  @Parameters(paramLabel = "COMMAND", arity = "0..*")
  private List<String> words = List.of();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  boolean isEmpty() {
    return words.isEmpty();
  }

  boolean isOffline() {
    return offline;
  }

  ParameterException misuse(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  /** What holds where a request says nothing else. */
  CheckRequest.Defaults defaults(CheckRequest.Sight live) {
    return new CheckRequest.Defaults(
        dialect(),
        workingDirectory(),
        System.getenv("HOME"),
        switch (facts) {
          case none -> CheckRequest.Sight.NONE;
          case live -> live;
        });
  }

  /** The request that the command line makes. */
  CheckRequest request() {
    if (words.isEmpty()) {
      throw misuse("what command? Write it behind `--`");
    }
    byte[] line = Text.encode(String.join(" ", words));
    CheckRequest.Defaults defaults = defaults(CheckRequest.Sight.LIVE);
    return new CheckRequest(
        line,
        defaults.dialect(),
        defaults.directory(),
        defaults.home(),
        exported(line, defaults.dialect()),
        Map.of(),
        defaults.sight());
  }

  private Dialect dialect() {
    if (shell != null) {
      String name = shell;
      return Dialect.named(name)
          .orElseThrow(() -> misuse("--shell is bash or zsh, not `" + Text.printable(name) + "`"));
    }
    String login = System.getenv("SHELL");
    return login != null && login.endsWith("/zsh") ? Dialect.ZSH : Dialect.BASH;
  }

  private String workingDirectory() {
    Path chosen = directory == null ? Path.of("") : directory;
    return chosen.toAbsolutePath().normalize().toString();
  }

  /** The exported variables that the line mentions: what this process can know of its shell. */
  private static Map<String, List<String>> exported(byte[] line, Dialect dialect) {
    Map<String, List<String>> out = new HashMap<>();
    for (String name : Names.of(Parser.parse(line, dialect)).variables()) {
      String value = System.getenv(name);
      if (value != null) {
        out.put(name, List.of(value));
      }
    }
    return out;
  }

  /**
   * Has a request answered, by the daemon or here.
   *
   * @param type of the message to the daemon
   */
  JsonObject answered(
      CheckRequest request, String type, BiFunction<CheckService, CheckRequest, JsonObject> here)
      throws IOException {
    if (offline) {
      return here.apply(service(), request);
    }
    try (Client client = new Starter(directories()).connected()) {
      JsonObject message = request.toJson();
      message.addProperty("type", type);
      JsonObject answer = client.call(message);
      answer.remove("type"); // of the protocol, not of the verdict
      return answer;
    }
  }

  static Directories directories() {
    return Directories.of(System.getenv(), User.effective());
  }

  /** A service in this process, which says what is wrong with settings and packs. */
  static CheckService service() {
    Directories directories = directories();
    Config config = Config.load(Layers.of(directories, System.getenv()), System.getenv());
    config.complaints().forEach(text -> System.err.println("belay: " + text));
    CheckService service = CheckService.offline(directories, config);
    RulesInForce rules = service.rules();
    rules.troubles().forEach(text -> System.err.println("belay: " + text));
    return service;
  }

  /** The exit status that a verdict has. */
  static int status(JsonObject answer) {
    return switch (Messages.text(answer, "verdict", "")) {
      case "confirm" -> 10;
      case "block" -> 20;
      default -> 0;
    };
  }
}
