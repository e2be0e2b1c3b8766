package belay.daemon.tryout;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The incident as a script: what is typed, what must come of it, and whether it did. */
final class Story {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PROMPT = "try$ ";
  private static final String NOT_RUN = "not run";
  private static final String QUESTION_ENDS = "anything else not to: ";

  /** What {@link Stage}'s prompts say unseen: a number that grows with each. */
  private static final Pattern MARK = Pattern.compile("\u001b]777;(\\d+)\u0007");

  /** What must come of a line. */
  enum End {
    RUNS,
    IS_STOPPED,
    IS_ASKED
  }

  /**
   * One line of the story.
   *
   * @param comment what it shows, for the person who types it
   */
  record Step(String line, End end, String comment) {}

  static final List<Step> STEPS =
      List.of(
          new Step(
              "dd if=golden.img of=xen/web2.img bs=4M conv=fsync",
              End.RUNS,
              "the habit: runs as ever"),
          new Step(
              "dd if=golden.img of=xen/web1.img bs=4M conv=fsync",
              End.IS_STOPPED,
              "one keystroke from it"),
          new Step("cat golden.img > xen/web1.img", End.IS_STOPPED, "another way to do it"),
          new Step("true && bash -c 'cp golden.img xen/web1.img'", End.IS_STOPPED, "and another"),
          new Step("rm -rf notes", End.IS_ASKED, "asks first"),
          new Step("belay log", End.RUNS, "what became of each line"));

  private final Stage stage;
  private final String shell;
  private final PrintStream out;
  private final List<String> failures = new ArrayList<>();
  private int prompts;

  Story(Stage stage, String shell, PrintStream out) {
    this.stage = stage;
    this.shell = shell;
    this.out = out;
  }

  /** Plays it and prints what was on the screen; 0 if all ended as it must. */
  int play() throws IOException, InterruptedException {
    Guest guest = stage.guest();
    out.println(
        "In "
            + stage.directory()
            + ", "
            + shell
            + "; xen/web1.img is open in "
            + guest.program()
            + ", pid "
            + guest.process().pid()
            + (guest.locked() ? ", with QEMU's image lock." : " (no QEMU here: a plain process)."));
    String before = Stage.hash(stage.live());
    String shown = "";
    try (ShellOnPty terminal =
        new ShellOnPty(stage.shell(shell), stage.environment(), stage.directory(), PATIENCE)) {
      try {
        ended(terminal, 0);
        for (Step step : STEPS) {
          play(terminal, step);
        }
        terminal.type("exit\r");
        terminal.awaitEnd();
      } catch (IOException e) {
        failures.add(e.getMessage());
      }
      shown = terminal.since(0);
    }
    for (String row : Screen.rows(shown, ShellOnPty.COLUMNS)) {
      out.println("  " + row);
    }
    expect("xen/web1.img is unchanged, by its SHA-256", Stage.hash(stage.live()).equals(before));
    expect(
        "xen/web2.img was written anew",
        Stage.hash(stage.idle()).equals(Stage.hash(stage.golden())));
    expect("notes is gone, after a yes", !Files.exists(stage.notes()));
    expect("the guest still runs", guest.isAlive());
    failures.forEach(
        failure -> out.println("FAILED: " + String.join(" ", Screen.rows(failure, 10_000))));
    return failures.isEmpty() ? 0 : 1;
  }

  private void expect(String what, boolean holds) {
    if (holds) {
      out.println("ok: " + what);
    } else {
      failures.add("not so: " + what);
    }
  }

  private void play(ShellOnPty terminal, Step step) throws IOException, InterruptedException {
    int mark = terminal.mark();
    terminal.type(step.line() + "\r");
    switch (step.end()) {
      case RUNS -> {
        if (ended(terminal, mark).contains(NOT_RUN)) {
          failures.add("`" + step.line() + "` did not run");
        }
      }
      case IS_STOPPED -> {
        if (!ended(terminal, mark).contains(NOT_RUN)) {
          failures.add("`" + step.line() + "` was not stopped");
        }
      }
      case IS_ASKED -> {
        answer(terminal, mark, "no");
        expect("notes is still there, after a no", Files.exists(stage.notes()));
        int again = terminal.mark();
        terminal.type(step.line() + "\r");
        answer(terminal, again, null);
      }
    }
  }

  /** Waits until the shell reads keys again; what was shown meanwhile. */
  private String ended(ShellOnPty terminal, int mark) throws IOException, InterruptedException {
    String shown = terminal.await(mark, text -> readsAgain(text));
    prompts = Math.max(prompts, highest(shown));
    return shown;
  }

  /** A new prompt; or, in bash, whose line is dropped without one, the old one drawn again. */
  private boolean readsAgain(String shown) {
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

  /** Answers the question, with what it asks for if {@code answer} is null. */
  private void answer(ShellOnPty terminal, int mark, @Nullable String answer)
      throws IOException, InterruptedException {
    String asked = terminal.await(mark, text -> text.contains(QUESTION_ENDS) || readsAgain(text));
    if (!asked.contains(QUESTION_ENDS)) {
      failures.add("nothing was asked");
      prompts = Math.max(prompts, highest(asked));
      return;
    }
    int answered = terminal.mark();
    terminal.type((answer == null ? challenge(asked) : answer) + "\r");
    ended(terminal, answered);
  }

  /** What the question wants typed: {@code Type yes and Enter to run it}. */
  private static String challenge(String asked) {
    String plain = String.join(" ", Screen.rows(asked, 10_000));
    Matcher wanted = Pattern.compile("Type (.+?) and Enter").matcher(plain);
    return wanted.find() ? wanted.group(1) : "yes";
  }
}
