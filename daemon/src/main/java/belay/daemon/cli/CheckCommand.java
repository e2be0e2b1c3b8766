package belay.daemon.cli;

import belay.daemon.config.Config;
import belay.daemon.config.Directories;
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
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code belay check}. */
@Command(
    name = "check",
    description =
        "Says what becomes of a command line, and why, without running it. Several arguments are"
            + " joined by spaces; quote the line to have it read exactly as typed.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:allow or note",
      "2:misuse",
      "3:trouble with the daemon",
      "10:confirm",
      "20:block"
    })
final class CheckCommand implements Callable<Integer> {

  private enum FactsChoice {
    none,
    live
  }

  @Option(names = "--shell", paramLabel = "bash|zsh", description = "default: that of $SHELL")
  private @Nullable String shell;

  @Option(names = "--cwd", paramLabel = "DIR", description = "default: the current directory")
  private @Nullable Path directory;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Option(
      names = "--jsonl",
      description = {
        "reads objects {\"command\":…, \"shell\"?, \"cwd\"?, \"vars\"?, \"aliases\"?} one a line"
            + " from standard input and answers each with an object a line; variables that are not"
            + " given count as unknown"
      })
  private boolean lines;

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

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CheckRequest.Defaults defaults =
        new CheckRequest.Defaults(dialect(), workingDirectory(), System.getenv("HOME"), sight());
    if (lines) {
      if (json || !words.isEmpty()) {
        throw misuse("--jsonl reads its commands from standard input");
      }
      return answerLines(defaults);
    }
    if (words.isEmpty()) {
      throw misuse("what command? Write it behind `--`");
    }
    byte[] line = Text.encode(String.join(" ", words));
    CheckRequest request =
        new CheckRequest(
            line,
            defaults.dialect(),
            defaults.directory(),
            defaults.home(),
            exported(line, defaults.dialect()),
            Map.of(),
            defaults.sight());
    JsonObject answer = judged(request);
    PrintStream out = System.out;
    if (json) {
      out.println(answer);
    } else {
      Report.print(line, answer, out);
    }
    return switch (Messages.text(answer, "verdict", "")) {
      case "confirm" -> 10;
      case "block" -> 20;
      default -> 0;
    };
  }

  private CheckRequest.Sight sight() {
    return switch (facts) {
      case none -> CheckRequest.Sight.NONE;
      case live -> lines ? CheckRequest.Sight.RECENT : CheckRequest.Sight.LIVE;
    };
  }

  private ParameterException misuse(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
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

  private JsonObject judged(CheckRequest request) throws IOException {
    if (offline) {
      return offlineService().answer(request);
    }
    try (Client client = new Starter(directories()).connected()) {
      JsonObject message = request.toJson();
      message.addProperty("type", "check");
      JsonObject answer = client.call(message);
      answer.remove("type"); // of the protocol, not of the verdict
      return answer;
    }
  }

  private static Directories directories() {
    return Directories.of(System.getenv(), User.effective());
  }

  private static CheckService offlineService() {
    Directories directories = directories();
    Config config = Config.load(directories.config(), System.getenv());
    config.complaints().forEach(text -> System.err.println("belay: " + text));
    CheckService service = CheckService.offline(directories, config);
    RulesInForce rules = service.rules();
    rules.troubles().forEach(text -> System.err.println("belay: " + text));
    return service;
  }

  private int answerLines(CheckRequest.Defaults defaults) throws IOException {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(System.out, 65_536), false, StandardCharsets.UTF_8);
    InputStream in = new BufferedInputStream(System.in, 65_536);
    try {
      if (offline) {
        CheckService service = offlineService();
        JsonLines.here(in, line -> service.answer(line, defaults).toString(), out);
      } else {
        JsonLines.throughDaemon(in, new Starter(directories()), defaults, out);
      }
    } finally {
      out.flush(); // not closed: standard output is not ours to close
    }
    return 0;
  }
}
