package belay.daemon.session;

import belay.daemon.guard.Here;
import belay.daemon.guard.Judgement;
import belay.daemon.guard.ShellWithFiles;
import belay.daemon.terminal.Answer;
import belay.daemon.terminal.Panel;
import belay.rules.effect.Names;
import belay.rules.effect.ShellView;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Decision;
import belay.rules.judge.Verdict;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One guarded shell, served by one thread: the shell waits while we think, so there is never a
 * second thing to do. What it waits for is a few bytes; what a person reads is drawn on the
 * terminal first.
 */
public final class HookSession implements Runnable, AutoCloseable {

  /** Lines after which names may mean something else; see {@link #mayRedefine}. */
  private static final java.util.Set<String> DEFINERS =
      java.util.Set.of(
          "alias",
          "unalias",
          "source",
          ".",
          "eval",
          "unset",
          "unfunction",
          "declare",
          "typeset",
          "autoload",
          "shopt",
          "setopt",
          "enable",
          "exec");

  /** How many words are remembered; a shell that lives for months uses ever new ones. */
  private static final int MOST_WORDS = 4_096;

  private final HookMessage.Hello hello;
  private final Dialect dialect;
  private final ShellProcess process;
  private final Pipes pipes;
  private final Desk desk;
  private final Map<String, HookMessage.Named> words = new HashMap<>();
  private final @Nullable ScriptWatch script;
  private HookMessage.@Nullable Request pending;
  private @Nullable Running running;

  /** The line that was last let go, until its outcome comes. */
  private record Running(long sequence, long intent) {}

  /**
   * A session for a shell that said Hello.
   *
   * @param directory where its FIFO pair is
   * @throws IOException when the pair is not there, or not FIFOs of our own
   */
  public HookSession(HookMessage.Hello hello, Path directory, Desk desk) throws IOException {
    this.hello = hello;
    this.dialect = Dialect.named(hello.shell()).orElse(Dialect.BASH);
    this.process = new ShellProcess(hello.pid());
    this.desk = desk;
    this.pipes = Pipes.open(directory, hello.name());
    this.script =
        hello.script().isEmpty()
            ? null
            : new ScriptWatch(this, dialect, pipes, desk, Turn.open(directory, hello.name()));
  }

  public HookMessage.Hello hello() {
    return hello;
  }

  /** How its lines come; null where that is not known. */
  public Circumstances.@Nullable Caller caller() {
    return Here.caller(process.environment(), script != null, !hello.tty().isEmpty());
  }

  @Override
  public void run() {
    try (pipes;
        ScriptWatch _ = script) {
      desk.opened(this);
      serve();
    } catch (IOException e) {
      desk.complain("session " + hello.name() + ": " + e.getMessage());
    } finally {
      desk.closed(this);
    }
  }

  private void serve() throws IOException {
    while (true) {
      HookMessage message = pending != null ? pending : receive();
      pending = null;
      switch (message) {
        case null -> {
          return;
        }
        case HookMessage.Request request -> serve(request);
        case HookMessage.Outcome outcome -> record(outcome);
        case HookMessage.Bye _ -> {
          return;
        }
        case HookMessage.Answer _, HookMessage.FunctionText _ -> {
          // To a question that was given up: Ctrl-C came between.
        }
        case HookMessage.Waiting _ -> {
          if (script != null) {
            script.restoreTurn();
          }
        }
      }
    }
  }

  /** The next message that can be read; null when the shell is gone. */
  private @Nullable HookMessage receive() throws IOException {
    while (true) {
      // Both times: whoever asked a question may have had the line that was to wake us.
      byte[] line = pipes.isClosed() ? null : pipes.nextLine();
      if (line == null || pipes.isClosed()) {
        return null;
      }
      switch (HookMessage.read(line)) {
        case null -> {
          if (line.length > 0) {
            desk.complain("session " + hello.name() + ": a message that is none was skipped");
          }
        }
        case HookMessage.FunctionText start -> {
          return new HookMessage.FunctionText(start.sequence(), start.name(), functionText());
        }
        case HookMessage message -> {
          return message;
        }
      }
    }
  }

  private String functionText() throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      byte[] line = pipes.nextLine();
      if (line == null || pipes.isClosed() || HookMessage.endsFunction(line)) {
        return text.toString();
      }
      text.append(belay.rules.syntax.Text.decode(line)).append('\n');
    }
  }

  private void serve(HookMessage.Request request) throws IOException {
    long number = request.sequence();
    if (hello.protocol() != 1) {
      pipes.reply(
          "U " + number + " belay: this shell's hook is of another version; start a new shell");
      return;
    }
    if (script != null) {
      try {
        script.serve(request, wanted -> ask(number, wanted));
      } catch (Superseded _) {
        // The process that asked was killed.
      }
      return;
    }
    remember(request);
    String directory = process.directory();
    ShellView shell =
        new ShellWithFiles(
            new LiveShell(
                dialect,
                directory,
                home(),
                () -> Names.of(Parser.parse(request.line(), dialect)),
                words,
                false,
                wanted -> ask(number, wanted)));
    try (Keepalive keepalive = new Keepalive(pipes, number, desk.ticker())) {
      byte[] expanded = request.expanded();
      Judgement judgement;
      try {
        judgement =
            desk.judge(
                request.line(),
                expanded == null ? request.line() : expanded,
                shell,
                this,
                keepalive::start);
      } catch (Superseded _) {
        return; // Ctrl-C: the shell has gone on to another line
      }
      decide(request, judgement, directory, keepalive);
      if (words.size() > MOST_WORDS || mayRedefine(Names.of(judgement.script()))) {
        words.clear();
      }
    }
  }

  private void decide(
      HookMessage.Request request,
      Judgement judgement,
      @Nullable String directory,
      Keepalive keepalive)
      throws IOException {
    long number = request.sequence();
    Verdict verdict = judgement.verdict();
    if (verdict.decision().compareTo(Decision.CONFIRM) >= 0) {
      keepalive.start();
    }
    List<String> troubles = new ArrayList<>(desk.troublesFor(this));
    if (verdict instanceof Verdict.Allow && troubles.isEmpty() && !request.truncated()) {
      // The shell first: the record of an allowed line waits for its group in any case.
      keepalive.stop();
      pipes.reply("A " + number);
      running = new Running(number, desk.intent(this, judgement, directory));
      return;
    }
    long intent = desk.intent(this, judgement, directory);
    boolean run =
        switch (verdict) {
          case Verdict.Allow _ -> true;
          case Verdict.Note note -> {
            tell(number, painter -> Panel.note(note, painter));
            yield true;
          }
          case Verdict.Block block -> blocked(request, judgement, block, intent, directory);
          case Verdict.Confirm confirm -> confirmed(request, judgement, confirm, intent, keepalive);
        };
    if (request.truncated()) {
      tell(
          number,
          painter -> Panel.notice("only the first MiB of this line could be checked", painter));
    }
    troubles.addAll(desk.troublesFor(this));
    for (String trouble : troubles) {
      tell(number, painter -> Panel.notice(trouble, painter));
    }
    running = run ? new Running(number, intent) : null;
    keepalive.stop();
    pipes.reply((run ? "A " : "B ") + number);
  }

  private boolean blocked(
      HookMessage.Request request,
      Judgement judgement,
      Verdict.Block block,
      long intent,
      @Nullable String directory)
      throws IOException {
    long number = request.sequence();
    Answer.ByPass pass = desk.pass(judgement, directory);
    if (pass != null) {
      desk.answered(intent, pass);
      tell(number, painter -> Panel.passed(pass.typed(), block, painter));
      return true;
    }
    String code = desk.offer(judgement, directory);
    tell(number, painter -> Panel.blocked(request.line(), block, painter, recall(request), code));
    return false;
  }

  private Panel.Recall recall(HookMessage.Request request) {
    if (dialect == Dialect.ZSH) {
      return Panel.Recall.UP;
    }
    // At a continuation prompt the hook drops all of the pending lines.
    return request.continuation() ? Panel.Recall.NONE : Panel.Recall.CTRL_Y;
  }

  private boolean confirmed(
      HookMessage.Request request,
      Judgement judgement,
      Verdict.Confirm confirm,
      long intent,
      Keepalive keepalive)
      throws IOException {
    keepalive.start();
    Answer answer =
        desk.ask(
            hello.pid(),
            hello.tty(),
            process.environment(),
            judgement,
            confirm,
            process.directory());
    if (answer == null) {
      pipes.reply(
          "M " + request.sequence() + " ",
          String.join("\n", Panel.confirm(request.line(), confirm, process.plainPainter()))
              + "\nbelay: not run, as this terminal cannot be asked\n");
      desk.answered(intent, new Answer.HungUp());
      return false;
    }
    desk.answered(intent, answer);
    if (!answer.runs()) {
      return false;
    }
    // A person thinks for seconds; the target may have come to life meanwhile.
    return desk.stillNoWorse(this, judgement, process.directory());
  }

  private interface Lines {
    List<String> paint(belay.daemon.terminal.Painter painter);
  }

  private void tell(long number, Lines lines) throws IOException {
    if (!desk.show(hello.tty(), process.environment(), lines::paint)) {
      pipes.reply(
          "M " + number + " ", String.join("\n", lines.paint(process.plainPainter())) + "\n");
    }
  }

  private void record(HookMessage.Outcome outcome) {
    Running line = running;
    if (line != null && line.sequence() == outcome.sequence()) {
      desk.outcome(line.intent(), outcome.status(), outcome.micros());
      running = null;
    }
  }

  private @Nullable String home() {
    return hello.home().isEmpty() ? null : hello.home();
  }

  /** What the request itself says of its first word. */
  private void remember(HookMessage.Request request) {
    String word = request.firstWord();
    if (word == null || dialect == Dialect.ZSH) {
      return;
    }
    String alias = request.alias();
    words.put(
        "a:" + word,
        alias == null ? new HookMessage.Named.None() : new HookMessage.Named.Text(alias));
    if (!request.isFunction()) {
      words.put("f:" + word, new HookMessage.Named.None());
    } else if (words.get("f:" + word) instanceof HookMessage.Named.None) {
      words.remove("f:" + word);
    }
  }

  /** Whether names may mean something else after this line: it defines, or calls what may. */
  private boolean mayRedefine(Names names) {
    if (names.definesFunctions()) {
      return true;
    }
    for (String word : names.commandWords()) {
      if (DEFINERS.contains(word)
          || words.get("f:" + word) instanceof HookMessage.Named.Text
          || words.get("a:" + word) instanceof HookMessage.Named.Text) {
        return true;
      }
    }
    return false;
  }

  /** A round trip to the shell that waits for us. */
  private Map<String, HookMessage.Named> ask(long number, List<String> wanted) {
    try {
      pipes.reply("Q " + number + " " + String.join(" ", wanted));
      Map<String, HookMessage.Named> out = new HashMap<>();
      List<HookMessage.FunctionText> functions = new ArrayList<>();
      while (true) {
        switch (receive()) {
          case null -> throw new Superseded();
          case HookMessage.Answer answer when answer.sequence() == number -> {
            out.putAll(answer.names());
            for (HookMessage.FunctionText function : functions) {
              out.put("f:" + function.name(), new HookMessage.Named.Text(function.text()));
            }
            return out;
          }
          case HookMessage.FunctionText function when function.sequence() == number ->
              functions.add(function);
          case HookMessage.Request next -> {
            pending = next;
            throw new Superseded();
          }
          case HookMessage.Answer _, HookMessage.FunctionText _, HookMessage.Outcome _ -> {}
          case HookMessage.Waiting _ -> {
            if (script != null && script.restoreTurn()) {
              throw new Superseded();
            }
          }
          case HookMessage.Bye _ -> throw new Superseded();
        }
      }
    } catch (IOException e) {
      throw new Superseded(e);
    }
  }

  /** The shell no longer waits for the verdict that was being made. */
  private static final class Superseded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Superseded() {}

    Superseded(IOException cause) {
      super(cause);
    }
  }

  /** Lets the thread go; the shell sees silence and runs on. */
  @Override
  public void close() {
    pipes.wake();
  }
}
