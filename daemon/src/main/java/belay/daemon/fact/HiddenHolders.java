package belay.daemon.fact;

import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who uses a file among the processes whose descriptors this process may not see, by asking one
 * that may.
 */
public final class HiddenHolders {

  /** Longer than that it is not worth waiting for, whatever the deadline. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Someone who may look where this process may not. */
  @FunctionalInterface
  public interface Asker {
    /**
     * Asks who has a file or device open.
     *
     * @param path without symbolic links
     * @param below who has anything open below the directory {@code path}
     */
    Answer ask(String path, boolean below, Duration patience);
  }

  /** What comes of asking. */
  public sealed interface Answer {
    /**
     * All who have it open.
     *
     * @param all false where there are more than these
     */
    record Known(List<Holding> holdings, boolean all) implements Answer {
      public Known {
        holdings = List.copyOf(holdings);
      }
    }

    /** There is nobody to ask. */
    record Nobody() implements Answer {}

    /** It was not told. */
    record Unknown(String why) implements Answer {}
  }

  /**
   * A process that has it open.
   *
   * @param name of its program
   */
  public record Holding(long pid, boolean writes, String name) {}

  /** For where nobody may see more. */
  public static final Asker NOBODY = (path, below, patience) -> new Answer.Nobody();

  private final Tables tables;
  private final Asker asker;
  private final Set<Long> bystanders;

  HiddenHolders(Tables tables, Asker asker, Set<Long> bystanders) {
    this.tables = tables;
    this.asker = asker;
    this.bystanders = bystanders;
  }

  /**
   * What is to be said of a file or device that nobody who can be seen uses.
   *
   * @param below whether the question is for what lies below the directory {@code real}
   */
  List<Fact> look(String real, boolean below) throws IOException {
    OpenFiles open = tables.openFiles();
    if (open.unseen().isEmpty()) {
      return List.of(new Fact(About.LIVE, Truth.FALSE, ""));
    }
    return switch (asker.ask(real, below, PATIENCE)) {
      case Answer.Known(List<Holding> holdings, boolean all) -> live(holdings, all, below);
      case Answer.Nobody() ->
          unknown(open.isClosed() ? open.whyUnseen() + "; `belay helper` would" : open.whyUnseen());
      case Answer.Unknown(String why) -> unknown(open.whyUnseen() + ", and " + why);
    };
  }

  private List<Fact> live(List<Holding> holdings, boolean all, boolean below) {
    List<Fact> facts = new ArrayList<>();
    for (Holding holding : holdings) {
      boolean counts = holding.writes() || Processes.isMachine(holding.name());
      if (counts && !bystanders.contains(holding.pid())) {
        String evidence =
            (below ? "something below it is open for " : "open for ")
                + (holding.writes() ? "writing in " : "reading in ")
                + Text.printable(holding.name())
                + " (pid "
                + holding.pid()
                + ")";
        facts.add(new Fact(About.LIVE, Truth.TRUE, evidence));
      }
    }
    if (facts.isEmpty()) {
      return all
          ? List.of(new Fact(About.LIVE, Truth.FALSE, ""))
          : unknown("more processes have it open than the privileged helper tells");
    }
    return facts;
  }

  private static List<Fact> unknown(String why) {
    return List.of(new Fact(About.LIVE, Truth.UNKNOWN, why));
  }
}
