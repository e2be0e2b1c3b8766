package belay.rules.pack;

import belay.rules.syntax.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Turns text into a tree in one pass over the parser's events, without recursion, and refuses what
 * a pack has no use for and an enemy has: huge files, deep nesting, aliases.
 */
final class TreeReader {

  /** A thousand rules take about half of it. */
  static final int MOST_CHARACTERS = 1 << 20;

  private static final int DEEPEST = 24;

  private final Report report;

  /** What is open, innermost first: the items of each, keys and values of a mapping in turn. */
  private final Deque<Open> open = new ArrayDeque<>();

  private @Nullable Tree root;

  private record Open(int line, int column, boolean mapping, List<Tree> items) {}

  private TreeReader(Report report) {
    this.report = report;
  }

  /** The document's root, or null with the reason in {@code report}. */
  static @Nullable Tree read(String text, Report report) {
    if (text.length() > MOST_CHARACTERS) {
      report.add(
          1,
          1,
          String.format("the file has %,d characters", text.length()),
          String.format("split it: at most %,d are read", MOST_CHARACTERS));
      return null;
    }
    if (!Text.isUtf8(text)) {
      report.add(1, 1, "the file is not UTF-8", "save it as UTF-8");
      return null;
    }
    LoadSettings settings =
        LoadSettings.builder().setLabel(report.file()).setCodePointLimit(MOST_CHARACTERS).build();
    try {
      return new TreeReader(report).read(new Parse(settings).parseString(text));
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> at = e.getProblemMark();
      report.add(line(at), column(at), "this is not YAML: " + problem(e.getProblem()), null);
      return null;
    } catch (YamlEngineException e) {
      report.add(1, 1, "this is not YAML: " + problem(e.getMessage()), null);
      return null;
    }
  }

  private @Nullable Tree read(Iterable<Event> events) {
    int documents = 0;
    for (Event event : events) {
      int line = line(event.getStartMark());
      int column = column(event.getStartMark());
      switch (event.getEventId()) {
        case Alias -> {
          report.add(
              line,
              column,
              "alias " + Report.quoted("*" + ((AliasEvent) event).getAlias().getValue()),
              "packs have no aliases; `sets:` names what is used more than once");
          return null;
        }
        case MappingStart, SequenceStart -> {
          boolean mapping = event.getEventId() == Event.ID.MappingStart;
          open.push(new Open(line, column, mapping, new ArrayList<>()));
          if (open.size() > DEEPEST) {
            report.add(line, column, "nested deeper than " + DEEPEST + " levels", null);
            return null;
          }
        }
        case MappingEnd, SequenceEnd -> add(closed(open.pop()));
        case Scalar -> {
          ScalarEvent scalar = (ScalarEvent) event;
          add(new Tree.Text(line, column, scalar.getValue(), scalar.isPlain()));
        }
        case DocumentStart -> {
          documents++;
          if (documents > 1) {
            report.add(line, column, "a second document", "one pack is one file");
            return null;
          }
        }
        case Comment, DocumentEnd, StreamEnd, StreamStart -> {}
      }
    }
    if (root == null) {
      report.add(1, 1, "the file is empty", "a pack begins with `pack: NAME`");
    }
    return root;
  }

  private void add(Tree node) {
    Open parent = open.peek();
    if (parent == null) {
      root = node;
    } else {
      parent.items().add(node);
    }
  }

  private static Tree closed(Open node) {
    if (!node.mapping()) {
      return new Tree.Sequence(node.line(), node.column(), List.copyOf(node.items()));
    }
    List<Tree.Pair> pairs = new ArrayList<>();
    for (int i = 0; i + 1 < node.items().size(); i += 2) {
      pairs.add(new Tree.Pair(node.items().get(i), node.items().get(i + 1)));
    }
    return new Tree.Mapping(node.line(), node.column(), List.copyOf(pairs));
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(0) + 1;
  }

  private static int column(Optional<Mark> mark) {
    return mark.map(Mark::getColumn).orElse(0) + 1;
  }

  private static String problem(@Nullable String message) {
    return Text.printable(message == null ? "no reason given" : message.strip().replace('\n', ' '));
  }
}
