package belay.daemon.cli;

import belay.daemon.libc.FileStatus;
import belay.daemon.libc.PacketSocket;
import belay.daemon.libc.Tty;
import belay.daemon.server.ApprovalDoor;
import belay.daemon.server.Messages;
import belay.daemon.terminal.Answer;
import belay.daemon.terminal.Asker;
import belay.daemon.terminal.Foreground;
import belay.daemon.terminal.Painter;
import belay.daemon.terminal.Panel;
import belay.rules.judge.Challenge;
import belay.rules.syntax.Text;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code belay approve}: needs no daemon of one's own. */
@Command(
    name = "approve",
    description =
        "Approves a command line of another user of this machine that waits for a second person."
            + " The code stands on that user's terminal; the line is shown before anything is"
            + " approved.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:approved",
      "1:no line waits under this code, or not for you",
      "2:misuse",
      "10:not approved"
    })
final class ApproveCommand implements Callable<Integer> {

  private static final int NOT_APPROVED = 10;

  private static final Path DOORS = Path.of("/tmp");

  private static final Pattern DOOR = Pattern.compile("belay-approve-([0-9]{1,9})");

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration TO_READ = Duration.ofMinutes(5);

  @Option(names = "--yes", description = "approve it without being asked")
  private boolean yes;

  @Parameters(paramLabel = "CODE", description = "such as K7QM42XW")
  private String code = "";

  /**
   * Somebody's door.
   *
   * @param user whose it is, by its owner
   */
  private record Found(Path socket, int user, JsonObject question) {}

  @Override
  public Integer call() throws IOException {
    Found found = find();
    if (found == null) {
      System.err.println(
          "belay: no line waits under `"
              + Text.printable(code)
              + "`, or not for you: another user must approve, and root only with a login of its"
              + " own");
      return 1;
    }
    if (!yes && !isConfirmed(found.question)) {
      return NOT_APPROVED;
    }
    JsonObject answer = asked(found.socket, found.user, true).orElse(new JsonObject());
    if (!isOk(answer)) {
      System.err.println("belay: the line does not wait any more");
      return 1;
    }
    System.out.println("belay: approved");
    return 0;
  }

  private boolean isConfirmed(JsonObject question) throws IOException {
    Optional<String> terminal = Foreground.terminal(ProcessHandle.current().pid());
    if (terminal.isEmpty()) {
      lines(question, Painter.plain(80)).forEach(System.err::println);
      System.err.println("belay: not approved, as there is no terminal to ask on; see `--yes`");
      return false;
    }
    try (Tty tty = Tty.open(terminal.get())) {
      Painter painter = Painter.of(Surroundings.environment(), tty.columns());
      Answer answer =
          new Asker(tty)
              .ask(
                  lines(question, painter),
                  "Approve it? Type yes and Enter, anything else not to: ",
                  Challenge.YES,
                  TO_READ,
                  null);
      return answer.runs();
    }
  }

  private static List<String> lines(JsonObject question, Painter painter) {
    List<String> out =
        new ArrayList<>(
            Panel.notice(
                Messages.text(question, "user", "?")
                    + " on "
                    + Messages.text(question, "host", "?")
                    + " wants to run, in "
                    + Messages.text(question, "directory", "?")
                    + ":",
                painter));
    out.add("  " + Text.printable(Messages.text(question, "line", "?")));
    if (question.has("messages")) {
      for (JsonElement message : question.getAsJsonArray("messages")) {
        out.addAll(Panel.notice(message.getAsString(), painter));
      }
    }
    return out;
  }

  /** The door behind which the code is known; null where there is none. */
  private @Nullable Found find() throws IOException {
    try (DirectoryStream<Path> doors = Files.newDirectoryStream(DOORS, "belay-approve-*")) {
      for (Path door : doors) {
        Matcher matcher = DOOR.matcher(String.valueOf(door.getFileName()));
        FileStatus status = FileStatus.find(door.toString(), false);
        // The name is anybody's to choose, the owner is not.
        if (!matcher.matches()
            || status == null
            || !status.isDirectory()
            || status.uid() != Integer.parseInt(matcher.group(1))) {
          continue;
        }
        Path socket = door.resolve("socket");
        Optional<JsonObject> answer = asked(socket, status.uid(), false);
        if (answer.isPresent() && isOk(answer.get())) {
          return new Found(socket, status.uid(), answer.get());
        }
      }
    }
    return null;
  }

  private static boolean isOk(JsonObject answer) {
    JsonElement ok = answer.get("ok");
    return ok != null && ok.getAsBoolean();
  }

  /** What is answered behind a door; empty where nobody answers, or another than its owner. */
  private Optional<JsonObject> asked(Path path, int user, boolean approve) {
    JsonObject question = new JsonObject();
    question.addProperty("code", code);
    if (approve) {
      question.addProperty("approve", true);
    }
    try (PacketSocket socket = PacketSocket.connect(path.toString(), PATIENCE)) {
      if (socket.peer().uid() != user) {
        return Optional.empty();
      }
      socket.send(ApprovalDoor.bytes(question), null);
      try (PacketSocket.Message message = socket.receive(ApprovalDoor.LONGEST)) {
        return message != null
                && JsonParser.parseString(new String(message.bytes(), StandardCharsets.UTF_8))
                    instanceof JsonObject answer
            ? Optional.of(answer)
            : Optional.empty();
      }
    } catch (IOException | JsonParseException _) {
      return Optional.empty();
    }
  }
}
