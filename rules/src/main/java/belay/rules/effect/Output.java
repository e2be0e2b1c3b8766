package belay.rules.effect;

import belay.rules.syntax.Command;
import belay.rules.syntax.Redirection;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a stage of a pipeline writes, as far as it is known to the one behind it. */
sealed interface Output {

  /** This text, one value a word or line as the writer put them. */
  record Words(List<Value> words, String text) implements Output {
    public Words {
      words = List.copyOf(words);
    }
  }

  /** Names found below these directories. */
  record Found(List<Value> roots) implements Output {
    public Found {
      roots = List.copyOf(roots);
    }
  }

  /**
   * Text nobody knows before it runs.
   *
   * @param from the program that writes it
   */
  record Unknown(String from) implements Output {}

  /** What a stage is known to write. */
  static Output of(
      Command stage,
      @Nullable Output input,
      Expander expander,
      Function<List<Word>, List<Field>> expanded) {
    if (!(stage instanceof Command.Simple simple) || simple.words().isEmpty()) {
      return new Output.Unknown("the command before it");
    }
    List<Field> fields = expanded.apply(simple.words());
    String name = fields.isEmpty() ? null : fields.getFirst().known();
    String program =
        name == null ? "the command before it" : name.substring(name.lastIndexOf('/') + 1);
    List<Field> operands = fields.isEmpty() ? List.of() : fields.subList(1, fields.size());
    return switch (program) {
      case "echo", "printf" -> Printed.of(program, operands);
      case "find" -> new Output.Found(roots(operands));
      case "cat" -> {
        for (Redirection redirection : simple.redirections()) {
          Output given = given(redirection, expander);
          if (given != null && operands.isEmpty()) {
            yield given;
          }
        }
        yield operands.isEmpty() && input != null ? input : new Output.Unknown(program);
      }
      case "sort", "uniq", "head", "tail", "grep", "tee" ->
          input instanceof Output.Found found ? found : new Output.Unknown(program);
      default -> new Output.Unknown(program);
    };
  }

  private static List<Value> roots(List<Field> operands) {
    List<Value> out = new ArrayList<>();
    for (Field operand : operands) {
      String prefix = operand.value().knownPrefix();
      if (prefix.startsWith("-") || prefix.startsWith("(") || prefix.startsWith("!")) {
        break;
      }
      out.add(operand.value());
    }
    return out.isEmpty() ? List.of(Value.of(".")) : out;
  }

  /** What a redirection puts on standard input; null where it does not, or nobody can say. */
  static @Nullable Output given(Redirection redirection, Expander expander) {
    return switch (redirection.operator()) {
      case HERE_DOCUMENT, HERE_DOCUMENT_TABS -> {
        Redirection.HereDocument document = redirection.document();
        if (document == null) {
          yield null;
        }
        Value body = expander.single(document.body()).value();
        yield new Output.Words(List.of(body), body.display());
      }
      case HERE_STRING -> {
        Value body = expander.single(redirection.target()).value();
        yield new Output.Words(List.of(body), body.display());
      }
      case INPUT -> {
        Field file = expander.single(redirection.target());
        yield "/dev/null".equals(file.known()) ? null : new Output.Unknown(file.value().display());
      }
      case OUTPUT,
          CLOBBER,
          APPEND,
          READ_WRITE,
          OUTPUT_BOTH,
          APPEND_BOTH,
          DUPLICATE_INPUT,
          DUPLICATE_OUTPUT ->
          null;
    };
  }
}
