package belay.daemon.tryout;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A guarded shell on a {@link Stage}, used line by line as a person does, who reads before typing.
 */
public final class StageShell implements AutoCloseable {

  private static final String PROMPT = "try$ ";
  private static final String NOT_RUN = "not run";
  private static final String QUESTION_ENDS = "anything else not to: ";

  /** What {@link Stage}'s prompts say unseen: a number that grows with each. */
  private static final Pattern MARK = Pattern.compile("\u001b]777;(\\d+)\u0007");

  private static final Pattern CHALLENGE = Pattern.compile("Type (.+?) and Enter");

  private final ShellOnPty terminal;
  private int prompts;

  private StageShell(ShellOnPty terminal) {
    this.terminal = terminal;
  }

  /**
   * Starts a shell and waits for its first prompt.
   *
   * @param name {@code bash} or {@code zsh}
   */
  public static StageShell open(Stage stage, String name, Duration patience)
      throws IOException, InterruptedException {
    StageShell shell =
        new StageShell(
            new ShellOnPty(stage.shell(name), stage.environment(), stage.directory(), patience));
    try {
      shell.awaitReading(0);
      return shell;
    } catch (IOException | InterruptedException e) {
      shell.close();
      throw e;
    }
  }

  /** What came of a line. */
  public enum End {
    RAN,
    STOPPED,
    ASKED
  }

  /**
   * What came of a line that was entered.
   *
   * @param shown all that was on the terminal meanwhile
   */
  public record Entered(End end, String shown) {
    /** The rows a person saw. */
    public String seen() {
      return String.join("\n", Screen.rows(shown, ShellOnPty.COLUMNS));
    }

    /** What the question wants typed. */
    public String challenge() {
      Matcher wanted = CHALLENGE.matcher(String.join(" ", Screen.rows(shown, 10_000)));
      return wanted.find() ? wanted.group(1) : "yes";
    }
  }

  /** Types {@code line} and Enter, and waits until the shell, or a question, reads keys again. */
  public Entered enter(String line) throws IOException, InterruptedException {
    int mark = terminal.mark();
    terminal.type(line + "\r");
    return awaitReading(mark);
  }

  /** Types keys at a question and waits until the shell reads keys again. */
  public Entered answer(String keys) throws IOException, InterruptedException {
    int mark = terminal.mark();
    terminal.type(keys);
    return awaitReading(mark);
  }

  private Entered awaitReading(int mark) throws IOException, InterruptedException {
    String shown = terminal.await(mark, text -> text.contains(QUESTION_ENDS) || shellReads(text));
    End end =
        shown.contains(NOT_RUN) ? End.STOPPED : shown.contains(QUESTION_ENDS) ? End.ASKED : End.RAN;
    prompts = Math.max(prompts, highest(shown));
    return new Entered(end, shown);
  }

  /** A new prompt; or, in bash, which drops a line without one, the old one drawn again. */
  private boolean shellReads(String shown) {
    int stopped = shown.indexOf(NOT_RUN);
    return highest(shown) > prompts || (stopped >= 0 && shown.indexOf(PROMPT, stopped) >= 0);
  }

  private static int highest(String shown) {
    return MARK.matcher(shown)
        .results()
        .mapToInt(mark -> Integer.parseInt(mark.group(1)))
        .max()
        .orElse(0);
  }

  /** The terminal beneath. */
  public ShellOnPty terminal() {
    return terminal;
  }

  /** Hangs up. */
  @Override
  public void close() {
    terminal.close();
  }
}
