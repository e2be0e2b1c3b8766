package belay.daemon.session;

import belay.daemon.guard.Judgement;
import belay.daemon.terminal.Answer;
import belay.daemon.terminal.Painter;
import belay.rules.effect.ShellView;
import belay.rules.judge.Verdict;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a session needs of the daemon around it. All of it may be called from any thread. */
public interface Desk {

  void opened(HookSession session);

  void closed(HookSession session);

  /** For the daemon's log. */
  void complain(String text);

  /** For what must be repeated while a shell waits. */
  ScheduledExecutorService ticker();

  /**
   * Judges a line.
   *
   * @param expanded the line with its aliases expanded, the same array where nobody expanded it
   * @param atStake called once as soon as it is known that the line would change something
   */
  Judgement judge(
      byte[] line, byte[] expanded, ShellView shell, HookSession session, Runnable atStake);

  /**
   * Puts a judgement into the journal; returns when it is on disk, unless it is an allow.
   *
   * @return the record's number, or -1 when it could not be written
   */
  long intent(HookSession session, Judgement judgement, @Nullable String directory);

  void answered(long intent, Answer answer);

  void outcome(long intent, int status, long micros);

  /** The code of a pass for a blocked line; null where a rule lets none by. */
  @Nullable String offer(Judgement judgement, @Nullable String directory);

  /** Uses up the pass that was taken for a blocked line; null where there is none. */
  Answer.@Nullable ByPass pass(Judgement judgement, @Nullable String directory);

  /**
   * Asks on a terminal; null when it cannot be opened.
   *
   * @param asking the process that waits; when it ends, so does the question
   */
  @Nullable Answer ask(
      long asking,
      String tty,
      Map<String, String> environment,
      Judgement judgement,
      Verdict.Confirm confirm,
      @Nullable String directory);

  /** Writes lines to a terminal; false when it cannot be opened. */
  boolean show(String tty, Map<String, String> environment, Function<Painter, List<String>> lines);

  /** What is wrong with Belay itself and has not been told in this session. */
  List<String> troublesFor(HookSession session);

  /** Looks at the targets once more after a yes; false when the line would now be blocked. */
  boolean stillNoWorse(HookSession session, Judgement judgement, @Nullable String directory);
}
