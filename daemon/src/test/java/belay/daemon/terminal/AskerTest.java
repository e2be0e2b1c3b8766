package belay.daemon.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.libc.Tty;
import belay.daemon.libc.Wake;
import belay.rules.judge.Challenge;
import com.pty4j.unix.Pty;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The other end of the terminal is a real pty's master. */
@Timeout(30)
class AskerTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private Pty pty = open();

  private static Pty open() {
    try {
      return new Pty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void fresh() {
    pty = open();
  }

  @AfterEach
  void close() throws IOException {
    pty.close();
  }

  /** Asks in another thread; gives back when the question stands on the screen. */
  private FutureTask<Answer> asked(Challenge challenge, Duration timeout) throws IOException {
    Callable<Answer> question =
        () -> {
          try (Tty tty = Tty.open(pty.getSlaveName())) {
            return new Asker(tty).ask(List.of("panel"), "Run it? ", challenge, timeout, null);
          }
        };
    FutureTask<Answer> task = new FutureTask<>(question);
    Thread.ofPlatform().daemon().start(task);
    String screen = readUntil("Run it? ");
    assertTrue(screen.contains("panel"), screen);
    return task;
  }

  private String readUntil(String end) throws IOException {
    InputStream in = pty.getInputStream();
    StringBuilder out = new StringBuilder();
    while (out.indexOf(end) < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the terminal ended after: " + out);
      }
      out.append((char) b);
    }
    return out.toString();
  }

  private void type(String keys) throws IOException {
    OutputStream out = pty.getOutputStream();
    out.write(keys.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private Answer answerTo(String keys) throws Exception {
    FutureTask<Answer> answer = asked(Challenge.YES, LONG);
    type(keys);
    return answer.get();
  }

  @Test
  void yesAndEnterAccept() throws Exception {
    assertEquals(new Answer.Accepted("yes"), answerTo("yes\r"));
  }

  @Test
  void yIsEnoughAndCaseDoesNotMatter() throws Exception {
    assertEquals(new Answer.Accepted("Y"), answerTo("Y\r"));
  }

  @Test
  void anythingElseRefuses() throws Exception {
    assertEquals(new Answer.Refused("yess"), answerTo("yess\r"));
  }

  @Test
  void enterAloneRefuses() throws Exception {
    assertEquals(new Answer.Refused(""), answerTo("\r"));
  }

  @Test
  void ctrlCInterrupts() throws Exception {
    assertInstanceOf(Answer.Interrupted.class, answerTo("ye\u0003"));
  }

  @Test
  void ctrlDIsTheEndOfInput() throws Exception {
    assertInstanceOf(Answer.EndOfInput.class, answerTo("\u0004"));
  }

  @Test
  void backspaceAndCtrlUEraseWhatWasTyped() throws Exception {
    assertEquals(new Answer.Accepted("yes"), answerTo("nope\u0015yex\u007fs\r"));
  }

  @Test
  void arrowKeysAreNoLetters() throws Exception {
    assertEquals(new Answer.Accepted("yes"), answerTo("y\u001b[Ae\u001b[1;5Cs\r"));
  }

  @Test
  void aPasteIsNoAnswer() throws Exception {
    assertEquals(new Answer.Refused(""), answerTo("\u001b[200~yes\r\u001b[201~\r"));
  }

  @Test
  void aNamedTargetMustBeTypedExactly() throws Exception {
    FutureTask<Answer> right = asked(Challenge.type("web1.img"), LONG);
    type("web1.img\r");
    assertEquals(new Answer.Accepted("web1.img"), right.get());
  }

  @Test
  void yesIsNotTheTargetsName() throws Exception {
    FutureTask<Answer> wrong = asked(Challenge.type("web1.img"), LONG);
    type("yes\r");
    assertEquals(new Answer.Refused("yes"), wrong.get());
  }

  @Test
  void keysTypedBeforeTheQuestionAnswerNothing() throws Exception {
    type("yes\r");
    FutureTask<Answer> answer = asked(Challenge.YES, LONG);
    type("no\r");
    assertEquals(new Answer.Refused("no"), answer.get());
  }

  @Test
  void keysTypedBehindTheAnswerAreTheShells() throws Exception {
    // As readline has it; a terminal in canonical mode would wait for the end of a line.
    try (Tty shell = Tty.open(pty.getSlaveName());
        Tty.Mode _ = shell.rawMode()) {
      assertEquals(new Answer.Refused("no"), answerTo("no\rls\r"));
      StringBuilder left = new StringBuilder();
      byte[] key = new byte[1];
      while (left.length() < 3) {
        assertEquals(1, shell.read(key, Duration.ofSeconds(5)));
        left.append((char) key[0]);
      }
      assertEquals("ls\r", left.toString());
    }
  }

  @Test
  void noAnswerInTimeIsNoAnswer() throws Exception {
    assertInstanceOf(Answer.TimedOut.class, asked(Challenge.YES, Duration.ofMillis(50)).get());
  }

  @Test
  void allThatIsToBeTypedIsAskedForInTurn() throws Exception {
    Challenge both = new Challenge(Duration.ZERO, false, List.of("web1.img", "drop it"));
    FutureTask<Answer> right = asked(both, LONG);
    type("web1.img\r");
    readUntil("then: ");
    type("drop it\r");
    assertEquals(new Answer.Accepted("drop it"), right.get());

    close(); // a master whose slave nobody has open reads as ended
    fresh();
    FutureTask<Answer> wrong = asked(both, LONG);
    type("drop it\r");
    assertEquals(new Answer.Refused("drop it"), wrong.get());
  }

  @Test
  void afterAPasteItIsAskedAgain() throws Exception {
    FutureTask<Answer> answer = asked(Challenge.type("web1.img"), LONG);
    type("we\u001b[200~web1.img\r\u001b[201~");
    assertTrue(readUntil("Run it? ").contains("a paste is no answer"));
    type("web1.img\r");
    assertEquals(new Answer.Accepted("web1.img"), answer.get());
  }

  @Test
  void aPasteThatDoesNotEndCanBeGivenUp() throws Exception {
    assertInstanceOf(Answer.Interrupted.class, answerTo("\u001b[200~yes\u0003"));
  }

  @Test
  void aShellThatIsGoneIsAskedNoMore() throws Exception {
    try (Wake over = new Wake();
        Tty tty = Tty.open(pty.getSlaveName())) {
      FutureTask<Answer> task =
          new FutureTask<>(
              () ->
                  new Asker(tty, over)
                      .ask(List.of("panel"), "Run it? ", Challenge.YES, LONG, null));
      Thread.ofPlatform().daemon().start(task);
      readUntil("Run it? ");
      over.wake();
      assertInstanceOf(Answer.HungUp.class, task.get());
    }
  }

  @Test
  void ctrlWErasesAWord() throws Exception {
    assertEquals(new Answer.Accepted("yes"), answerTo("oh no  \u0017\u0017yes\r"));
  }

  @Test
  void theTerminalMarksPastesOnlyWhileItIsAsked() throws Exception {
    FutureTask<Answer> answer = asked(Challenge.YES, LONG);
    type("no\r");
    assertTrue(readUntil("not run").contains("\u001b[?2004l"));
    assertEquals(new Answer.Refused("no"), answer.get());
  }

  @Test
  void aWaitIsCountedDownAndKeysMeanwhileAnswerNothing() throws Exception {
    FutureTask<Answer> answer = waiting(new Challenge(Duration.ofSeconds(2), false, List.of()));
    readUntil("Wait 2 s");
    type("yes\r");
    readUntil("Wait 1 s");
    type("yes\r");
    readUntil("Run it? ");
    type("no\r");
    assertEquals(new Answer.Refused("no"), answer.get());
  }

  @Test
  void aWaitCanBeGivenUp() throws Exception {
    FutureTask<Answer> answer = waiting(new Challenge(Duration.ofMinutes(5), false, List.of()));
    readUntil("Wait 300 s");
    type("\u0003");
    assertInstanceOf(Answer.Interrupted.class, answer.get());
  }

  private FutureTask<Answer> waiting(Challenge challenge) {
    FutureTask<Answer> task =
        new FutureTask<>(
            () -> {
              try (Tty tty = Tty.open(pty.getSlaveName())) {
                return new Asker(tty).ask(List.of("panel"), "Run it? ", challenge, LONG, null);
              }
            });
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  /** Somebody who approves, or does not. */
  private static final class Other implements Approval {
    private final Wake wake = new Wake();
    private volatile @Nullable String name;

    Other() throws IOException {}

    void approve(String who) {
      name = who;
      wake.wake();
    }

    @Override
    public String code() {
      return "ABCD2345";
    }

    @Override
    public Optional<String> approver() {
      return Optional.ofNullable(name);
    }

    @Override
    public Wake wake() {
      return wake;
    }

    @Override
    public void close() {
      wake.close();
    }
  }

  @Test
  void aSecondPersonIsWaitedForAndThenTheFirstIsAsked() throws Exception {
    try (Other other = new Other();
        Tty tty = Tty.open(pty.getSlaveName())) {
      Challenge challenge = new Challenge(Duration.ZERO, true, List.of());
      FutureTask<Answer> task =
          new FutureTask<>(
              () -> new Asker(tty).ask(List.of("panel"), "Run it? ", challenge, LONG, other));
      Thread.ofPlatform().daemon().start(task);
      readUntil("belay approve ABCD2345");
      type("yes\r");
      other.approve("bob (uid 1001)");
      String screen = readUntil("Run it? ");
      assertTrue(screen.contains("Approved by bob (uid 1001)."), screen);
      type("yes\r");
      assertEquals(new Answer.Accepted("yes"), task.get());
    }
  }

  @Test
  void whoWaitsForASecondPersonCanGiveItUp() throws Exception {
    try (Other other = new Other();
        Tty tty = Tty.open(pty.getSlaveName())) {
      Challenge challenge = new Challenge(Duration.ZERO, true, List.of());
      FutureTask<Answer> task =
          new FutureTask<>(
              () -> new Asker(tty).ask(List.of("panel"), "Run it? ", challenge, LONG, other));
      Thread.ofPlatform().daemon().start(task);
      readUntil("gives it up.");
      type("\u0003");
      assertInstanceOf(Answer.Interrupted.class, task.get());
    }
  }

  @Test
  void aHungUpTerminalEndsTheQuestion()
      throws IOException, InterruptedException, ExecutionException {
    FutureTask<Answer> answer = asked(Challenge.YES, LONG);
    pty.close();
    assertInstanceOf(Answer.HungUp.class, answer.get());
  }
}
