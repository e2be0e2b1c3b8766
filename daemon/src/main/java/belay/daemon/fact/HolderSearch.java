package belay.daemon.fact;

import belay.daemon.fact.HiddenHolders.Answer;
import belay.daemon.fact.HiddenHolders.Holding;
import belay.daemon.fact.OpenFiles.Opening;
import belay.daemon.libc.FileStatus;
import belay.daemon.libc.Located;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who has a file open, answered for others: the whole of what a process with more rights tells one
 * with fewer. Safe for many threads.
 */
public final class HolderSearch {

  /** How many processes are told. */
  private static final int MOST = 32;

  /** So that many questions of one command share a look. */
  private static final Duration AGE = Duration.ofMillis(10);

  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final Machine machine;
  private final ProcessIndex processes = new ProcessIndex();
  private final long self = ProcessHandle.current().pid();

  /** A search, of all processes that this one may look into. */
  public HolderSearch(Machine machine) {
    this.machine = machine;
  }

  /** Looks once and forgets it, so that the first question finds an index. */
  public void warmUp() throws IOException {
    OpenFiles _ = processes.get(machine, Duration.ZERO, () -> false);
  }

  /** Who has a file or block device open, by whichever name. */
  public Answer of(Located file) throws IOException {
    FileStatus status = file.status();
    return switch (Identity.kind(status)) {
      case REGULAR_FILE, BLOCK_DEVICE -> {
        OpenFiles open = open();
        yield told(open, List.of(open.of(Identity.key(status))));
      }
      case MISSING, DIRECTORY, SYMBOLIC_LINK, CHARACTER_DEVICE, FIFO, SOCKET, UNKNOWN ->
          new Answer.Unknown("only files and block devices are told of");
    };
  }

  /**
   * Who has any file or block device open below a directory, without which: the asker may see the
   * directory and still not be entitled to the names in it.
   */
  public Answer below(Located directory) throws IOException {
    return switch (Identity.kind(directory.status())) {
      case DIRECTORY -> {
        String path = machine.link(directory.link());
        String prefix = path.equals("/") ? path : path + "/";
        OpenFiles open = open();
        List<List<Opening>> found = new ArrayList<>();
        for (List<Opening> openings : open.all().values()) {
          found.add(
              openings.stream()
                  .filter(
                      opening -> {
                        String name = open.path(opening);
                        return name.startsWith(prefix) && !name.endsWith(" (deleted)");
                      })
                  .toList());
        }
        yield told(open, found);
      }
      case MISSING,
          REGULAR_FILE,
          BLOCK_DEVICE,
          SYMBOLIC_LINK,
          CHARACTER_DEVICE,
          FIFO,
          SOCKET,
          UNKNOWN ->
          new Answer.Unknown("only of a directory it is told what is below it");
    };
  }

  private OpenFiles open() throws IOException {
    long end = System.nanoTime() + LONGEST.toNanos();
    return processes.get(machine, AGE, () -> System.nanoTime() - end > 0);
  }

  private Answer told(OpenFiles open, Collection<List<Opening>> openings) {
    Map<Long, Boolean> writes = new LinkedHashMap<>();
    for (List<Opening> some : openings) {
      for (Opening opening : some) {
        if (opening.pid() != self) {
          writes.merge(opening.pid(), open.isWriter(opening), Boolean::logicalOr);
        }
      }
    }
    List<Holding> holdings =
        writes.entrySet().stream()
            .map(
                entry ->
                    new Holding(
                        entry.getKey(), entry.getValue(), OpenFiles.name(machine, entry.getKey())))
            .sorted(Comparator.comparing(Holding::writes).reversed())
            .limit(MOST)
            .toList();
    boolean all = holdings.size() == writes.size() && open.unseen().isEmpty();
    return new Answer.Known(holdings, all);
  }
}
