package belay.daemon.terminal;

import belay.daemon.libc.Tty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far long work has come, as a bar on standard error; nothing where that is no terminal. Plain
 * ASCII without colour, and gone when the work ends, so that what is printed stands alone.
 */
public final class Progress implements AutoCloseable {

  private static final int INTERVAL_MS = 100;

  /** A terminal that does not know how wide it is says 0. */
  private static final int FEWEST_COLUMNS = 40;

  private final Optional<Bar> bar;

  private record Bar(Tty tty, ProgressBar drawn) {}

  private Progress(Optional<Bar> bar) {
    this.bar = bar;
  }

  /**
   * Begins.
   *
   * @param task what is done, in a word or two
   * @param steps how many there will be
   */
  public static Progress of(String task, long steps) {
    Tty tty;
    int columns;
    try {
      tty = Tty.open("/proc/self/fd/2");
      try {
        columns = Math.max(FEWEST_COLUMNS, tty.columns());
      } catch (IOException e) {
        tty.close();
        throw e;
      }
    } catch (IOException _) {
      return new Progress(Optional.empty());
    }
    ProgressBar drawn =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(INTERVAL_MS)
            // One column is left free: a terminal may go to the next line behind the last.
            .setConsumer(
                new DelegatingProgressBarConsumer(line -> put(tty, "\r" + line), columns - 1))
            .build();
    return new Progress(Optional.of(new Bar(tty, drawn)));
  }

  /** One more is done. */
  public void step() {
    bar.ifPresent(each -> each.drawn.step());
  }

  @Override
  public void close() {
    bar.ifPresent(
        each -> {
          each.drawn.close();
          put(each.tty, "\r\033[K");
          each.tty.close();
        });
  }

  private static void put(Tty tty, String text) {
    try {
      tty.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // Work goes on without somebody who watches.
    }
  }
}
