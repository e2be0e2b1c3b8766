package belay.daemon.cli;

import belay.daemon.config.Setting;
import belay.daemon.fact.HolderSearch;
import belay.daemon.fact.Machine;
import belay.daemon.holders.HolderService;
import belay.daemon.libc.PacketSocket;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code belay helper}. */
@Command(
    name = "helper",
    description = "Tells other users' daemons who has a file open that they can reach; optional.")
final class HelperCommand {

  /** {@code SD_LISTEN_FDS_START}. */
  private static final int FIRST_INHERITED = 3;

  /** One that systemd started is started again by the next who asks. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  /** How often one that stands alone looks up from waiting. */
  private static final Duration LONG = Duration.ofDays(1);

  @Spec private @Nullable CommandSpec spec;

  @Command(
      description =
          "Runs it in the foreground, as root: on the socket that systemd hands over, or on its"
              + " own. See docs/facts.md.")
  int run(
      @Option(
              names = "--socket",
              paramLabel = "PATH",
              description = "where to listen (default: /run/belay-holders/socket)")
          @Nullable Path socket,
      @Option(
              names = "--group",
              paramLabel = "NAME",
              description =
                  "who may ask: a group of /etc/group, or its number; default: every user")
          @Nullable String group)
      throws IOException {
    HolderSearch search = new HolderSearch(Machine.local());
    HolderService service =
        new HolderService(
            search,
            group == null ? OptionalInt.empty() : OptionalInt.of(number(group)),
            text -> System.err.println("belay: " + Text.printable(text)));
    if (isStartedBySystemd()) {
      search.warmUp();
      try (PacketSocket inherited = PacketSocket.inherited(FIRST_INHERITED)) {
        service.serve(inherited, IDLE);
      }
      return 0;
    }
    Path path = socket == null ? Path.of(Setting.HELPER.fallback()) : socket;
    Files.createDirectories(path.toAbsolutePath().getParent());
    Files.deleteIfExists(path);
    try (PacketSocket listening = PacketSocket.listen(path.toString())) {
      // Who may ask is told by the kernel of each peer, not by the file.
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
      search.warmUp();
      System.err.println("belay: the helper listens at `" + path + "`");
      while (true) {
        service.serve(listening, LONG);
      }
    }
  }

  /** {@code sd_listen_fds(3)}. */
  private static boolean isStartedBySystemd() {
    return Long.toString(ProcessHandle.current().pid()).equals(System.getenv("LISTEN_PID"))
        && "1".equals(System.getenv("LISTEN_FDS"));
  }

  private int number(String group) throws IOException {
    if (group.matches("[0-9]{1,9}")) {
      return Integer.parseInt(group);
    }
    for (String line : Files.readAllLines(Path.of("/etc/group"))) {
      String[] fields = line.split(":");
      if (fields.length > 2 && fields[0].equals(group) && fields[2].matches("[0-9]{1,9}")) {
        return Integer.parseInt(fields[2]);
      }
    }
    String message = "there is no group `" + Text.printable(group) + "` in /etc/group";
    throw spec == null
        ? new IllegalStateException(message)
        : new ParameterException(spec.commandLine(), message);
  }
}
