package belay.daemon.session;

import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells the waiting shell once a second that it is being thought about. From the first word on the
 * shell takes silence for no: a line that would change something never runs because we were slow.
 */
final class Keepalive implements AutoCloseable {

  private final Pipes pipes;
  private final long number;
  private final ScheduledExecutorService ticker;
  private @Nullable ScheduledFuture<?> beat;
  private boolean stopped;

  Keepalive(Pipes pipes, long number, ScheduledExecutorService ticker) {
    this.pipes = pipes;
    this.number = number;
    this.ticker = ticker;
  }

  /** Says it for the first time; later calls change nothing. */
  synchronized void start() {
    if (beat != null || stopped) {
      return;
    }
    beat();
    beat = ticker.scheduleAtFixedRate(this::beat, 1, 1, TimeUnit.SECONDS);
  }

  private synchronized void beat() {
    if (stopped) {
      return;
    }
    try {
      pipes.reply("W " + number);
    } catch (IOException _) {
      stop(); // the session's own thread sees the same fault and ends
    }
  }

  /** Nothing follows after this returns, so that the verdict is the last word. */
  synchronized void stop() {
    stopped = true;
    if (beat != null) {
      beat.cancel(false);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
