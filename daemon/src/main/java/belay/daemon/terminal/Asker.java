package belay.daemon.terminal;

import belay.daemon.libc.Tty;
import belay.rules.judge.Challenge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Asks on a terminal that belongs to somebody else's session. The terminal is read raw, so that
 * Ctrl-C is a key and not a signal to the shell that waits for us, and is put back as it was
 * whatever happens.
 */
public final class Asker {

  private static final int LONGEST_ANSWER = 200;
  private static final byte[] PASTE_BEGINS = "\u001b[200~".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PASTE_ENDS = "\u001b[201~".getBytes(StandardCharsets.US_ASCII);

  private final Tty tty;

  public Asker(Tty tty) {
    this.tty = tty;
  }

  /** Writes whole lines, whatever mode the terminal is in. */
  public void show(List<String> lines) throws IOException {
    write(joined(lines));
  }

  /**
   * Shows {@code panel} and asks. Keys typed before the question stands there are no answer to it,
   * and neither is a paste.
   *
   * @param timeout without an answer until then it is {@link Answer.TimedOut}
   */
  public Answer ask(List<String> panel, String question, Challenge challenge, Duration timeout)
      throws IOException {
    try (Tty.Mode _ = tty.rawMode()) {
      tty.discardTypedAhead();
      write(joined(panel) + "       " + question);
      Answer answer = answer(challenge, timeout);
      write(
          switch (answer) {
            case Answer.Accepted _ -> "\r\n";
            case Answer.Refused _, Answer.EndOfInput _ -> "\r\nbelay: not run\r\n";
            case Answer.Interrupted _ -> "^C\r\nbelay: not run\r\n";
            case Answer.TimedOut _ -> "\r\nbelay: not run, as nobody answered\r\n";
            case Answer.HungUp _, Answer.ByPolicy _, Answer.ByPass _ -> "";
          });
      return answer;
    }
  }

  /** All texts, one after the other. */
  private Answer answer(Challenge challenge, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    if (challenge.texts().isEmpty()) {
      return read(Asker::isYes, deadline);
    }
    Answer answer = new Answer.Accepted("");
    for (String text : challenge.texts()) {
      if (!answer.typed().isEmpty()) {
        write("\r\n       then: ");
      }
      answer = read(typed -> typed.strip().equals(text.strip()), deadline);
      if (!answer.runs()) {
        return answer;
      }
    }
    return answer;
  }

  private Answer read(Predicate<String> met, long deadline) throws IOException {
    Line line = new Line();
    // One by one: what is typed behind the answer is the shell's.
    byte[] key = new byte[1];
    while (true) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return new Answer.TimedOut();
      }
      int count = tty.read(key, Duration.ofNanos(left));
      if (count < 0) {
        return new Answer.HungUp();
      }
      if (count == 0) {
        continue;
      }
      switch (line.take(key[0])) {
        case GOES_ON -> {}
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
        continueEscape(b);
        return Step.GOES_ON;
      }
      escape.reset(); // a control is never inside a sequence: the Esc before it stood alone
      if (b == 0x1b) {
        escape.write(b);
        return Step.GOES_ON;
      }
      if (pasting) {
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
    private void continueEscape(byte b) {
      escape.write(b);
      byte[] seen = escape.toByteArray();
      boolean introducer = seen.length == 2 && (b == '[' || b == 'O');
      boolean last = b >= 0x40 && b < 0x7f && !introducer;
      if (last || seen.length > 16) {
        if (Arrays.equals(seen, PASTE_BEGINS)) {
          pasting = true;
        } else if (Arrays.equals(seen, PASTE_ENDS)) {
          pasting = false;
          echo.append('\007');
        }
        escape.reset();
      }
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
