package belay.daemon.cli;

import belay.daemon.libc.Tty;
import belay.daemon.share.Installer;
import belay.daemon.share.Ledger;
import belay.daemon.share.Origin;
import belay.daemon.terminal.Asker;
import belay.daemon.terminal.Foreground;
import belay.daemon.terminal.Painter;
import belay.daemon.terminal.Panel;
import belay.rules.judge.Challenge;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code belay pack install} and {@code update}. */
final class PackInstallCommand {

  private static final int NOT_INSTALLED = 1;

  private static final Duration TO_COMPARE = Duration.ofMinutes(5);

  private PackInstallCommand() {}

  /** What both take. */
  static final class Given {

    @Mixin private PackPlace place = new PackPlace();

    @Option(
        names = "--trust",
        paramLabel = "FINGERPRINT",
        description = "the key that may sign the pack, as its authors publish it")
    private @Nullable String trust;

    @Option(names = "--unsigned", description = "also what nobody signed and comes from elsewhere")
    private boolean unsigned;

    @Option(
        names = "--downgrade",
        paramLabel = "REASON",
        description = "also a version older than one that was here; why is in the journal")
    private @Nullable String downgrade;

    /** 0, or 1 with the reason told. */
    int install(Origin origin) throws IOException, InterruptedException {
      Installer.Done done;
      try {
        done =
            place
                .installer()
                .install(
                    origin,
                    PackPlace.others(),
                    new Installer.Consent(unsigned, downgrade, this::isAgreed));
      } catch (Installer.Unsound e) {
        e.diagnostics().forEach(System.err::println);
        System.err.println(
            "belay: not installed: `" + Text.printable(origin.spelling()) + "` is not sound");
        return NOT_INSTALLED;
      }
      done.notices().forEach(notice -> System.err.println("belay: " + Text.printable(notice)));
      String key = done.key() == null ? "unsigned" : "signed by " + done.key();
      PackPlace.journalled(
          done.before() == null ? "pack installed" : "pack updated",
          done.pack(),
          done.version()
              + (done.before() == null ? "" : " after " + done.before())
              + " from "
              + origin.spelling()
              + ", "
              + key
              + (downgrade == null ? "" : ", downgrade: " + downgrade));
      System.out.println(
          "belay: `"
              + done.pack()
              + "` "
              + done.version()
              + (done.before() == null ? "" : " in the place of " + done.before())
              + " is in force, "
              + key);
      return 0;
    }

    private boolean isAgreed(String fingerprint) {
      if (trust != null) {
        return trust.equals(fingerprint);
      }
      Optional<String> terminal = Foreground.terminal(ProcessHandle.current().pid());
      if (terminal.isEmpty()) {
        System.err.println(
            "belay: the key " + fingerprint + " is new; `--trust` agrees to it beforehand");
        return false;
      }
      try (Tty tty = Tty.open(terminal.get())) {
        Painter painter = Painter.of(Surroundings.environment(), tty.columns());
        List<String> lines =
            Panel.notice("a key that was not seen before has signed this pack:", painter);
        List<String> shown = new ArrayList<>(lines);
        shown.add("  " + fingerprint);
        return new Asker(tty)
            .ask(
                shown,
                "Is it the one that the authors publish? Type yes and Enter, anything else not"
                    + " to: ",
                Challenge.YES,
                TO_COMPARE,
                null)
            .runs();
      } catch (IOException e) {
        System.err.println("belay: nobody could be asked: " + e.getMessage());
        return false;
      }
    }
  }

  /** {@code install}. */
  @Command(
      name = "install",
      description =
          "Installs a pack, or another version of it: from a directory, a file, an archive of"
              + " `belay pack build`, https://…, or a Git repository at a tag,"
              + " git+https://…#v1.0.0. It must be sound beside all others; its key is agreed to"
              + " once and then pinned.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:in force", "1:not installed, with the reason", "2:misuse"})
  static final class Install implements Callable<Integer> {
    @Mixin private Given given = new Given();

    @Parameters(paramLabel = "SOURCE", description = "where the pack is")
    private String source = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
      return given.install(Origin.of(source));
    }
  }

  /** {@code update}. */
  @Command(
      name = "update",
      description =
          "Installs what is newer where packs came from: of a Git repository the highest version"
              + " that is a tag.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:all are up to date", "1:some are not, with the reason", "2:misuse"})
  static final class Update implements Callable<Integer> {
    @Mixin private Given given = new Given();

    @Parameters(
        paramLabel = "PACK",
        arity = "0..*",
        description = "such as team.storage (default: all that are installed)")
    private List<String> packs = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
      int status = 0;
      for (Map.Entry<String, Ledger.Entry> each :
          Ledger.of(given.place.installed()).entries().entrySet()) {
        boolean wanted = packs.isEmpty() || packs.contains(each.getKey());
        if (wanted && !each.getValue().removed()) {
          try {
            status = Math.max(status, given.install(Origin.of(each.getValue().source()).newest()));
          } catch (IOException e) {
            System.err.println("belay: `" + each.getKey() + "`: " + e.getMessage());
            status = NOT_INSTALLED;
          }
        }
      }
      return status;
    }
  }
}
