package belay.rules.pack;

import belay.rules.syntax.Text;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Turns text into a tree of YAML 1.2.2 nodes with marks, and refuses what a pack has no use for and
 * an enemy has: huge files, deep nesting, aliases.
 */
final class YamlTree {

  /** A thousand rules take about half of it. */
  static final int MOST_CHARACTERS = 1 << 20;

  private static final int DEEPEST = 24;

  private YamlTree() {}

  /** The document's root, or null with the reason in {@code report}. */
  static @Nullable Node read(String text, Report report) {
    if (text.length() > MOST_CHARACTERS) {
      report.add(
          Optional.empty(),
          String.format("the file has %,d characters", text.length()),
          String.format("split it: at most %,d are read", MOST_CHARACTERS));
      return null;
    }
    if (!Text.isUtf8(text)) {
      report.add(Optional.empty(), "the file is not UTF-8", "save it as UTF-8");
      return null;
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(report.file())
            .setCodePointLimit(MOST_CHARACTERS)
            .setMaxAliasesForCollections(0)
            .build();
    try {
      if (!isPlain(settings, text, report)) {
        return null;
      }
      Optional<Node> root = new Compose(settings).composeString(text);
      if (root.isEmpty()) {
        report.add(Optional.empty(), "the file is empty", "a pack begins with `pack: NAME`");
      }
      return root.orElse(null);
    } catch (MarkedYamlEngineException e) {
      report.add(e.getProblemMark(), "this is not YAML: " + problem(e.getProblem()), null);
      return null;
    } catch (YamlEngineException e) {
      report.add(Optional.empty(), "this is not YAML: " + problem(e.getMessage()), null);
      return null;
    }
  }

  /** Reads the events alone, which never nests a call, before anything recursive sees the text. */
  private static boolean isPlain(LoadSettings settings, String text, Report report) {
    int depth = 0;
    int documents = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event.getEventId()) {
        case Alias -> {
          report.add(
              event.getStartMark(),
              "alias " + Report.quoted("*" + ((AliasEvent) event).getAlias().getValue()),
              "packs have no aliases; `sets:` names what is used more than once");
          return false;
        }
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        case DocumentStart -> documents++;
        case Comment, DocumentEnd, Scalar, StreamEnd, StreamStart -> {}
      }
      if (depth > DEEPEST) {
        report.add(event.getStartMark(), "nested deeper than " + DEEPEST + " levels", null);
        return false;
      }
      if (documents > 1) {
        report.add(event.getStartMark(), "a second document", "one pack is one file");
        return false;
      }
    }
    return true;
  }

  private static String problem(@Nullable String message) {
    return Text.printable(message == null ? "no reason given" : message.strip().replace('\n', ' '));
  }
}
