package belay.daemon.guard;

import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How a line was read, as an indented list. */
final class Anatomy {

  /** A line with more commands is not for reading. */
  private static final int MOST_ROWS = 500;

  private static final int MOST_CHARACTERS = 200;

  /**
   * A part of the line.
   *
   * @param depth how many parts it is in
   * @param what {@code command}, {@code pipeline of 2}, …
   * @param text as it stands there, printable, shortened
   */
  record Row(int depth, String what, String text) {}

  private final byte[] line;
  private final List<Row> rows = new ArrayList<>();

  private Anatomy(byte[] line) {
    this.line = line;
  }

  static List<Row> of(byte[] line, Script script) {
    Anatomy anatomy = new Anatomy(line);
    anatomy.list(script.body(), 0);
    return List.copyOf(anatomy.rows);
  }

  private void list(CommandList list, int depth) {
    list.items().forEach(item -> command(item.command(), depth));
  }

  private void row(int depth, String what, Span span) {
    if (rows.size() < MOST_ROWS) {
      String text = Text.printable(Text.decode(Arrays.copyOfRange(line, span.from(), span.to())));
      boolean whole = text.length() <= MOST_CHARACTERS;
      rows.add(new Row(depth, what, whole ? text : text.substring(0, MOST_CHARACTERS) + "…"));
    }
  }

  private void command(Command command, int depth) {
    if (rows.size() >= MOST_ROWS) {
      return;
    }
    int in = depth + 1;
    Span span = command.span();
    switch (command) {
      case Command.Simple simple ->
          row(depth, simple.words().isEmpty() ? "assignment" : "command", span);
      case Command.AndOr andOr -> {
        // A chain reads as a list: each link is told what it waits for.
        command(andOr.left(), depth);
        row(
            depth,
            switch (andOr.connector()) {
              case AND -> "if that succeeds";
              case OR -> "if that fails";
            },
            andOr.right().span());
        if (!(andOr.right() instanceof Command.Simple)) {
          command(andOr.right(), in);
        }
      }
      case Command.Pipeline pipeline -> {
        String not = pipeline.negated() ? "negated " : "";
        row(depth, not + "pipeline of " + pipeline.stages().size(), span);
        pipeline.stages().forEach(stage -> command(stage, in));
      }
      case Command.Redirected redirected -> {
        row(depth, "redirected", span);
        command(redirected.command(), in);
      }
      case Command.Subshell subshell -> {
        row(depth, "subshell", span);
        list(subshell.body(), in);
      }
      case Command.Group group -> {
        row(depth, "group", span);
        list(group.body(), in);
      }
      case Command.If branches -> {
        row(depth, "if", span);
        for (Command.Branch branch : branches.branches()) {
          list(branch.condition(), in);
          list(branch.body(), in + 1);
        }
        if (branches.otherwise() != null) {
          list(branches.otherwise(), in + 1);
        }
      }
      case Command.For loop -> {
        row(depth, "loop", span);
        list(loop.body(), in);
      }
      case Command.Select loop -> {
        row(depth, "select", span);
        list(loop.body(), in);
      }
      case Command.ArithmeticFor loop -> {
        row(depth, "loop", span);
        list(loop.body(), in);
      }
      case Command.While loop -> {
        row(depth, loop.until() ? "until" : "while", span);
        list(loop.condition(), in);
        list(loop.body(), in + 1);
      }
      case Command.Repeat loop -> {
        row(depth, "repeat", span);
        list(loop.body(), in);
      }
      case Command.Case choice -> {
        row(depth, "case", span);
        choice.arms().forEach(arm -> list(arm.body(), in));
      }
      case Command.Conditional _ -> row(depth, "condition", span);
      case Command.Arithmetic _ -> row(depth, "arithmetic", span);
      case Command.FunctionDefinition definition -> {
        row(depth, "function", span);
        command(definition.body(), in);
      }
      case Command.AnonymousFunction function -> {
        row(depth, "function", span);
        command(function.body(), in);
      }
      case Command.Coprocess coprocess -> {
        row(depth, "coprocess", span);
        command(coprocess.body(), in);
      }
      case Command.Always always -> {
        row(depth, "always", span);
        list(always.body(), in);
        list(always.always(), in);
      }
      case Command.Unparsed unparsed ->
          row(depth, "not read: " + Text.printable(unparsed.reason()), span);
    }
  }
}
