package belay.daemon.server;

import belay.daemon.config.Directories;
import belay.daemon.guard.CheckRequest;
import belay.daemon.guard.Judgement;
import belay.daemon.session.HookMessage;
import belay.daemon.terminal.Answer;
import belay.daemon.terminal.Painter;
import belay.daemon.terminal.Panel;
import belay.index.history.History;
import belay.index.history.HistoryFile;
import belay.index.history.Hit;
import belay.index.history.Importer;
import belay.index.journal.JournalRecord;
import belay.rules.judge.Verdict;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Answers the messages of docs/protocol.md that come on the socket. */
final class Service implements Clients.Service {

  private static final int MOST_HITS = 10_000;

  private final String version;
  private final CheckService check;
  private final FactsService facts;
  private final FrontDesk desk;
  private final Recorder recorder;
  private final History history;
  private final RulesInForce rules;
  private final AllowService allowances;
  private final Directories directories;
  private final Runnable stop;

  Service(
      String version,
      CheckService check,
      FactsService facts,
      FrontDesk desk,
      Recorder recorder,
      History history,
      RulesInForce rules,
      Directories directories,
      Runnable stop) {
    this.version = version;
    this.check = check;
    this.facts = facts;
    this.desk = desk;
    this.recorder = recorder;
    this.history = history;
    this.rules = rules;
    this.allowances = new AllowService(rules, recorder);
    this.directories = directories;
    this.stop = stop;
  }

  @Override
  public void serve(JsonObject message, Frames peer) throws IOException {
    switch (Messages.text(message, "type", "")) {
      case "hello" -> peer.write(hello(message));
      case "check" -> peer.write(check(message, check::answer));
      case "explain" -> peer.write(check(message, check::explain));
      case "facts" -> peer.write(facts.answer(message));
      case "guard" -> peer.write(guard(message));
      case "allowed" -> peer.write(allowances.listed());
      case "allow" -> peer.write(allowances.allow(message));
      case "disallow" -> peer.write(allowances.disallow(message));
      case "await-approval" -> peer.write(desk.approved(Messages.text(message, "code", "")));
      case "withdraw-approval" -> peer.write(desk.withdraw(Messages.text(message, "code", "")));
      case "pack" -> peer.write(packChanged(message));
      case "pass" -> peer.write(desk.take(Messages.text(message, "code", "")));
      case "answered" -> peer.write(answered(message));
      case "outcome" -> peer.write(outcome(message));
      case "search" ->
          peer.write(results(history.search(Messages.text(message, "words", ""), limit(message))));
      case "log" -> peer.write(results(history.recent(limit(message))));
      case "import" -> peer.write(importFile(message));
      case "status" -> peer.write(status());
      case "stop" -> {
        peer.write(Messages.of("stopping"));
        stop.run();
      }
      default -> peer.write(Clients.error("a message of this type is not understood"));
    }
  }

  private JsonObject hello(JsonObject message) {
    int protocol = Messages.number(message, "protocol", 0);
    if (protocol != Daemon.PROTOCOL) {
      return Clients.error(
          "protocol "
              + protocol
              + " is not spoken here, only "
              + Daemon.PROTOCOL
              + "; use the `belay` of the running daemon's version, or restart the daemon");
    }
    JsonObject out = Messages.of("welcome");
    out.addProperty("protocol", Daemon.PROTOCOL);
    out.addProperty("version", version);
    out.addProperty("pid", ProcessHandle.current().pid());
    return out;
  }

  private JsonObject check(JsonObject message, Function<CheckRequest, JsonObject> answer) {
    JsonObject out;
    try {
      out =
          answer.apply(
              CheckRequest.of(
                  message,
                  new CheckRequest.Defaults(Dialect.BASH, null, null, CheckRequest.Sight.LIVE)));
      out.addProperty("type", "verdict");
    } catch (CheckRequest.BadRequest e) {
      out = Clients.error(e.getMessage());
    }
    JsonElement id = message.get("id");
    if (id != null) {
      out.add("id", id);
    }
    return out;
  }

  /** A command that somebody waits to run: unlike a check it is recorded. */
  private JsonObject guard(JsonObject message) {
    try {
      CheckRequest request =
          CheckRequest.of(
              message,
              new CheckRequest.Defaults(Dialect.BASH, null, null, CheckRequest.Sight.LIVE));
      Judgement judgement = check.judge(request);
      String pid = String.valueOf(Messages.number(message, "pid", 0));
      var runner =
          new HookMessage.Hello(
              Daemon.PROTOCOL,
              pid + "-guard",
              request.dialect().shellName(),
              "",
              Long.parseLong(pid),
              Messages.text(message, "tty", ""),
              "",
              "",
              "");
      boolean colour = Messages.text(message, "colour", "no").equals("yes");
      Painter painter = new Painter(Messages.number(message, "columns", 80), colour);
      long intent = recorder.intent(runner, judgement, request.directory());
      Answer.ByPass pass = desk.pass(judgement, request.directory());
      JsonObject out;
      if (pass != null && judgement.verdict() instanceof Verdict.Block block) {
        desk.answered(intent, pass);
        out = Hearing.passed(judgement, Panel.passed(pass.typed(), block, painter));
      } else {
        out = Hearing.of(judgement, painter, desk.offer(judgement, request.directory()));
        if (Messages.text(message, "asks", "no").equals("yes")) {
          lendApproval(runner.pid(), judgement, request, out);
        }
      }
      out.addProperty("type", "verdict");
      out.addProperty("intent", intent);
      return out;
    } catch (CheckRequest.BadRequest e) {
      return Clients.error(e.getMessage());
    }
  }

  private void lendApproval(long pid, Judgement judgement, CheckRequest request, JsonObject out) {
    if (judgement.verdict() instanceof Verdict.Confirm confirm
        && confirm.challenge().secondPerson()) {
      try {
        out.addProperty(
            "approval",
            desk.lentApproval(pid, judgement.line(), confirm, request.directory()).code());
      } catch (FrontDesk.NobodyElse e) {
        out.addProperty("nobody_else", e.getMessage());
      }
    }
  }

  private JsonObject packChanged(JsonObject message) {
    recorder.leave(
        Messages.text(message, "what", "pack changed"),
        Messages.text(message, "pack", "*"),
        Messages.text(message, "detail", ""));
    return Messages.of("recorded");
  }

  private JsonObject answered(JsonObject message) {
    String word = Messages.text(message, "answer", "");
    for (JournalRecord.Answer.How how : JournalRecord.Answer.How.values()) {
      if (how.key().equals(word)) {
        recorder.answered(intent(message), how, Messages.text(message, "typed", ""));
        return Messages.of("recorded");
      }
    }
    return Clients.error("`answer` is not one of the journal's");
  }

  private JsonObject outcome(JsonObject message) {
    recorder.outcome(
        intent(message),
        Messages.number(message, "status", 0),
        Messages.wide(message, "duration_us"));
    return Messages.of("recorded");
  }

  private static long intent(JsonObject message) {
    return Messages.wide(message, "intent");
  }

  private static int limit(JsonObject message) {
    return Math.clamp(Messages.number(message, "limit", 50), 1, MOST_HITS);
  }

  private static JsonObject results(List<Hit> hits) {
    JsonArray array = new JsonArray();
    for (Hit hit : hits) {
      array.add(json(hit));
    }
    JsonObject out = Messages.of("results");
    out.add("hits", array);
    return out;
  }

  private static JsonObject json(Hit hit) {
    JsonObject out = new JsonObject();
    out.addProperty("n", hit.n());
    out.addProperty("time", hit.time() == null ? null : hit.time().toString());
    out.addProperty("command", hit.command());
    out.addProperty("directory", hit.directory());
    out.addProperty("decision", hit.decision() == null ? null : hit.decision().key());
    out.addProperty("answer", hit.answer() == null ? null : hit.answer().key());
    if (hit.exit().isPresent()) {
      out.addProperty("exit", hit.exit().getAsInt());
    }
    if (hit.micros().isPresent()) {
      out.addProperty("duration_us", hit.micros().getAsLong());
    }
    out.addProperty("host", hit.host());
    out.addProperty("user", hit.user());
    return out;
  }

  private JsonObject importFile(JsonObject message) {
    String name = Messages.text(message, "file", "");
    try {
      Path file = Path.of(name);
      if (!file.isAbsolute()) {
        return Clients.error("`file` must be absolute, not `" + Text.printable(name) + "`");
      }
      Importer.Result result = recorder.importFile(file, format(message));
      JsonObject out = Messages.of("imported");
      out.addProperty("read", result.read());
      out.addProperty("added", result.added());
      return out;
    } catch (IOException | InvalidPathException e) {
      return Clients.error("`" + Text.printable(name) + "` was not read in: " + e.getMessage());
    }
  }

  private static HistoryFile.Format format(JsonObject message) {
    return switch (Messages.text(message, "format", "auto")) {
      case "bash" -> HistoryFile.Format.BASH;
      case "zsh" -> HistoryFile.Format.ZSH;
      default -> HistoryFile.Format.AUTO;
    };
  }

  private JsonObject status() {
    JsonObject out = Messages.of("status");
    out.addProperty("running", true);
    out.addProperty("version", version);
    out.addProperty("pid", ProcessHandle.current().pid());
    out.addProperty("shells", desk.openSessions());
    out.addProperty("rules", rules.size());
    out.addProperty("runtime", directories.runtime().toString());
    out.addProperty("state", directories.state().toString());
    out.addProperty("config", directories.config().toString());
    JsonArray troubles = new JsonArray();
    desk.troubles().forEach(troubles::add);
    out.add("troubles", troubles);
    String repair = recorder.repair();
    if (repair != null) {
      out.addProperty("repaired", repair);
    }
    return out;
  }
}
