package belay.daemon.cli;

import belay.daemon.server.DaemonTrouble;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/** {@code belay}. */
@Command(
    name = "belay",
    description = "Checks every shell command before it runs.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; for check: allow or note",
      "1:nothing found, or a failure that the message names",
      "2:misuse",
      "3:trouble with the daemon",
      "10:check: confirm; facts: live; guard, run: not confirmed",
      "20:check, guard, run: block"
    },
    subcommands = {
      CheckCommand.class,
      ExplainCommand.class,
      PassCommand.class,
      ApproveCommand.class,
      AllowCommand.class,
      FactsCommand.class,
      GuardCommand.class,
      RunCommand.class,
      HookCommand.class,
      DaemonCommand.class,
      HelperCommand.class,
      PackCommand.class,
      ConfigCommand.class,
      SearchCommand.class,
      LogCommand.class,
      AuditCommand.class,
      ImportCommand.class,
      InitCommand.class,
      TryCommand.class
    })
public final class Main {

  /** Trouble with the daemon. */
  static final int DAEMON_TROUBLE = 3;

  /** Those that are given a command of the user's. */
  private static final Set<String> OF_OTHERS = Set.of("guard", "run");

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    CommandLine belay = new CommandLine(new Main());
    // What stands behind the first word of a command is the command's.
    belay
        .getSubcommands()
        .forEach((name, command) -> command.setStopAtPositional(OF_OTHERS.contains(name)));
    return belay
        .setExpandAtFiles(false)
        .setExecutionExceptionHandler(
            (problem, line, _) -> {
              if (problem instanceof DaemonTrouble) {
                line.getErr().println("belay: " + problem.getMessage());
                return DAEMON_TROUBLE;
              }
              String message = problem.getMessage();
              line.getErr().println("belay: " + (message == null ? problem : message));
              return 1;
            })
        .execute(arguments);
  }

  /** The version of the jar this class came in. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"belay " + number()};
    }

    static String number() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "unreleased" : version;
    }
  }
}
