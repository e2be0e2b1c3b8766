package belay.rules.effect;

import belay.rules.effect.Arguments.Given;
import belay.rules.effect.Arguments.Manner;
import belay.rules.effect.Meaning.Inner;
import belay.rules.effect.Meaning.Mark;
import belay.rules.effect.Need.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one program or subcommand reads its arguments and what follows from them.
 *
 * @param silent one of these, and nothing is done
 * @param commands subcommands by name
 * @param abbreviates whether a subcommand may be cut short
 * @param expression the words of find(1), for a program that reads its arguments so; else null
 */
record Model(
    Manner manner,
    List<Need> silent,
    List<Deed> deeds,
    List<Run> runs,
    Map<String, Model> commands,
    boolean abbreviates,
    @Nullable FindExpression expression) {

  Model {
    silent = List.copyOf(silent);
    deeds = List.copyOf(deeds);
    runs = List.copyOf(runs);
    commands = Map.copyOf(commands);
  }

  Meaning read(String program, List<Field> fields, @Nullable Field input) {
    List<Mark> marks = new ArrayList<>(2);
    List<Inner> inner = new ArrayList<>(1);
    read(program, fields, input, List.of(), marks, inner);
    return marks.isEmpty() && inner.isEmpty() ? Meaning.NOTHING : new Meaning(marks, inner);
  }

  private void read(
      String program,
      List<Field> fields,
      @Nullable Field input,
      List<Given> before,
      List<Mark> marks,
      List<Inner> inner) {
    if (expression != null) {
      expression.read(program, fields, marks, inner);
      return;
    }
    Arguments arguments = Arguments.read(manner, fields, before, input);
    if (Need.any(silent, arguments) == Answer.YES) {
      return;
    }
    for (Deed deed : deeds) {
      deed.addTo(marks, arguments);
    }
    for (Run run : runs) {
      run.addTo(inner, program, arguments);
    }
    if (commands.isEmpty() || arguments.operands().isEmpty()) {
      return;
    }
    String name = arguments.operands().getFirst().known();
    Model command = name == null ? null : command(name);
    if (command != null) {
      List<Field> rest = arguments.operands().subList(1, arguments.operands().size());
      command.read(program + " " + name, rest, input, arguments.given(), marks, inner);
    }
  }

  /** Names of the same command share one model, so identity is what counts. */
  @SuppressWarnings("ReferenceEquality")
  private @Nullable Model command(String name) {
    Model found = commands.get(name);
    if (found != null || !abbreviates || name.isEmpty()) {
      return found;
    }
    for (Map.Entry<String, Model> entry : commands.entrySet()) {
      if (entry.getKey().startsWith(name)) {
        if (found != null && found != entry.getValue()) {
          return null;
        }
        found = entry.getValue();
      }
    }
    return found;
  }
}
