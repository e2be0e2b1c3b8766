package belay.rules.effect;

import belay.rules.syntax.Command;
import belay.rules.syntax.CommandList;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the few commands print whose output is plain from their words. */
final class Printed {

  private Printed() {}

  /** The output of {@code echo} or {@code printf}. */
  static Output of(String program, List<Field> operands) {
    List<Field> words = operands;
    boolean escapes = program.equals("printf");
    if (program.equals("echo")) {
      int at = 0;
      while (at < words.size() && isEchoOption(words.get(at).known())) {
        escapes |= String.valueOf(words.get(at).known()).contains("e");
        at++;
      }
      words = words.subList(at, words.size());
    } else if (!words.isEmpty() && "--".equals(words.getFirst().known())) {
      words = words.subList(1, words.size());
    }
    if (program.equals("printf") && words.size() > 1) {
      String format = words.getFirst().known();
      if (format == null || !format.matches("(%[sqb](\\\\n|\\\\0| )?)+")) {
        return new Output.Unknown("printf");
      }
      words = words.subList(1, words.size());
    }
    List<Value> values = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Field word : words) {
      if (word.value().hasUnknown()) {
        return new Output.Unknown(program);
      }
      String shown = word.value().display();
      if (escapes && shown.indexOf('\\') >= 0) {
        shown = unescaped(shown);
        if (shown == null) {
          return new Output.Unknown(program);
        }
      }
      text.append(text.isEmpty() ? "" : " ").append(shown);
      for (String part : shown.split("\\s+")) {
        if (!part.isEmpty()) {
          values.add(word.value().hasPattern() ? word.value() : Value.of(part));
        }
      }
    }
    return new Output.Words(values, text.toString());
  }

  private static boolean isEchoOption(@Nullable String word) {
    return word != null && word.matches("-[neE]+");
  }

  /** The escapes of printf(1) and echo -e that stand for one character; null for any other. */
  private static @Nullable String unescaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      if (++i == text.length()) {
        return null;
      }
      switch (text.charAt(i)) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case '0' -> out.append(' ');
        case '\\' -> out.append('\\');
        case 'x' -> {
          int end = i + 1;
          while (end < text.length() && end < i + 3 && Character.digit(text.charAt(end), 16) >= 0) {
            end++;
          }
          if (end == i + 1) {
            return null;
          }
          out.append((char) Integer.parseInt(text.substring(i + 1, end), 16));
          i = end - 1;
        }
        default -> {
          return null;
        }
      }
    }
    return out.toString();
  }

  /**
   * The output of a substitution that is one such command; null for any other.
   *
   * @param fields expands words without running what is in them
   */
  static @Nullable Value constant(
      CommandList body, Scope scope, Function<List<Word>, List<Field>> fields) {
    if (body.items().size() != 1
        || !(body.items().getFirst().command() instanceof Command.Simple simple)
        || !simple.redirections().isEmpty()
        || !simple.assignments().isEmpty()
        || simple.words().isEmpty()) {
      return null;
    }
    String name = simple.words().getFirst().bareText();
    if (name == null) {
      return null;
    }
    switch (name) {
      case "pwd" -> {
        return scope.directory();
      }
      case "mktemp" -> {
        return Value.of("/tmp/").append(Value.unknown("what mktemp makes"));
      }
      case "echo", "printf" -> {
        List<Field> words = fields.apply(simple.words());
        return of(name, words.subList(1, words.size())) instanceof Output.Words known
            ? Value.of(known.text().stripTrailing())
            : null;
      }
      case "which" -> {
        List<Field> words = fields.apply(simple.words());
        return words.size() == 2 ? words.get(1).value() : null;
      }
      case "command" -> {
        List<Field> words = fields.apply(simple.words());
        return words.size() == 3 && "-v".equals(words.get(1).known()) ? words.get(2).value() : null;
      }
      default -> {
        return null;
      }
    }
  }
}
