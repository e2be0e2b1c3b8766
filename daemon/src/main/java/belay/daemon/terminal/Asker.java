package belay.daemon.terminal;

import belay.daemon.libc.Tty;
import belay.daemon.libc.Wake;
import belay.rules.judge.Challenge;
import belay.rules.syntax.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks on a terminal that belongs to somebody else's session. The terminal is read raw, so that
 * Ctrl-C is a key and not a signal to the shell that waits for us, and is put back as it was
 * whatever happens.
 */
public final class Asker {

  private static final int LONGEST_ANSWER = 200;
  private static final long NANOS_A_SECOND = 1_000_000_000;

  /** Bracketed paste (xterm's DECSET 2004): readline and zle have it on only at their prompts. */
  private static final String PASTES_MARKED = "\u001b[?2004h";

  private static final String PASTES_UNMARKED = "\u001b[?2004l";
  private static final byte[] PASTE_BEGINS = "\u001b[200~".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PASTE_ENDS = "\u001b[201~".getBytes(StandardCharsets.US_ASCII);

  private static final String PASTED =
      "\r\nbelay: a paste is no answer; type it, letter by letter\r\n";

  private final Tty tty;
  private final @Nullable Wake over;

  public Asker(Tty tty) {
    this(tty, null);
  }

  /**
   * Asks on behalf of a shell that may be gone before there is an answer.
   *
   * @param over woken when it is; the question then ends as if the terminal were closed
   */
  public Asker(Tty tty, @Nullable Wake over) {
    this.tty = tty;
    this.over = over;
  }

  /** Writes whole lines, whatever mode the terminal is in. */
  public void show(List<String> lines) throws IOException {
    write(joined(lines));
  }

  /**
   * Shows {@code panel} and asks. Keys typed before the question stands there are no answer to it,
   * and neither is a paste.
   *
   * @param timeout without an answer until then it is {@link Answer.TimedOut}; the time that the
   *     challenge wants waited is not counted
   * @param approval where another person must approve; null where none must
   */
  public Answer ask(
      List<String> panel,
      String question,
      Challenge challenge,
      Duration timeout,
      @Nullable Approval approval)
      throws IOException {
    try (Tty.Mode _ = tty.rawMode()) {
      write(PASTES_MARKED + joined(panel));
      Answer answer = new Answer.HungUp();
      try {
        answer = answer(question, challenge, timeout, approval);
      } finally {
        if (!(answer instanceof Answer.HungUp) || isOver()) {
          write(PASTES_UNMARKED + ending(answer));
        }
      }
      return answer;
    }
  }

  private boolean isOver() {
    return over != null && over.isWoken();
  }

  private static String ending(Answer answer) {
    return switch (answer) {
      case Answer.Accepted _ -> "\r\n";
      case Answer.Refused _, Answer.EndOfInput _ -> "\r\nbelay: not run\r\n";
      case Answer.Interrupted _ -> "^C\r\nbelay: not run\r\n";
      case Answer.TimedOut _ -> "\r\nbelay: not run, as nobody answered\r\n";
      case Answer.HungUp _, Answer.ByPolicy _, Answer.ByPass _ -> "";
    };
  }

  private Answer answer(
      String question, Challenge challenge, Duration timeout, @Nullable Approval approval)
      throws IOException {
    Answer waited = countdown(challenge.delay());
    if (!waited.runs()) {
      return waited;
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    if (approval != null) {
      Answer approved = approved(approval, deadline);
      if (!approved.runs()) {
        return approved;
      }
    }
    tty.discardTypedAhead();
    write("       " + question);
    if (challenge.texts().isEmpty()) {
      return read(question, Asker::isYes, deadline);
    }
    Answer answer = waited;
    for (String text : challenge.texts()) {
      if (!answer.typed().isEmpty()) {
        write("\r\n       then: ");
      }
      answer = read(question, typed -> typed.strip().equals(text.strip()), deadline);
      if (!answer.runs()) {
        return answer;
      }
    }
    return answer;
  }

  /** Counts the seconds down in one row; accepted when they are over. */
  private Answer countdown(Duration delay) throws IOException {
    long end = System.nanoTime() + delay.toNanos();
    Line line = new Line();
    long shown = -1;
    while (true) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        write(shown < 0 ? "" : "\r\u001b[K");
        return new Answer.Accepted("");
      }
      long seconds = (left + NANOS_A_SECOND - 1) / NANOS_A_SECOND;
      if (seconds != shown) {
        String row = "       Wait " + seconds + " s before you are asked; Ctrl-C gives it up.";
        // In one row, also of a window that was made narrow meanwhile: a second one would stay.
        write("\r" + row.substring(0, Math.min(row.length(), tty.columns() - 1)) + "\u001b[K");
        shown = seconds;
      }
      long next = left - (seconds - 1) * NANOS_A_SECOND;
      Answer ended = ended(line, Duration.ofNanos(next), over);
      if (ended != null) {
        return ended;
      }
    }
  }

  /** Waits until another person has approved. */
  private Answer approved(Approval approval, long deadline) throws IOException {
    write(
        "       Another user of this machine must approve: belay approve "
            + approval.code()
            + "\r\n       Waiting; Ctrl-C gives it up. ");
    Line line = new Line();
    while (true) {
      Optional<String> approver = approval.approver();
      if (approver.isPresent()) {
        write("\r\u001b[K       Approved by " + Text.printable(approver.get()) + ".\r\n");
        return new Answer.Accepted("");
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return new Answer.TimedOut();
      }
      Answer ended = ended(line, Duration.ofNanos(left), approval.wake());
      if (ended != null) {
        return ended;
      }
    }
  }

  /** How one key ended a wait; null where it did not. What else is typed is nothing. */
  private @Nullable Answer ended(Line line, Duration timeout, @Nullable Wake wake)
      throws IOException {
    byte[] key = new byte[1];
    int count = tty.read(key, timeout, wake);
    if (count == -1 || isOver()) {
      return new Answer.HungUp();
    }
    if (count <= 0) {
      return null;
    }
    return switch (line.take(key[0])) {
      case INTERRUPTED -> new Answer.Interrupted();
      case ENDED -> new Answer.EndOfInput();
      case GOES_ON, ENTERED, PASTED -> null;
    };
  }

  /** One answer. What the terminal marks as a paste is none, and is asked again. */
  private Answer read(String question, Predicate<String> met, long deadline) throws IOException {
    Line line = new Line();
    // One by one: what is typed behind the answer is the shell's.
    byte[] key = new byte[1];
    while (true) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return new Answer.TimedOut();
      }
      int count = tty.read(key, Duration.ofNanos(left), over);
      if (count < 0) {
        return new Answer.HungUp();
      }
      if (count == 0) {
        continue;
      }
      switch (line.take(key[0])) {
        case GOES_ON -> {}
        case PASTED -> {
          write(PASTED + "       " + question);
          line = new Line();
        }
        case ENTERED -> {
          String typed = line.text();
          return met.test(typed) ? new Answer.Accepted(typed) : new Answer.Refused(typed);
        }
        case INTERRUPTED -> {
          return new Answer.Interrupted();
        }
        case ENDED -> {
          return new Answer.EndOfInput();
        }
      }
      write(line.echo());
    }
  }

  private static boolean isYes(String typed) {
    String word = typed.strip().toLowerCase(Locale.ROOT);
    return word.equals("yes") || word.equals("y");
  }

  /** CR as well as LF: in raw mode nothing adds it, in cooked mode one more does no harm. */
  private static String joined(List<String> lines) {
    StringBuilder out = new StringBuilder("\r");
    for (String line : lines) {
      out.append(line).append("\u001b[K\r\n");
    }
    return out.toString();
  }

  private void write(String text) throws IOException {
    if (!text.isEmpty()) {
      tty.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What a key did to the answer. */
  private enum Step {
    GOES_ON,
    PASTED,
    ENTERED,
    INTERRUPTED,
    ENDED
  }

  /** The line as it is typed, with the few keys people use without thinking. */
  private static final class Line {
    private final ByteArrayOutputStream escape = new ByteArrayOutputStream();
    private final byte[] bytes = new byte[LONGEST_ANSWER];
    private int length;
    private boolean pasting;
    private final StringBuilder echo = new StringBuilder();

    Step take(byte b) {
      if (escape.size() > 0 && (b < 0 || b >= 0x20)) {
        return continueEscape(b);
      }
      escape.reset(); // a control is never inside a sequence: the Esc before it stood alone
      if (b == 0x1b) {
        escape.write(b);
        return Step.GOES_ON;
      }
      if (pasting && b != 0x03) {
        return Step.GOES_ON;
      }
      switch (b) {
        case '\r', '\n' -> {
          return Step.ENTERED;
        }
        case 0x03 -> {
          return Step.INTERRUPTED;
        }
        case 0x04 -> {
          return Step.ENDED;
        }
        case 0x7f, 0x08 -> erase();
        case 0x17 -> {
          // Ctrl-W: the blanks before the cursor and the word before them.
          while (length > 0 && bytes[length - 1] == ' ') {
            erase();
          }
          while (length > 0 && bytes[length - 1] != ' ') {
            erase();
          }
        }
        case 0x15 -> {
          while (length > 0) {
            erase();
          }
        }
        default -> {
          boolean control = b >= 0 && b < 0x20;
          if (control || length == bytes.length) {
            echo.append('\007');
          } else {
            bytes[length++] = b;
            // Bytes above ASCII are echoed as a placeholder: half a character is no character.
            echo.append(b > 0 ? (char) b : (b & 0xC0) == 0x80 ? "" : "?");
          }
        }
      }
      return Step.GOES_ON;
    }

    /** Arrow and function keys do nothing; the marks of a bracketed paste switch pasting. */
    private Step continueEscape(byte b) {
      escape.write(b);
      byte[] seen = escape.toByteArray();
      boolean introducer = seen.length == 2 && (b == '[' || b == 'O');
      boolean last = b >= 0x40 && b < 0x7f && !introducer;
      if (last || seen.length > 16) {
        if (Arrays.equals(seen, PASTE_BEGINS)) {
          pasting = true;
        } else if (Arrays.equals(seen, PASTE_ENDS)) {
          pasting = false;
          escape.reset();
          return Step.PASTED;
        }
        escape.reset();
      }
      return Step.GOES_ON;
    }

    private void erase() {
      if (length == 0) {
        return;
      }
      do {
        length--;
      } while (length > 0 && (bytes[length] & 0xC0) == 0x80);
      echo.append("\b \b");
    }

    String text() {
      return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    String echo() {
      String out = echo.toString();
      echo.setLength(0);
      return out;
    }
  }
}
