package belay.daemon.cli;

import belay.daemon.libc.Tty;
import belay.daemon.server.Messages;
import belay.daemon.terminal.Answer;
import belay.daemon.terminal.Asker;
import belay.daemon.terminal.Foreground;
import belay.daemon.terminal.Painter;
import belay.rules.judge.Challenge;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a question of {@code belay guard} is answered: by the person, or by what was said before. */
final class Permission {

  /** What {@code --answer} may be. */
  enum Policy {
    ask,
    refuse,
    allow
  }

  private final Policy policy;
  private final Duration patience;
  private final Optional<String> terminal = Foreground.terminal(ProcessHandle.current().pid());

  Permission(Policy policy, Duration patience) {
    this.policy = policy;
    this.patience = patience;
  }

  /** The terminal that can be asked on, for the journal; empty where there is none. */
  String terminal() {
    return terminal.orElse("");
  }

  /** Whether a person will be asked, should there be a question. */
  boolean asks() {
    return policy == Policy.ask && terminal.isPresent();
  }

  /** For what is said on standard error. */
  static Painter painter(Map<String, String> environment) {
    try (Tty tty = Tty.open("/proc/self/fd/2")) {
      return Painter.of(environment, tty.columns());
    } catch (IOException _) {
      return Painter.plain(80);
    }
  }

  /** Asks, or does what was said; the hearing is one that wants an answer. */
  Answer answer(JsonObject hearing) throws IOException {
    return switch (policy) {
      case allow -> {
        if (needsOther(hearing)) {
          tell(hearing);
          System.err.println(
              "belay: not run, as another user must approve it: no answer can be given"
                  + " beforehand");
          yield new Answer.ByPolicy(false);
        }
        yield new Answer.ByPolicy(true);
      }
      case refuse -> {
        tell(hearing);
        System.err.println("belay: not run, as `--answer refuse` says so");
        yield new Answer.ByPolicy(false);
      }
      case ask -> {
        if (terminal.isEmpty()) {
          tell(hearing);
          System.err.println(
              "belay: not run, as there is no terminal to ask on; `--answer allow` runs what would"
                  + " be asked about");
          yield new Answer.ByPolicy(false);
        }
        yield ask(hearing, terminal.get());
      }
    };
  }

  private Answer ask(JsonObject hearing, String path) throws IOException {
    List<String> texts = new ArrayList<>();
    if (hearing.has("challenge")) {
      hearing.getAsJsonArray("challenge").forEach(text -> texts.add(text.getAsString()));
    }
    Challenge challenge =
        new Challenge(
            Duration.ofSeconds(Messages.number(hearing, "delay_s", 0)), needsOther(hearing), texts);
    String code = Messages.text(hearing, "approval", "");
    if (challenge.secondPerson() && code.isEmpty()) {
      tell(hearing);
      System.err.println(
          "belay: not run: "
              + Messages.text(
                  hearing, "nobody_else", "no daemon runs through which another could approve"));
      return new Answer.ByPolicy(false);
    }
    try (Tty tty = Tty.open(path);
        LentApproval approval = code.isEmpty() ? null : new LentApproval(code)) {
      return new Asker(tty)
          .ask(
              panel(hearing),
              Messages.text(hearing, "question", "Run it? "),
              challenge,
              patience,
              approval);
    }
  }

  private static boolean needsOther(JsonObject hearing) {
    JsonElement wanted = hearing.get("second_person");
    return wanted != null && wanted.getAsBoolean();
  }

  /** Prints what the hearing has to say to a person. */
  static void tell(JsonObject hearing) {
    panel(hearing).forEach(System.err::println);
  }

  private static List<String> panel(JsonObject hearing) {
    List<String> out = new ArrayList<>();
    if (hearing.has("panel")) {
      for (JsonElement line : hearing.getAsJsonArray("panel")) {
        out.add(line.getAsString());
      }
    }
    return out;
  }
}
