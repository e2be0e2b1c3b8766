package belay.rules.effect;

import belay.rules.syntax.Assignment;
import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Part;
import belay.rules.syntax.Redirection;
import belay.rules.syntax.Script;
import belay.rules.syntax.Word;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a line mentions of its shell, so that one round trip can ask for it.
 *
 * @param variables names of parameters that are expanded
 * @param commandWords words in command position that quoting has not touched, as an alias or a
 *     function would have to be written
 * @param definesFunctions the line defines a function
 */
public record Names(Set<String> variables, Set<String> commandWords, boolean definesFunctions) {

  public Names {
    variables = Set.copyOf(variables);
    commandWords = Set.copyOf(commandWords);
  }

  public static Names of(Script script) {
    Collector collector = new Collector();
    collector.list(script.body());
    return new Names(collector.variables, collector.commandWords, collector.definesFunctions);
  }

  private static final class Collector {
    private static final Pattern NAME = Pattern.compile("\\b[A-Za-z_][A-Za-z0-9_]*");

    private final Set<String> variables = new LinkedHashSet<>();
    private final Set<String> commandWords = new LinkedHashSet<>();
    private boolean definesFunctions;

    void list(@Nullable CommandList list) {
      if (list != null) {
        for (CommandList.Item item : list.items()) {
          command(item.command());
        }
      }
    }

    private void command(Command command) {
      switch (command) {
        case Command.Simple simple -> {
          simple.assignments().forEach(this::assignment);
          if (!simple.words().isEmpty()) {
            String name = simple.words().getFirst().bareText();
            if (name != null) {
              commandWords.add(name);
            }
          }
          words(simple.words());
          redirections(simple.redirections());
        }
        case Command.AndOr list -> {
          command(list.left());
          command(list.right());
        }
        case Command.Pipeline pipeline -> pipeline.stages().forEach(this::command);
        case Command.Redirected redirected -> {
          command(redirected.command());
          redirections(redirected.redirections());
        }
        case Command.Subshell subshell -> list(subshell.body());
        case Command.Group group -> list(group.body());
        case Command.If conditional -> {
          for (Command.Branch branch : conditional.branches()) {
            list(branch.condition());
            list(branch.body());
          }
          list(conditional.otherwise());
        }
        case Command.For loop -> {
          words(loop.words());
          list(loop.body());
        }
        case Command.Select loop -> {
          words(loop.words());
          list(loop.body());
        }
        case Command.ArithmeticFor loop -> {
          expression(loop.init().parts());
          expression(loop.test().parts());
          expression(loop.step().parts());
          list(loop.body());
        }
        case Command.While loop -> {
          list(loop.condition());
          list(loop.body());
        }
        case Command.Repeat loop -> {
          word(loop.count());
          list(loop.body());
        }
        case Command.Case choice -> {
          word(choice.subject());
          for (Command.Arm arm : choice.arms()) {
            words(arm.patterns());
            list(arm.body());
          }
        }
        case Command.Conditional conditional -> words(conditional.words());
        case Command.Arithmetic arithmetic -> expression(arithmetic.expression().parts());
        case Command.FunctionDefinition definition -> {
          definesFunctions = true;
          command(definition.body());
        }
        case Command.AnonymousFunction function -> {
          words(function.arguments());
          command(function.body());
        }
        case Command.Coprocess coprocess -> command(coprocess.body());
        case Command.Always always -> {
          list(always.body());
          list(always.always());
        }
        case Command.Unparsed _ -> {}
      }
    }

    private void assignment(Assignment assignment) {
      if (assignment.subscript() != null) {
        word(assignment.subscript());
      }
      switch (assignment.value()) {
        case Assignment.Value.Scalar(Word word) -> word(word);
        case Assignment.Value.Array(List<Word> elements) -> words(elements);
      }
    }

    private void redirections(List<Redirection> redirections) {
      for (Redirection redirection : redirections) {
        word(redirection.target());
        if (redirection.document() != null) {
          word(redirection.document().body());
        }
      }
    }

    private void words(@Nullable List<Word> words) {
      if (words != null) {
        words.forEach(this::word);
      }
    }

    private void word(@Nullable Word word) {
      if (word != null) {
        parts(word.parts());
      }
    }

    /** In arithmetic a name needs no dollar (bash(1) ARITHMETIC EVALUATION). */
    private void expression(List<Part> parts) {
      parts(parts);
      for (Part part : parts) {
        if (part instanceof Part.Literal(var _, String text)) {
          Matcher names = NAME.matcher(text);
          while (names.find()) {
            variables.add(names.group());
          }
        }
      }
    }

    private void parts(List<Part> parts) {
      for (Part part : parts) {
        switch (part) {
          case Part.Parameter parameter -> {
            variables.add(parameter.name());
            word(parameter.subscript());
            word(parameter.argument());
            word(parameter.replacement());
          }
          case Part.DoubleQuoted quoted -> parts(quoted.parts());
          case Part.CommandSubstitution substitution -> list(substitution.body());
          case Part.ProcessSubstitution substitution -> list(substitution.body());
          case Part.ArithmeticExpansion arithmetic -> expression(arithmetic.parts());
          case Part.Braces braces -> words(braces.alternatives());
          case Part.Literal _,
              Part.Escaped _,
              Part.SingleQuoted _,
              Part.AnsiQuoted _,
              Part.Tilde _,
              Part.EqualsCommand _,
              Part.Glob _,
              Part.BraceRange _ -> {}
        }
      }
    }
  }
}
