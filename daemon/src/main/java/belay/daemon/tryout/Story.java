package belay.daemon.tryout;

import belay.daemon.tryout.StageShell.End;
import belay.daemon.tryout.StageShell.Entered;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The incident as a script: what is typed, what must come of it, and whether it did. */
final class Story {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * One line of the story.
   *
   * @param end what must come of it
   * @param comment what it shows, for the person who types it
   */
  record Step(String line, End end, String comment) {}

  static final List<Step> STEPS =
      List.of(
          new Step(
              "dd if=golden.img of=xen/web2.img bs=4M conv=fsync",
              End.RAN,
              "the habit: runs as ever"),
          new Step(
              "dd if=golden.img of=xen/web1.img bs=4M conv=fsync",
              End.STOPPED,
              "one keystroke from it"),
          new Step("cat golden.img > xen/web1.img", End.STOPPED, "another way to do it"),
          new Step("true && bash -c 'cp golden.img xen/web1.img'", End.STOPPED, "and another"),
          new Step("rm -rf notes", End.ASKED, "asks first"),
          new Step("belay log -n 8", End.RAN, "what became of each line"));

  private final Stage stage;
  private final String shell;
  private final PrintStream out;
  private final List<String> failures = new ArrayList<>();

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
            + (guest.locked() ? ", with QEMU's image lock" : ", as no QEMU is installed"));
    out.println();
    String before = Stage.hash(stage.live());
    try (StageShell hands = StageShell.open(stage, shell, PATIENCE)) {
      try {
        for (Step step : STEPS) {
          play(hands, step);
        }
      } catch (IOException e) {
        failures.add("the story broke off: " + e.getMessage());
      }
      Screen.rows(hands.terminal().since(0), ShellOnPty.COLUMNS)
          .forEach(row -> out.println("  " + row));
    }
    out.println();
    expect("xen/web1.img has the SHA-256 it had", Stage.hash(stage.live()).equals(before));
    expect(
        "xen/web2.img was written anew",
        Stage.hash(stage.idle()).equals(Stage.hash(stage.golden())));
    expect("notes went only after the right answer", !Files.exists(stage.notes()));
    expect(guest.program() + " still runs", guest.isAlive());
    for (String failure : failures) {
      out.println("FAILED: " + String.join(" ", Screen.rows(failure, 10_000)));
    }
    return failures.isEmpty() ? 0 : 1;
  }

  private void expect(String what, boolean holds) {
    if (holds) {
      out.println("ok: " + what);
    } else {
      failures.add("not so: " + what);
    }
  }

  private void play(StageShell hands, Step step) throws IOException, InterruptedException {
    Entered entered = hands.enter(step.line());
    if (entered.end() != step.end()) {
      failures.add("`" + step.line() + "` should have " + wanted(step.end()));
    }
    if (entered.end() == End.ASKED) {
      hands.answer("no\r");
      if (!Files.exists(stage.notes())) {
        failures.add("`" + step.line() + "` ran after a no");
      }
      Entered again = hands.enter(step.line());
      if (again.end() == End.ASKED) {
        hands.answer(again.challenge() + "\r");
      }
    }
  }

  private static String wanted(End end) {
    return switch (end) {
      case RAN -> "run";
      case STOPPED -> "been stopped";
      case ASKED -> "been asked about";
    };
  }
}
