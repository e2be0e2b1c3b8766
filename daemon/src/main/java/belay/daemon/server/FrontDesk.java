package belay.daemon.server;

import belay.daemon.config.Config;
import belay.daemon.fact.Viewpoint;
import belay.daemon.guard.Guard;
import belay.daemon.guard.Here;
import belay.daemon.guard.Judgement;
import belay.daemon.libc.Tty;
import belay.daemon.libc.User;
import belay.daemon.libc.Wake;
import belay.daemon.session.Desk;
import belay.daemon.session.HookMessage;
import belay.daemon.session.HookSession;
import belay.daemon.terminal.Answer;
import belay.daemon.terminal.Asker;
import belay.daemon.terminal.Painter;
import belay.daemon.terminal.Panel;
import belay.rules.effect.Effect;
import belay.rules.effect.ShellView;
import belay.rules.fact.Facts;
import belay.rules.judge.Assessed;
import belay.rules.judge.Decision;
import belay.rules.judge.Finding;
import belay.rules.judge.NearMiss;
import belay.rules.judge.Verdict;
import belay.rules.syntax.Text;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What every session shares: the guard, the record, the terminals, and what is wrong with us. */
final class FrontDesk implements Desk {

  /** How long a first line that is at stake waits for the shell's history to be read in. */
  private static final long IMPORT_PATIENCE_SECONDS = 5;

  /** What a second person reads; more is approved by nobody. */
  private static final int LONGEST_SHOWN = 16_000;

  private static final int MOST_MESSAGES = 8;

  /** The longest wait that a challenge may ask for. */
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

  /** How many troubles a session is told at once. */
  private static final int MOST_TOLD = 3;

  private final Config config;
  private final RulesInForce rules;
  private final Guard guard;
  private final Sources sources;
  private final Recorder recorder;
  private final ScheduledExecutorService ticker;
  private final Consumer<String> log;
  private final Passes passes = new Passes();
  private final Approvals approvals;
  private final Map<String, CompletableFuture<?>> imports = new ConcurrentHashMap<>();
  private final Map<HookSession, Set<String>> told = new ConcurrentHashMap<>();

  FrontDesk(
      Config config,
      RulesInForce rules,
      Guard guard,
      Sources sources,
      Recorder recorder,
      ScheduledExecutorService ticker,
      Consumer<String> log) {
    this.config = config;
    this.rules = rules;
    this.guard = guard;
    this.sources = sources;
    this.recorder = recorder;
    this.ticker = ticker;
    this.log = log;
    int user = User.effective();
    this.approvals =
        new Approvals(
            new ApprovalDoor(Path.of("/tmp"), user, log),
            new OtherPerson(user, Path.of("/proc"), this::mayApprove),
            log);
  }

  /** Whether a user id is somebody's whom the machine's policies let approve. */
  private boolean mayApprove(int uid) {
    return User.name(uid)
        .filter(name -> rules.governance().mayApprove(name, User.groups(uid)))
        .isPresent();
  }

  /** Nobody is let in any more. */
  void close() {
    approvals.close();
  }

  @Override
  public void opened(HookSession session) {
    told.put(session, new HashSet<>());
    recorder.opened(session.hello());
    String file = session.hello().historyFile();
    if (config.importHistory() && file.startsWith("/")) {
      imports.computeIfAbsent(
          file, name -> recorder.importOnce(Path.of(name), session.hello().shell(), log));
    }
  }

  @Override
  public void closed(HookSession session) {
    told.remove(session);
  }

  int openSessions() {
    return told.size();
  }

  @Override
  public void complain(String text) {
    log.accept(text);
  }

  @Override
  public ScheduledExecutorService ticker() {
    return ticker;
  }

  @Override
  public Judgement judge(
      byte[] line, byte[] expanded, ShellView shell, HookSession session, Runnable atStake) {
    HookMessage.Hello hello = session.hello();
    return guard.judge(
        line,
        expanded,
        shell,
        new Guard.Surroundings() {
          @Override
          public void somethingIsAtStake() {
            atStake.run();
            awaitImport(hello);
          }

          @Override
          public List<List<Facts>> facts(List<Effect> effects, ShellView view) {
            return sources.facts(effects, Viewpoint.of(view, hello.pid(), effects));
          }

          @Override
          public List<List<NearMiss>> nearMisses(String text, List<Effect> effects) {
            return sources.nearMisses(text, effects);
          }
        },
        () -> Here.now(shell.directory(), session.caller()));
  }

  /** A near miss can only be seen by who knows the habits. */
  private void awaitImport(HookMessage.Hello hello) {
    CompletableFuture<?> reading = imports.get(hello.historyFile());
    if (reading == null || reading.isDone()) {
      return;
    }
    try {
      reading.get(IMPORT_PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.accept("`" + hello.historyFile() + "` is still being read: judged without it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public long intent(HookSession session, Judgement judgement, @Nullable String directory) {
    return recorder.intent(session.hello(), judgement, directory);
  }

  @Override
  public void answered(long intent, Answer answer) {
    recorder.answered(intent, answer.how(), answer.typed());
  }

  @Override
  public void outcome(long intent, int status, long micros) {
    recorder.outcome(intent, status, micros);
  }

  @Override
  public @Nullable String offer(Judgement judgement, @Nullable String directory) {
    return directory != null
            && judgement.verdict() instanceof Verdict.Block block
            && rules.judge().isPassable(block)
        ? passes.offer(judgement.line(), directory, blocking(block))
        : null;
  }

  @Override
  public Answer.@Nullable ByPass pass(Judgement judgement, @Nullable String directory) {
    if (directory == null
        || !(judgement.verdict() instanceof Verdict.Block block)
        || !rules.judge().isPassable(block)) {
      return null;
    }
    return passes
        .use(judgement.line(), directory, blocking(block))
        .map(Answer.ByPass::new)
        .orElse(null);
  }

  private static Set<String> blocking(Verdict.Block block) {
    return block.findings().stream()
        .filter(finding -> finding.decision() == Decision.BLOCK)
        .map(Finding::rule)
        .collect(Collectors.toSet());
  }

  /** Takes a pass, and says what for. */
  JsonObject take(String code) {
    Optional<Passes.Pass> taken = passes.take(code);
    if (taken.isEmpty()) {
      return Clients.error(
          "there is no pass `"
              + Text.printable(code)
              + "`: a code is shown when a line is blocked, and good for ten minutes");
    }
    Passes.Pass pass = taken.get();
    recorder.leave("pass", String.join(" ", new TreeSet<>(pass.rules())), Text.decode(pass.line()));
    JsonObject out = Messages.of("passed");
    out.addProperty("command", Text.printable(Text.decode(pass.line())));
    out.addProperty("cwd", Text.printable(pass.directory()));
    out.addProperty("until", pass.until().toString());
    return out;
  }

  @Override
  public @Nullable Answer ask(
      long asking,
      String terminal,
      Map<String, String> environment,
      Judgement judgement,
      Verdict.Confirm confirm,
      @Nullable String directory) {
    byte[] line = judgement.line();
    try (Tty tty = Tty.open(terminal)) {
      Painter painter = Painter.of(environment, tty.columns());
      List<String> panel = Panel.confirm(line, confirm, painter);
      try (Approvals.Pending approval =
              confirm.challenge().secondPerson()
                  ? approval(asking, line, confirm, directory)
                  : null;
          Wake over = new Wake()) {
        whenGone(
            asking,
            () -> {
              over.wake();
              if (approval != null) {
                approval.wake().wake();
              }
            });
        return new Asker(tty, over)
            .ask(
                panel,
                Panel.question(confirm.challenge(), painter),
                confirm.challenge(),
                config.answerTimeout(),
                approval);
      } catch (NobodyElse e) {
        panel.addAll(Panel.notice("not run: " + e.getMessage(), painter));
        new Asker(tty).show(panel);
        return new Answer.Refused("");
      }
    } catch (IOException e) {
      log.accept("nobody could be asked: " + e.getMessage());
      return null;
    }
  }

  /** A shell that was killed wants no answer, and the keys of its terminal are another's then. */
  private static void whenGone(long pid, Runnable then) {
    ProcessHandle.of(pid)
        .ifPresentOrElse(
            process -> {
              CompletableFuture<Void> _ = process.onExit().thenRun(then);
            },
            then);
  }

  /** No second person can be asked; the message says why. */
  static final class NobodyElse extends IOException {
    private static final long serialVersionUID = 1L;

    NobodyElse(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** A question to a second person. Whoever approves is in the journal before the line runs. */
  private Approvals.Pending approval(
      long asking, byte[] line, Verdict.Confirm confirm, @Nullable String directory)
      throws NobodyElse {
    String text = Text.printable(Text.decode(line));
    String rules =
        confirm.findings().stream().map(Finding::rule).distinct().collect(Collectors.joining(" "));
    if (text.length() > LONGEST_SHOWN) {
      throw new NobodyElse(new IOException("the line is too long to be shown to a second person"));
    }
    try {
      return approvals.ask(
          new Approvals.Question(
              text,
              directory == null ? "?" : Text.printable(directory),
              recorder.user(),
              recorder.host(),
              confirm.findings().stream().map(Finding::message).limit(MOST_MESSAGES).toList()),
          asking,
          (who, name) ->
              recorder.leave(
                  "approved by " + name + " (uid " + who.uid() + ")", rules, Text.decode(line)));
    } catch (IOException e) {
      throw new NobodyElse(e);
    }
  }

  /** The same for who asks on a terminal of his own; withdrawn when its time is over. */
  Approvals.Pending lentApproval(
      long asking, byte[] line, Verdict.Confirm confirm, @Nullable String directory)
      throws NobodyElse {
    Approvals.Pending out = approval(asking, line, confirm, directory);
    whenGone(asking, out::close);
    Duration life = confirm.challenge().delay().plus(config.answerTimeout());
    ScheduledFuture<?> _ = ticker.schedule(out::close, life.toMillis(), TimeUnit.MILLISECONDS);
    return out;
  }

  /** Nobody waits for a lent question any more. */
  JsonObject withdraw(String code) {
    approvals.own(code).ifPresent(Approvals.Pending::close);
    return Messages.of("withdrawn");
  }

  /** Waits until a lent question is approved. */
  JsonObject approved(String code) {
    Optional<Approvals.Pending> pending = approvals.own(code);
    if (pending.isEmpty()) {
      return Clients.error("no line waits under this code any more");
    }
    try (Approvals.Pending one = pending.get()) {
      JsonObject out = Messages.of("approved");
      one.approver(config.answerTimeout().plus(LONGEST_DELAY))
          .ifPresent(name -> out.addProperty("approver", name));
      return out;
    }
  }

  @Override
  public boolean show(
      String terminal, Map<String, String> environment, Function<Painter, List<String>> lines) {
    try (Tty tty = Tty.open(terminal)) {
      new Asker(tty).show(lines.apply(Painter.of(environment, tty.columns())));
      return true;
    } catch (IOException e) {
      log.accept("a message could not be shown: " + e.getMessage());
      return false;
    }
  }

  @Override
  public List<String> troublesFor(HookSession session) {
    Set<String> known = told.get(session);
    List<String> out = new ArrayList<>();
    if (known != null) {
      List<String> news = troubles().stream().filter(known::add).toList();
      out.addAll(news.subList(0, Math.min(news.size(), MOST_TOLD)));
      if (news.size() > MOST_TOLD) {
        out.add((news.size() - MOST_TOLD) + " more; `belay daemon status` has them all");
      }
    }
    return out;
  }

  /** All that is wrong now and a user should know. */
  List<String> troubles() {
    List<String> out = new ArrayList<>(recorder.troubles());
    out.addAll(rules.troubles());
    out.addAll(config.complaints());
    return out;
  }

  @Override
  public boolean stillNoWorse(
      HookSession session, Judgement judgement, @Nullable String directory) {
    List<Effect> effects = judgement.reading().effects();
    String home = session.hello().home();
    List<List<Facts>> facts =
        sources.facts(effects, directory, home.isEmpty() ? null : home, session.hello().pid());
    List<Assessed> assessed = new ArrayList<>();
    for (int i = 0; i < effects.size(); i++) {
      assessed.add(
          new Assessed(effects.get(i), facts.get(i), judgement.assessed().get(i).nearMisses()));
    }
    Verdict now =
        rules.judge().judge(assessed, judgement.script().status(), judgement.circumstances());
    return now.decision() != Decision.BLOCK;
  }
}
