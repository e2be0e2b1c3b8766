package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * bash prints what it has read in its own form ({@code bash --pretty-print}, which runs nothing).
 * Read again, that must give the same simple commands in the same order, in whatever they stand.
 */
class PrettyPrintTest {

  @Test
  void whatBashPrintsOfACaseHasTheSameSimpleCommands(@TempDir Path directory)
      throws IOException, InterruptedException {
    RealShell bash = RealShell.of(Dialect.BASH, directory);
    List<String> differences = new ArrayList<>();
    for (Cases.Case one : Cases.of(Dialect.BASH)) {
      // bash names coprocesses, and forgets the parenthesis that its own `(esac)` needs.
      boolean rewritten = one.shown().startsWith("coproc") || one.shown().contains("(esac)");
      if (one.status().equals("accept") && !rewritten) {
        difference(bash, one.line(), differences);
      }
    }
    assertEquals(List.of(), differences, String.join("\n", differences));
  }

  @Test
  void whatBashPrintsOfRealCommandsHasTheSameSimpleCommands(@TempDir Path directory)
      throws IOException, InterruptedException {
    RealShell bash = RealShell.of(Dialect.BASH, directory);
    List<String> differences = new ArrayList<>();
    List<RealCommands.Entry> entries = RealCommands.all();
    for (int i = 0; i < entries.size(); i += 20) {
      String command = entries.get(i).command();
      if (entries.get(i).valid() && !command.endsWith("\\")) {
        difference(bash, command.getBytes(StandardCharsets.UTF_8), differences);
      }
    }
    assertEquals(List.of(), differences, String.join("\n", differences));
  }

  private static void difference(RealShell bash, byte[] line, List<String> differences)
      throws IOException, InterruptedException {
    byte[] printed = bash.prettyPrinted(line);
    if (printed == null) {
      return;
    }
    List<String> ours = simpleCommands(line);
    List<String> theirs = simpleCommands(printed);
    if (!ours.equals(theirs)) {
      differences.add(
          Text.printable(Text.decode(line)) + "\n  we:   " + ours + "\n  bash: " + theirs);
    }
  }

  private static List<String> simpleCommands(byte[] line) {
    List<String> out = new ArrayList<>();
    collect(Parser.parse(line, Dialect.BASH).body(), out);
    return out;
  }

  private static void collect(@Nullable Object node, List<String> out) {
    if (node instanceof Command.Simple simple) {
      String shown =
          Outline.command(simple)
              .replace("$'", "'")
              .replace("$\"", "\"")
              .replaceAll("(?<=\\s|\\[)1(?=&?>)", "")
              .replaceAll("(?<=\\s|\\[)0(?=<)", "")
              .replaceAll("<<(-?)[\"'\\\\]?([^\"':]*)[\"']?:", "<<$1$2:")
              .replace("<&-", ">&-")
              .replace("'\\''", "'")
              // Byte 1 is a mark of bash's own, which it prints twice.
              .replace("^A^A", "^A");
      // An empty one stands behind a bare `!` or `time`.
      if (!shown.equals("[]")) {
        out.add(shown);
      }
    }
    if (node instanceof List<?> list) {
      list.forEach(element -> collect(element, out));
    } else if (node instanceof Record record && !(record instanceof Span)) {
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        try {
          collect(component.getAccessor().invoke(record), out);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
