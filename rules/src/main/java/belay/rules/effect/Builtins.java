package belay.rules.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What builtins do to the shell itself, and so to the meaning of the words behind them. */
final class Builtins {

  private Builtins() {}

  /** The builtins that change what later words mean. Everything else is for the models. */
  static boolean run(String name, List<Field> arguments, Scope scope, @Nullable Output input) {
    switch (name) {
      case "cd", "pushd", "chdir" -> changeDirectory(arguments, scope);
      case "popd" -> scope.changeDirectory(null);
      case "export", "declare", "typeset", "local", "readonly" -> {
        for (Field argument : arguments) {
          assign(argument, scope);
        }
      }
      case "unset" -> {
        for (Field argument : arguments) {
          String variable = argument.known();
          if (variable != null && !variable.startsWith("-")) {
            scope.unset(variable);
          }
        }
      }
      case "read", "mapfile", "readarray" -> {
        for (Field argument : arguments) {
          String variable = argument.known();
          if (variable != null && variable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            scope.set(variable, List.of(readValue(input)));
          }
        }
      }
      case "set" -> {
        int dashes = -1;
        for (int i = 0; i < arguments.size() && dashes < 0; i++) {
          dashes = "--".equals(arguments.get(i).known()) ? i : -1;
        }
        if (dashes >= 0) {
          scope.setPositional(arguments.subList(dashes + 1, arguments.size()));
        }
      }
      case "shift" -> {
        List<Field> known = scope.positional();
        if (known != null && !known.isEmpty()) {
          scope.setPositional(known.subList(1, known.size()));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What {@code read} takes in from a pipe. */
  private static Value readValue(@Nullable Output input) {
    return switch (input) {
      case Output.Found(List<Value> roots) when roots.size() == 1 ->
          Operands.below(roots.getFirst());
      case Output.Words(List<Value> words, String _) when words.size() == 1 -> words.getFirst();
      case Output.Found _, Output.Words _, Output.Unknown _ ->
          Value.unknown("a line read from input");
      case null -> Value.unknown("a line read from input");
    };
  }

  private static void changeDirectory(List<Field> arguments, Scope scope) {
    Field target = null;
    for (Field argument : arguments) {
      String known = argument.known();
      if (known == null || !known.startsWith("-") || known.equals("-")) {
        target = argument;
      }
    }
    if (target == null) {
      String home = scope.shell().home();
      scope.changeDirectory(home == null ? null : Value.of(home));
      return;
    }
    if ("-".equals(target.known())) {
      scope.changeDirectory(null);
      return;
    }
    Value to = Paths.absolute(target.value(), scope.directory());
    scope.changeDirectory(to.knownPrefix().startsWith("/") ? to : null);
  }

  /** {@code name=value} as an operand, as export and env take it. */
  static void assign(Field argument, Scope scope) {
    String prefix = argument.value().knownPrefix();
    int equals = prefix.indexOf('=');
    if (equals > 0 && prefix.substring(0, equals).matches("[A-Za-z_][A-Za-z0-9_]*")) {
      List<Value.Piece> rest = new ArrayList<>(argument.value().pieces());
      rest.set(0, new Value.Piece.Known(prefix.substring(equals + 1)));
      scope.set(prefix.substring(0, equals), List.of(new Value(rest)));
    }
  }

  static boolean isNothing(@Nullable String name) {
    return name != null && (name.equals(":") || name.equals("true"));
  }

  static boolean isDeclaration(@Nullable String name) {
    return name != null
        && Set.of("declare", "typeset", "local", "export", "readonly", "integer").contains(name);
  }
}
