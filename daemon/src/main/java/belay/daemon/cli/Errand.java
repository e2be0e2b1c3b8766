package belay.daemon.cli;

import belay.daemon.libc.Child;
import belay.daemon.libc.Signals;
import belay.daemon.terminal.Foreground;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A program run in our place: what is sent to us reaches it, and we end as it ends. Only a parent
 * learns an exit status, so we stay beside it instead of becoming it.
 */
final class Errand {

  /** Those that ask a program for something. Keys of the terminal reach it without us. */
  private static final List<String> HANDED_ON = List.of("HUP", "INT", "TERM", "USR1", "CONT");

  private Errand() {}

  /** Runs it to its end. */
  static Child.End run(List<String> words, Map<String, String> environment) throws IOException {
    // Before it starts, so that none is lost; one that comes meanwhile waits for it.
    CompletableFuture<Child> started = new CompletableFuture<>();
    for (String name : HANDED_ON) {
      Signals.onEach(
          name,
          number -> {
            CompletableFuture<Void> _ = started.thenAccept(child -> handOn(number, child));
          });
    }
    Signals.ignoreQuit();
    Child child = Child.start(words, Surroundings.block(environment), Surroundings.descriptors());
    started.complete(child);
    return child.await();
  }

  private static void handOn(int number, Child child) {
    // Ctrl-C went to every process in the foreground of the terminal, and once is enough.
    boolean key = number == Signals.INT;
    if (!key || Foreground.terminal(ProcessHandle.current().pid()).isEmpty()) {
      child.signal(number);
    }
  }

  /** Ends this process as the program ended; returns the exit status where it ended by itself. */
  static int endAs(Child.End end) {
    switch (end.signal()) {
      // Whoever waits for us sees a signal and not a number: a script goes on after a number.
      case Signals.INT, Signals.TERM, Signals.PIPE, Signals.KILL -> Signals.dieOf(end.signal());
      default -> {}
    }
    return end.shellStatus();
  }
}
