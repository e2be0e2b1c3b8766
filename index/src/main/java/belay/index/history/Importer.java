package belay.index.history;

import belay.index.journal.Durability;
import belay.index.journal.Journal;
import belay.index.journal.JournalRecord.Imported;
import belay.index.journal.LoggedEffect;
import belay.index.journal.Receipt;
import belay.index.journal.Redactor;
import belay.rules.effect.Effect;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Script;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes a shell's history file over into the journal, each command once: the same file again, grown
 * meanwhile or cut at its beginning, brings only what is new, and a guarded shell's own lines,
 * which the journal has, are not counted twice. zsh's file has even those that were stopped.
 */
public final class Importer {

  /** The journal writes this much before more is given to it. */
  private static final int CHUNK_CHARS = 2 << 20;

  private static final int CHUNK = 5_000;

  private final Journal journal;
  private final History history;
  private final CommandReader reader;

  public Importer(Journal journal, History history, CommandReader reader) {
    this.journal = journal;
    this.history = history;
    this.reader = reader;
  }

  /**
   * What an import did.
   *
   * @param read how many commands the file holds
   * @param added how many of them are new
   */
  public record Result(Dialect dialect, int read, int added) {}

  /**
   * Imports a file and returns when its commands are safe and can be found.
   *
   * @throws IOException if the file cannot be read, or the journal lost some of its commands
   */
  public Result run(Path path, HistoryFile.Format format) throws IOException, InterruptedException {
    HistoryFile file = HistoryFile.read(path, format);
    journal.sync();
    if (!history.settle(10, TimeUnit.MINUTES)) {
      throw new IOException("the history is still being indexed; import again when it is done");
    }
    String source = path.toRealPath().toString();
    // For each command, how many of those in the file are known already.
    Map<String, Integer> known = new HashMap<>();
    // And how often a guarded shell sent it.
    Map<String, Integer> typed = new HashMap<>();
    var lost = new AtomicInteger();
    int added = 0;
    int chars = 0;
    int waiting = 0;
    for (HistoryFile.Command command : file.commands()) {
      var bare =
          new Imported(
              source, command.time(), Redactor.redact(command.text()), command.micros(), List.of());
      String origin = Documents.origin(bare);
      Integer left = known.get(origin);
      if (left == null) {
        left = history.known(bare);
      }
      known.put(origin, Math.max(0, left - 1));
      if (left > 0) {
        continue;
      }
      Integer sent = typed.get(bare.command());
      if (sent == null) {
        sent = history.typed(bare.command());
      }
      typed.put(bare.command(), Math.max(0, sent - 1));
      if (sent > 0) {
        continue;
      }
      added++;
      Receipt receipt =
          journal.append(
              new Imported(
                  source,
                  command.time(),
                  command.text(),
                  command.micros(),
                  effects(command.text(), file.dialect())),
              Durability.GROUPED);
      var _ =
          receipt
              .durable()
              .exceptionally(
                  failure -> {
                    lost.incrementAndGet();
                    return 0L;
                  });
      chars += command.text().length();
      if (++waiting == CHUNK || chars > CHUNK_CHARS) {
        journal.sync();
        chars = 0;
        waiting = 0;
      }
    }
    journal.sync();
    if (lost.get() > 0) {
      throw new IOException(
          "the journal could not keep " + lost + " of the commands; import again to add them");
    }
    boolean _ = history.settle(10, TimeUnit.MINUTES);
    return new Result(file.dialect(), file.commands().size(), added);
  }

  /** A line the shell would not have run says nothing of what the user does. */
  private List<LoggedEffect> effects(String command, Dialect dialect) {
    byte[] line = Text.encode(command);
    if (!(Parser.parse(line, dialect).status() instanceof Script.Status.Complete)) {
      return List.of();
    }
    List<Effect> effects = reader.effectsOf(line, dialect);
    return effects.stream().map(LoggedEffect::of).toList();
  }
}
