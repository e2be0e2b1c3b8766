package belay.daemon.guard;

import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Redirection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that a script of bash opens behind compound commands: {@code { …; } > file}. bash opens
 * them before its DEBUG trap sees the first command inside, so they can only be judged from the
 * text of the script, before it starts.
 */
public final class OpenedUnseen {

  private final byte[] text;
  private final List<byte[]> lines = new ArrayList<>();

  private OpenedUnseen(byte[] text) {
    this.text = text;
  }

  /** A line for each of them that does the same and nothing else: {@code : > file}. */
  public static List<byte[]> lines(byte[] script) {
    OpenedUnseen found = new OpenedUnseen(script);
    found.list(Parser.parse(script, Dialect.BASH).body());
    return found.lines;
  }

  private void redirection(Redirection redirection) {
    switch (redirection.operator()) {
      case OUTPUT, CLOBBER, OUTPUT_BOTH, READ_WRITE, APPEND, APPEND_BOTH -> {
        byte[] source =
            Arrays.copyOfRange(text, redirection.span().from(), redirection.span().to());
        byte[] line = Arrays.copyOf(": ".getBytes(StandardCharsets.US_ASCII), source.length + 2);
        System.arraycopy(source, 0, line, 2, source.length);
        lines.add(line);
      }
      case INPUT,
          DUPLICATE_INPUT,
          DUPLICATE_OUTPUT,
          HERE_DOCUMENT,
          HERE_DOCUMENT_TABS,
          HERE_STRING -> {}
    }
  }

  private void list(@Nullable CommandList list) {
    if (list != null) {
      list.items().forEach(item -> command(item.command()));
    }
  }

  private void command(Command command) {
    switch (command) {
      case Command.Redirected redirected -> {
        redirected.redirections().forEach(this::redirection);
        command(redirected.command());
      }
      case Command.AndOr list -> {
        command(list.left());
        command(list.right());
      }
      case Command.Pipeline pipeline -> pipeline.stages().forEach(this::command);
      case Command.Subshell subshell -> list(subshell.body());
      case Command.Group group -> list(group.body());
      case Command.If conditional -> {
        for (Command.Branch branch : conditional.branches()) {
          list(branch.condition());
          list(branch.body());
        }
        list(conditional.otherwise());
      }
      case Command.For loop -> list(loop.body());
      case Command.Select loop -> list(loop.body());
      case Command.ArithmeticFor loop -> list(loop.body());
      case Command.While loop -> {
        list(loop.condition());
        list(loop.body());
      }
      case Command.Repeat loop -> list(loop.body());
      case Command.Case choice -> choice.arms().forEach(arm -> list(arm.body()));
      case Command.FunctionDefinition definition -> command(definition.body());
      case Command.AnonymousFunction function -> command(function.body());
      case Command.Coprocess coprocess -> command(coprocess.body());
      case Command.Always always -> {
        list(always.body());
        list(always.always());
      }
      case Command.Simple _, Command.Conditional _, Command.Arithmetic _, Command.Unparsed _ -> {}
    }
  }
}
