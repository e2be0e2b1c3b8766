package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Part;
import belay.rules.syntax.Span;
import belay.rules.syntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parameter expansion (POSIX.1-2024 2.6.2; bash(1) Parameter Expansion; zshexpn(1)). */
final class Parameters {

  /** Patterns are tried at every place; over this many characters the result is unknown instead. */
  private static final int LONGEST = 1024;

  private final Walk walk;
  private final Expander expander;

  Parameters(Walk walk, Expander expander) {
    this.walk = walk;
    this.expander = expander;
  }

  /**
   * What a parameter expands to.
   *
   * @param values empty where it is unset
   * @param list every value is a field of its own inside double quotes
   * @param emptied variables that turned out unset or empty on the way
   * @param spans for each value the word of the line it came in, where it did as a positional one
   * @param word what is expanded in its stead, or null
   */
  record Result(
      List<Value> values,
      boolean list,
      List<String> emptied,
      List<Span> spans,
      @Nullable Word word) {

    static Result of(Value value) {
      return new Result(List.of(value), false, List.of(), List.of(), null);
    }

    static Result unknown(String why) {
      return of(Value.unknown(why));
    }

    @Nullable Span span() {
      return spans.size() == 1 ? spans.getFirst() : null;
    }

    Result with(List<Value> other) {
      return new Result(other, list, emptied, spans, word);
    }
  }

  /** {@code $@} or {@code ${name[@]}}. */
  static boolean isList(Part.Parameter parameter) {
    if (parameter.prefix().equals("#")) {
      return false;
    }
    return parameter.subscript() == null
        ? parameter.name().equals("@")
        : "@".equals(parameter.subscript().constantText());
  }

  private boolean bash() {
    return walk.scope().dialect() == Dialect.BASH;
  }

  Result expand(Part.Parameter parameter) {
    if (parameter.name().isEmpty()) {
      return Result.unknown("this expansion is not followed");
    }
    if (!parameter.flags().isEmpty()) {
      return Result.unknown("zsh's expansion flags are not followed");
    }
    Result result = selected(parameter);
    if (parameter.prefix().contains("!")) {
      if (parameter.operator().equals("*") || parameter.operator().equals("@")) {
        return Result.unknown("names by their beginning are not known");
      }
      result = indirect(result);
    }
    if (parameter.prefix().equals("#")) {
      return length(parameter, result);
    }
    return operate(parameter, result);
  }

  private static Result length(Part.Parameter parameter, Result result) {
    List<Value> values = result.values();
    Word subscript = parameter.subscript();
    String index = subscript == null ? parameter.name() : subscript.constantText();
    if ("@".equals(index) || "*".equals(index)) {
      boolean unknown = values.stream().anyMatch(value -> value.hasUnknown() || value.hasPattern());
      return unknown
          ? Result.unknown("a count is not known")
          : Result.of(Value.of(String.valueOf(values.size())));
    }
    String text = values.isEmpty() ? "" : values.getFirst().known();
    return text == null
        ? Result.unknown("a length is not known")
        : Result.of(Value.of(String.valueOf(text.codePointCount(0, text.length()))));
  }

  /** The values before any operator; empty where it is unset. */
  private Result selected(Part.Parameter parameter) {
    Result all = lookup(parameter.name());
    boolean list = isList(parameter);
    Word subscript = parameter.subscript();
    if (subscript == null) {
      boolean array = all.values().size() > 1 && bash() && !isAll(parameter.name());
      return array ? first(all) : new Result(all.values(), list, all.emptied(), all.spans(), null);
    }
    String index = subscript.constantText();
    if (index != null && isAll(index)) {
      return new Result(all.values(), list, all.emptied(), List.of(), null);
    }
    boolean known = all.values().stream().noneMatch(Value::hasUnknown);
    Long at = known ? expander.number(subscript) : null;
    if (at == null) {
      return Result.unknown("an element of $" + parameter.name() + " is not known");
    }
    long zero = at < 0 ? all.values().size() + at : bash() ? at : at - 1;
    return zero >= 0 && zero < all.values().size()
        ? Result.of(all.values().get((int) zero))
        : new Result(List.of(), false, List.of(), List.of(), null);
  }

  private static boolean isAll(String name) {
    return name.equals("@") || name.equals("*");
  }

  private static Result first(Result all) {
    return all.with(List.of(all.values().getFirst()));
  }

  /** The values of a parameter; empty where it is unset. */
  List<Value> named(String name) {
    return lookup(name).values();
  }

  private Result lookup(String name) {
    Scope scope = walk.scope();
    Scope.Binding assigned = scope.assigned(name);
    if (assigned != null) {
      return new Result(assigned.values(), false, assigned.emptied(), List.of(), null);
    }
    List<Field> positional = scope.positional();
    if (positional != null) {
      switch (name) {
        case "@", "*" -> {
          return ofFields(positional);
        }
        case "#" -> {
          return Result.of(Value.of(String.valueOf(positional.size())));
        }
        default -> {
          char first = name.charAt(0);
          if (first >= '1' && first <= '9') {
            int at = name.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(name);
            return ofFields(at > positional.size() ? List.of() : positional.subList(at - 1, at));
          }
        }
      }
    }
    switch (name) {
      // What it is unless somebody changed it: POSIX.1-2024, 2.5.3.
      case "IFS" -> {
        if (!(scope.shell().variable(name) instanceof ShellView.Variable.Set)) {
          return Result.of(Value.of(" \t\n"));
        }
      }
      case "PWD" -> {
        Value directory = scope.directory();
        return directory == null
            ? Result.unknown("the working directory is not known")
            : Result.of(directory);
      }
      case "OLDPWD" -> {
        Value before = scope.directoryBefore();
        if (before != null) {
          return Result.of(before);
        }
      }
      case "HOME" -> {
        String home = scope.shell().home();
        if (home != null) {
          return Result.of(Value.of(home));
        }
      }
      // One process of the shell's own, whatever its number.
      case "!", "$" -> {
        return Result.of(Value.of("$" + name));
      }
      case "?", "-", "0", "_", "RANDOM", "SECONDS", "LINENO", "EPOCHSECONDS" -> {
        return Result.unknown("$" + name + " is only known when it runs");
      }
      default -> {}
    }
    return switch (scope.shell().variable(name)) {
      case ShellView.Variable.Set(List<String> values) ->
          new Result(values.stream().map(Value::of).toList(), false, List.of(), List.of(), null);
      case ShellView.Variable.Unset _ -> new Result(List.of(), false, List.of(), List.of(), null);
      case ShellView.Variable.Unknown(String why) -> Result.unknown(why);
    };
  }

  private static Result ofFields(List<Field> fields) {
    List<String> emptied = new ArrayList<>();
    fields.forEach(field -> emptied.addAll(field.emptied()));
    return new Result(
        fields.stream().map(Field::value).toList(),
        false,
        emptied,
        fields.stream().map(Field::span).toList(),
        null);
  }

  private Result indirect(Result names) {
    String name = names.values().isEmpty() ? null : names.values().getFirst().known();
    if (name == null || !isName(name)) {
      return Result.unknown("an indirect name is not known");
    }
    Result all = lookup(name);
    return all.values().size() > 1 ? first(all) : all;
  }

  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private Result operate(Part.Parameter parameter, Result result) {
    String operator = parameter.operator();
    List<Value> values = result.values();
    boolean nullCounts = operator.startsWith(":");
    boolean empty =
        values.isEmpty()
            || (nullCounts && values.size() == 1 && "".equals(values.getFirst().known()));
    return switch (operator) {
      case "" ->
          parameter.argument() == null
              ? noted(parameter, result)
              : Result.unknown("this expansion is not followed");
      case ":-", "-" -> {
        if (empty) {
          yield word(parameter.argument());
        }
        mayRun(parameter.argument(), result);
        yield noted(parameter, result);
      }
      case ":=", "=" -> {
        if (!empty) {
          mayRun(parameter.argument(), result);
          yield noted(parameter, result);
        }
        Word argument = parameter.argument();
        Field field = argument == null ? null : expander.single(argument);
        Value value = field == null ? Value.EMPTY : field.value();
        List<String> emptied = field == null ? List.of() : field.emptied();
        walk.scope().set(parameter.name(), List.of(value), emptied);
        yield new Result(List.of(value), false, emptied, List.of(), null);
      }
      // The command does not run at all when it is empty.
      case ":?", "?" ->
          empty
              ? Result.unknown("$" + parameter.name() + " must be set for this to run")
              : noted(parameter, result);
      case ":+", "+" ->
          empty
              ? new Result(List.of(), false, List.of(), List.of(), null)
              : word(parameter.argument());
      default -> {
        if (operator.equals(":") && result.list()) {
          yield slice(parameter, result);
        }
        runs(parameter.argument());
        List<Value> out = new ArrayList<>(values.size());
        for (Value value : values) {
          out.add(changed(parameter, operator, value));
        }
        yield noted(parameter, result.with(out));
      }
    };
  }

  /** A default is worked out, commands in it and all, if the variable turns out empty. */
  private void mayRun(@Nullable Word word, Result result) {
    boolean known = result.values().stream().allMatch(value -> value.known() != null);
    if (word != null && word.constantText() == null && !known) {
      walk.perhaps(() -> expander.single(word));
    }
  }

  /** A pattern or an offset is worked out, commands in it and all. */
  private void runs(@Nullable Word word) {
    if (word != null && word.constantText() == null) {
      Field _ = expander.single(word);
    }
  }

  /** Remembers the name of what turned out empty. */
  private static Result noted(Part.Parameter parameter, Result result) {
    for (Value value : result.values()) {
      if (!value.pieces().isEmpty()) {
        return result;
      }
    }
    if (isAll(parameter.name())) {
      return result;
    }
    List<String> emptied = new ArrayList<>(result.emptied());
    emptied.add(parameter.name());
    return new Result(result.values(), result.list(), emptied, result.spans(), null);
  }

  /** The word behind an operator stands in the parameter's place, quotes and all. */
  private Result word(@Nullable Word word) {
    return word == null
        ? Result.of(Value.EMPTY)
        : new Result(List.of(), false, List.of(), List.of(), word);
  }

  /** {@code ${@:2}} and {@code ${a[@]:1:2}}. */
  private Result slice(Part.Parameter parameter, Result result) {
    Word argument = parameter.argument();
    String text = argument == null ? null : expander.single(argument).known();
    if (text == null || result.values().stream().anyMatch(Value::hasUnknown)) {
      return Result.unknown("a slice of $" + parameter.name() + " is not known");
    }
    int colon = text.indexOf(':');
    Long from = expander.number(colon < 0 ? text : text.substring(0, colon));
    Long count =
        colon < 0 ? Long.valueOf(Integer.MAX_VALUE) : expander.number(text.substring(colon + 1));
    if (from == null || count == null || count < 0) {
      return Result.unknown("a slice of $" + parameter.name() + " is not known");
    }
    int size = result.values().size();
    boolean positional = parameter.name().equals("@");
    if (positional && from == 0) {
      return Result.unknown("a slice of $@ with $0 in it is not known");
    }
    long start = from < 0 ? size + from + (positional ? 1 : 0) : from;
    start -= positional ? 1 : 0;
    if (start < 0 || start >= size) {
      return new Result(List.of(), result.list(), List.of(), List.of(), null);
    }
    int end = (int) Math.min(size, start + count);
    List<Span> spans =
        result.spans().isEmpty() ? List.of() : result.spans().subList((int) start, end);
    return new Result(
        result.values().subList((int) start, end), result.list(), result.emptied(), spans, null);
  }

  private Value changed(Part.Parameter parameter, String operator, Value value) {
    String text = value.known();
    Value changed;
    if (text == null) {
      changed = changedInPart(parameter, operator, value);
    } else {
      String whole = text.length() > LONGEST ? null : change(parameter, operator, text);
      changed = whole == null ? null : Value.of(whole);
    }
    if (changed != null) {
      return changed;
    }
    for (Piece piece : value.pieces()) {
      if (piece instanceof Piece.Unknown) {
        return new Value(List.of(piece));
      }
    }
    return Value.unknown("${" + parameter.name() + operator + "…} is not computed");
  }

  /** What can be taken off the end of a value that is not all known; null for anything else. */
  private @Nullable Value changedInPart(Part.Parameter parameter, String operator, Value value) {
    Word argument = parameter.argument();
    String suffix = argument == null ? null : argument.constantText();
    if (value.hasUnknown() || suffix == null || suffix.isEmpty()) {
      return null;
    }
    if (!operator.equals("%") && !operator.equals("%%")) {
      return null;
    }
    List<Piece> pieces = new ArrayList<>(value.pieces());
    Piece last = pieces.removeLast();
    switch (last) {
      case Piece.Known(String text) when text.endsWith(suffix) ->
          pieces.add(new Piece.Known(text.substring(0, text.length() - suffix.length())));
      case Piece.Pattern(String glob) when glob.endsWith(suffix) ->
          pieces.add(new Piece.Pattern(glob.substring(0, glob.length() - suffix.length())));
      case Piece.Known _, Piece.Pattern _, Piece.Unknown _ -> {
        return null;
      }
    }
    return new Value(pieces);
  }

  private @Nullable String change(Part.Parameter parameter, String operator, String text) {
    Word argument = parameter.argument();
    Word replacement = parameter.replacement();
    return switch (operator) {
      case "#", "##" -> {
        String pattern = argument == null ? "" : expander.pattern(argument);
        yield pattern == null
            ? null
            : ShellPattern.withoutPrefix(text, pattern, operator.equals("##"));
      }
      case "%", "%%" -> {
        String pattern = argument == null ? "" : expander.pattern(argument);
        yield pattern == null
            ? null
            : ShellPattern.withoutSuffix(text, pattern, operator.equals("%%"));
      }
      case "/", "//", "/#", "/%" -> {
        String pattern = argument == null ? "" : expander.pattern(argument);
        String by = replacement == null ? "" : expander.single(replacement).known();
        yield pattern == null || by == null || (by.indexOf('&') >= 0 && bash())
            ? null
            : ShellPattern.replace(text, pattern, by, operator);
      }
      case "^^" -> argument == null ? text.toUpperCase(Locale.ROOT) : null;
      case ",," -> argument == null ? text.toLowerCase(Locale.ROOT) : null;
      case "^" -> argument == null ? first(text, true) : null;
      case "," -> argument == null ? first(text, false) : null;
      case ":" -> argument == null ? null : substring(text, argument);
      case "@" -> argument == null ? null : transformed(text, argument.constantText());
      case ":h" -> text.lastIndexOf('/') > 0 ? text.substring(0, text.lastIndexOf('/')) : null;
      case ":t" -> text.substring(text.lastIndexOf('/') + 1);
      case ":r" -> text.lastIndexOf('.') > text.lastIndexOf('/') + 1 ? root(text) : text;
      default -> null;
    };
  }

  private static String root(String text) {
    return text.substring(0, text.lastIndexOf('.'));
  }

  private static String first(String text, boolean upper) {
    if (text.isEmpty()) {
      return text;
    }
    int end = text.offsetByCodePoints(0, 1);
    String letter = text.substring(0, end);
    return (upper ? letter.toUpperCase(Locale.ROOT) : letter.toLowerCase(Locale.ROOT))
        + text.substring(end);
  }

  /** {@code ${x@U}} and its kin; quoting again ({@code Q}) only where nothing needs it. */
  private static @Nullable String transformed(String text, @Nullable String letter) {
    return switch (letter) {
      case "U" -> text.toUpperCase(Locale.ROOT);
      case "L" -> text.toLowerCase(Locale.ROOT);
      case "u" -> first(text, true);
      case "Q" -> text.indexOf('\'') < 0 && isPrintable(text) ? "'" + text + "'" : null;
      case null, default -> null;
    };
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7F);
  }

  /** {@code ${x:offset:length}}. */
  private @Nullable String substring(String text, Word argument) {
    String numbers = expander.single(argument).known();
    if (numbers == null || numbers.indexOf('?') >= 0) {
      return null;
    }
    int colon = numbers.indexOf(':');
    Long offset = expander.number(colon < 0 ? numbers : numbers.substring(0, colon));
    Long count = colon < 0 ? null : expander.number(numbers.substring(colon + 1));
    if (offset == null || (colon >= 0 && count == null)) {
      return null;
    }
    int size = text.codePointCount(0, text.length());
    long from = offset < 0 ? size + offset : offset;
    if (from < 0 || from > size) {
      return "";
    }
    long to = count == null ? size : count < 0 ? size + count : Math.min(size, from + count);
    if (to < from) {
      return null;
    }
    return text.substring(
        text.offsetByCodePoints(0, (int) from), text.offsetByCodePoints(0, (int) to));
  }
}
