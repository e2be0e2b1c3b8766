package belay.rules.effect;

import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import java.util.List;

/** A function that starts itself twice, or once behind its own back, whatever its name. */
final class ForkBomb {

  private ForkBomb() {}

  static boolean isOne(String name, Command body) {
    return count(name, body, false) >= 2;
  }

  /** Calls of {@code name}; one that does not wait counts twice. */
  private static int count(String name, Command command, boolean background) {
    return switch (command) {
      case Command.Simple simple ->
          !simple.words().isEmpty() && name.equals(simple.words().getFirst().bareText())
              ? background ? 2 : 1
              : 0;
      case Command.Pipeline pipeline -> sum(name, pipeline.stages(), background);
      case Command.Group(var _, CommandList body) -> count(name, body);
      case Command.Subshell(var _, CommandList body) -> count(name, body);
      case Command.Redirected redirected -> count(name, redirected.command(), background);
      case Command.AndOr list ->
          count(name, list.left(), false) + count(name, list.right(), background);
      case Command.While loop -> count(name, loop.body());
      case Command.For _,
          Command.Select _,
          Command.ArithmeticFor _,
          Command.If _,
          Command.Repeat _,
          Command.Case _,
          Command.Conditional _,
          Command.Arithmetic _,
          Command.FunctionDefinition _,
          Command.AnonymousFunction _,
          Command.Coprocess _,
          Command.Always _,
          Command.Unparsed _ ->
          0;
    };
  }

  private static int sum(String name, List<Command> stages, boolean background) {
    return stages.stream().mapToInt(stage -> count(name, stage, background)).sum();
  }

  private static int count(String name, CommandList list) {
    return list.items().stream()
        .mapToInt(
            item ->
                count(name, item.command(), item.terminator() != CommandList.Terminator.SEQUENCE))
        .sum();
  }
}
