package belay.daemon.session;

import belay.daemon.guard.Judgement;
import belay.daemon.terminal.Answer;
import belay.daemon.terminal.Foreground;
import belay.daemon.terminal.Painter;
import belay.daemon.terminal.Panel;
import belay.rules.effect.Names;
import belay.rules.judge.Decision;
import belay.rules.judge.Verdict;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Script;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The commands of a script, each judged before it runs. What changes nothing is let go in silence
 * and without a record, and where that hangs on nothing but its text, the script need not ask
 * again: a loop costs one question.
 */
final class ScriptWatch implements AutoCloseable {

  /** How a script ends that is stopped. */
  private static final int NOT_CONFIRMED = 10;

  private static final int BLOCKED = 20;

  private final HookSession session;
  private final Dialect dialect;
  private final Pipes pipes;
  private final Desk desk;
  private final Turn turn;

  ScriptWatch(HookSession session, Dialect dialect, Pipes pipes, Desk desk, Turn turn) {
    this.session = session;
    this.dialect = dialect;
    this.pipes = pipes;
    this.desk = desk;
    this.turn = turn;
  }

  /** Whether somebody had the turn who is gone; now the next one has it. */
  boolean restoreTurn() throws IOException {
    return turn.restore();
  }

  void serve(HookMessage.Request request, LiveShell.Questions questions) throws IOException {
    long pid = request.process().orElse(session.hello().pid());
    turn.taken(pid);
    try {
      judge(request, pid, questions);
    } finally {
      turn.answered();
    }
  }

  private void judge(HookMessage.Request request, long pid, LiveShell.Questions questions)
      throws IOException {
    long number = request.sequence();
    ShellProcess process = new ShellProcess(pid);
    Script script = Parser.parse(request.line(), dialect);
    byte[] line = dialect == Dialect.ZSH ? Outline.of(request.line(), script) : request.line();
    Names names = Names.of(dialect == Dialect.ZSH ? Parser.parse(line, dialect) : script);
    LiveShell live =
        new LiveShell(
            dialect, process.directory(), home(), () -> names, new HashMap<>(), true, questions);
    try (Keepalive keepalive = new Keepalive(pipes, number, desk.ticker())) {
      ScriptShell shell = new ScriptShell(live, _ -> false);
      Judgement judgement = judge(line, shell, keepalive);
      Predicate<String> functions = functions(request, live);
      if (!isHarmless(judgement) && names.commandWords().stream().anyMatch(functions)) {
        shell = new ScriptShell(live, functions);
        judgement = judge(line, shell, keepalive);
      } else if (isHarmless(judgement)) {
        keepalive.stop();
        pipes.reply((shell.wasAsked() || request.truncated() ? "A " : "C ") + number);
        return;
      }
      decide(request, judgement, process, keepalive);
    }
  }

  private Judgement judge(byte[] line, ScriptShell shell, Keepalive keepalive) {
    return desk.judge(line, line, shell, session, keepalive::start);
  }

  /** bash says it of the first word, which is all that can be one; zsh is asked. */
  private Predicate<String> functions(HookMessage.Request request, LiveShell live) {
    return dialect == Dialect.ZSH
        ? name -> live.function(name) != null
        : name -> request.isFunction() && name.equals(request.firstWord());
  }

  private static boolean isHarmless(Judgement judgement) {
    return judgement.verdict().decision() == Decision.ALLOW
        && judgement.reading().effects().isEmpty()
        && judgement.script().status() instanceof Script.Status.Complete;
  }

  private void decide(
      HookMessage.Request request, Judgement judgement, ShellProcess process, Keepalive keepalive)
      throws IOException {
    long number = request.sequence();
    Verdict verdict = judgement.verdict();
    if (verdict.decision().compareTo(Decision.CONFIRM) >= 0) {
      keepalive.start();
    }
    long intent = desk.intent(session, judgement, process.directory());
    int stop =
        switch (verdict) {
          case Verdict.Allow _ -> 0;
          case Verdict.Note note -> {
            tell(number, Panel.note(note, PLAIN));
            yield 0;
          }
          case Verdict.Block block -> {
            Answer.ByPass pass = desk.pass(judgement, process.directory());
            if (pass != null) {
              desk.answered(intent, pass);
              tell(number, Panel.passed(pass.typed(), block, PLAIN));
              yield 0;
            }
            String code = desk.offer(judgement, process.directory());
            tell(number, Panel.blocked(judgement.line(), block, PLAIN, Panel.Recall.NONE, code));
            yield BLOCKED;
          }
          case Verdict.Confirm confirm -> confirmed(number, judgement, confirm, intent, process);
        };
    if (request.truncated()) {
      tell(number, Panel.notice("only the beginning of this command could be checked", PLAIN));
    }
    for (String trouble : desk.troublesFor(session)) {
      tell(number, Panel.notice(trouble, PLAIN));
    }
    keepalive.stop();
    pipes.reply(stop == 0 ? "A " + number : "B " + number + " " + stop);
  }

  /** What is said on the script's standard error, which may be a file. */
  private static final Painter PLAIN = Painter.plain(100);

  private void tell(long number, List<String> lines) throws IOException {
    pipes.reply("M " + number + " ", String.join("\n", lines) + "\n");
  }

  private int confirmed(
      long number, Judgement judgement, Verdict.Confirm confirm, long intent, ShellProcess process)
      throws IOException {
    Answer answer =
        switch (session.hello().script()) {
          case "allow" ->
              confirm.challenge().secondPerson()
                  ? refused(
                      number,
                      judgement,
                      confirm,
                      "as another user must approve it: no answer can be given beforehand")
                  : new Answer.ByPolicy(true);
          case "refuse" ->
              refused(number, judgement, confirm, "as nothing is to be asked (`--answer refuse`)");
          default -> asked(number, judgement, confirm, process);
        };
    desk.answered(intent, answer);
    if (!answer.runs()) {
      return NOT_CONFIRMED;
    }
    // A person thinks for seconds; the target may have come to life meanwhile.
    return desk.stillNoWorse(session, judgement, process.directory()) ? 0 : BLOCKED;
  }

  private Answer asked(
      long number, Judgement judgement, Verdict.Confirm confirm, ShellProcess process)
      throws IOException {
    Optional<String> terminal = Foreground.terminal(session.hello().pid());
    @Nullable Answer answer =
        terminal.isEmpty()
            ? null
            : desk.ask(
                session.hello().pid(),
                terminal.get(),
                process.environment(),
                judgement,
                confirm,
                process.directory());
    return answer == null
        ? refused(
            number,
            judgement,
            confirm,
            "as there is no terminal to ask on; `--answer allow` runs what would be asked about")
        : answer;
  }

  private Answer refused(long number, Judgement judgement, Verdict.Confirm confirm, String why)
      throws IOException {
    tell(number, Panel.confirm(judgement.line(), confirm, PLAIN));
    tell(number, List.of("belay: not run, " + why));
    return new Answer.ByPolicy(false);
  }

  private @Nullable String home() {
    String home = session.hello().home();
    return home.isEmpty() ? null : home;
  }

  @Override
  public void close() throws IOException {
    turn.close();
  }
}
