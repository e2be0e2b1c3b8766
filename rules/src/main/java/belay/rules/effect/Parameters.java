package belay.rules.effect;

import belay.rules.syntax.Dialect;
import belay.rules.syntax.Part;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Parameter expansion (POSIX.1-2024 2.6.2; bash(1) Parameter Expansion; zshexpn(1)). */
final class Parameters {

  /** Patterns are tried at every place; over this many characters the result is unknown instead. */
  private static final int LONGEST = 4096;

  private final Scope scope;
  private final Expander expander;

  Parameters(Scope scope, Expander expander) {
    this.scope = scope;
    this.expander = expander;
  }

  /**
   * What a parameter expands to.
   *
   * @param values empty where it is unset
   * @param list every value is a field of its own inside double quotes
   * @param alternative it is the text behind {@code :+}, which is meant to be empty at times
   */
  record Result(List<Value> values, boolean list, boolean alternative) {}

  /** {@code $@} or {@code ${name[@]}}. */
  static boolean isList(Part.Parameter parameter) {
    if (parameter.name().equals("@")) {
      return true;
    }
    Word subscript = parameter.subscript();
    return subscript != null && "@".equals(subscript.constantText());
  }

  Result expand(Part.Parameter parameter) {
    boolean list = isList(parameter);
    if (!parameter.flags().isEmpty()) {
      return one("zsh's expansion flags are not followed");
    }
    List<Value> values = values(parameter);
    if (parameter.prefix().contains("!")) {
      values = indirect(values);
    }
    if (parameter.prefix().equals("#")) {
      String text = values.isEmpty() ? "" : values.getFirst().known();
      return text == null
          ? one("a length is not known")
          : new Result(
              List.of(
                  Value.of(
                      String.valueOf(
                          list ? values.size() : text.codePointCount(0, text.length())))),
              false,
              false);
    }
    return operate(parameter, values, list);
  }

  private static Result one(String why) {
    return new Result(List.of(Value.unknown(why)), false, false);
  }

  /** The values before any operator; empty where it is unset. */
  private List<Value> values(Part.Parameter parameter) {
    List<Value> all = named(parameter.name());
    Word subscript = parameter.subscript();
    if (subscript == null) {
      boolean array = all.size() > 1 && scope.shell().dialect() == Dialect.BASH;
      return array && !parameter.name().matches("[@*]") ? List.of(all.getFirst()) : all;
    }
    String index = subscript.constantText();
    if (index == null) {
      return List.of(Value.unknown("an array's index is not known"));
    }
    if (index.equals("@") || index.equals("*")) {
      return all;
    }
    if (!index.matches("[0-9]{1,6}")) {
      return List.of(Value.unknown("an array's index is not known"));
    }
    int at = Integer.parseInt(index) - (scope.shell().dialect() == Dialect.ZSH ? 1 : 0);
    return at >= 0 && at < all.size() ? List.of(all.get(at)) : List.of();
  }

  private List<Value> named(String name) {
    List<Value> assigned = scope.assigned(name);
    if (assigned != null) {
      return assigned;
    }
    List<Field> positional = scope.positional();
    switch (name) {
      case "@", "*" -> {
        return positional == null
            ? List.of(Value.unknown("the shell's $" + name + " is not known"))
            : positional.stream().map(Field::value).toList();
      }
      case "PWD" -> {
        Value directory = scope.directory();
        return List.of(
            directory == null ? Value.unknown("the working directory is not known") : directory);
      }
      case "#" -> {
        return List.of(
            positional == null
                ? Value.unknown("$# is not known")
                : Value.of(String.valueOf(positional.size())));
      }
      default -> {}
    }
    if (positional != null && name.matches("[1-9][0-9]{0,4}")) {
      int at = Integer.parseInt(name) - 1;
      return at < positional.size() ? List.of(positional.get(at).value()) : List.of();
    }
    if (name.equals("HOME")) {
      String home = scope.shell().home();
      if (home != null) {
        return List.of(Value.of(home));
      }
    }
    if (name.equals("!") || name.equals("$")) {
      return List.of(Value.of("$" + name)); // one process of the shell's own, whatever its number
    }
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      return List.of(Value.unknown("$" + name + " is not known"));
    }
    return switch (scope.shell().variable(name)) {
      case ShellView.Variable.Set(List<String> values) -> values.stream().map(Value::of).toList();
      case ShellView.Variable.Unset _ -> List.of();
      case ShellView.Variable.Unknown(String why) -> List.of(Value.unknown(why));
    };
  }

  private List<Value> indirect(List<Value> names) {
    String name = names.isEmpty() ? null : names.getFirst().known();
    return name == null || !name.matches("[A-Za-z_][A-Za-z0-9_]*|[1-9]")
        ? List.of(Value.unknown("an indirect name is not known"))
        : named(name);
  }

  private Result operate(Part.Parameter parameter, List<Value> values, boolean list) {
    String operator = parameter.operator();
    boolean nullCounts = operator.startsWith(":");
    boolean unknown = values.stream().anyMatch(Value::hasUnknown);
    boolean empty =
        values.isEmpty()
            || nullCounts && values.size() == 1 && "".equals(values.getFirst().known());
    return switch (operator) {
      case "" -> new Result(values, list, false);
      case ":-", "-" ->
          empty ? new Result(argument(parameter.argument()), false, false) : kept(values, list);
      case ":=", "=" -> {
        if (!empty) {
          yield kept(values, list);
        }
        List<Value> argument = argument(parameter.argument());
        scope.set(parameter.name(), argument);
        yield new Result(argument, false, false);
      }
      // The command does not run at all when it is empty.
      case ":?", "?" ->
          empty ? one("$" + parameter.name() + " must be set for this to run") : kept(values, list);
      case ":+", "+" ->
          empty
              ? new Result(List.of(), false, true)
              : new Result(argument(parameter.argument()), false, true);
      default -> {
        if (unknown) {
          yield new Result(values, list, false);
        }
        Word first = parameter.argument();
        String argument = first == null ? "" : expander.single(first).known();
        // Patterns are read from the word as written: quotes inside only matter for odd ones.
        String pattern = first == null ? "" : pattern(first);
        Word second = parameter.replacement();
        String replacement = second == null ? "" : expander.single(second).known();
        List<Value> out = new ArrayList<>(values.size());
        for (Value value : values) {
          String text = value.known();
          String changed =
              text == null || text.length() > LONGEST
                  ? null
                  : change(operator, text, argument, pattern, replacement);
          out.add(
              changed == null
                  ? Value.unknown("${" + parameter.name() + operator + "…} is not computed")
                  : Value.of(changed));
        }
        yield new Result(out, list, false);
      }
    };
  }

  private static Result kept(List<Value> values, boolean list) {
    return new Result(values, list, false);
  }

  private List<Value> argument(@Nullable Word word) {
    return word == null ? List.of(Value.EMPTY) : List.of(expander.single(word).value());
  }

  private @Nullable String pattern(Word word) {
    StringBuilder out = new StringBuilder();
    for (Value.Piece piece : expander.single(word).value().pieces()) {
      switch (piece) {
        case Value.Piece.Known(String text) -> out.append(text);
        case Value.Piece.Pattern(String glob) -> out.append(glob);
        case Value.Piece.Unknown _ -> {
          return null;
        }
      }
    }
    return out.toString();
  }

  private static @Nullable String change(
      String operator,
      String text,
      @Nullable String argument,
      @Nullable String pattern,
      @Nullable String replacement) {
    if (pattern == null) {
      return null;
    }
    return switch (operator) {
      case "#" -> ShellPattern.withoutPrefix(text, pattern, false);
      case "##" -> ShellPattern.withoutPrefix(text, pattern, true);
      case "%" -> ShellPattern.withoutSuffix(text, pattern, false);
      case "%%" -> ShellPattern.withoutSuffix(text, pattern, true);
      case "/", "//", "/#", "/%" ->
          replacement == null ? null : ShellPattern.replace(text, pattern, replacement, operator);
      case "^^" -> argument == null || argument.isEmpty() ? text.toUpperCase(Locale.ROOT) : null;
      case ",," -> argument == null || argument.isEmpty() ? text.toLowerCase(Locale.ROOT) : null;
      case "^" -> first(text, argument, letter -> letter.toUpperCase(Locale.ROOT));
      case "," -> first(text, argument, letter -> letter.toLowerCase(Locale.ROOT));
      case ":" -> substring(text, argument);
      case ":h" -> text.lastIndexOf('/') > 0 ? text.substring(0, text.lastIndexOf('/')) : null;
      case ":t" -> text.substring(text.lastIndexOf('/') + 1);
      default -> null;
    };
  }

  private static @Nullable String first(
      String text, @Nullable String argument, UnaryOperator<String> change) {
    if (argument != null && !argument.isEmpty()) {
      return null;
    }
    return text.isEmpty() ? text : change.apply(text.substring(0, 1)) + text.substring(1);
  }

  /** {@code ${x:offset:length}} with plain numbers. */
  private static @Nullable String substring(String text, @Nullable String argument) {
    if (argument == null) {
      return null;
    }
    String[] numbers = argument.strip().split("\\s*:\\s*", -1);
    if (numbers.length > 2 || !numbers[0].matches("-?[0-9]{1,9}")) {
      return null;
    }
    int from = Integer.parseInt(numbers[0]);
    from = from < 0 ? text.length() + from : from;
    if (from < 0 || from > text.length()) {
      return "";
    }
    if (numbers.length == 1) {
      return text.substring(from);
    }
    if (!numbers[1].matches("[0-9]{1,9}")) {
      return null;
    }
    return text.substring(from, Math.min(text.length(), from + Integer.parseInt(numbers[1])));
  }
}
