package belay.rules.effect;

import belay.rules.effect.Meaning.Change;
import belay.rules.effect.Meaning.Inner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The builtins that change what later words mean or read text as commands (bash(1) SHELL BUILTIN
 * COMMANDS; zshbuiltins(1)). What the others do is for the command models.
 */
final class Builtins {

  private static final Set<String> NAMES =
      Set.of(
          "cd",
          "chdir",
          "pushd",
          "popd",
          "export",
          "declare",
          "typeset",
          "local",
          "readonly",
          "integer",
          "float",
          "unset",
          "read",
          "mapfile",
          "readarray",
          "getopts",
          "set",
          "shift",
          "let",
          "eval",
          "source",
          ".",
          "printf",
          "vared");

  private final Walk walk;
  private final Wrapped wrapped;

  Builtins(Walk walk, Wrapped wrapped) {
    this.walk = walk;
    this.wrapped = wrapped;
  }

  boolean knows(String name) {
    return NAMES.contains(name);
  }

  /** Whether it was one of them. */
  boolean run(String name, Field first, List<Field> arguments) {
    switch (name) {
      case "cd", "chdir" -> changeDirectory(arguments);
      case "pushd" -> {
        walk.scope().pushDirectory();
        changeDirectory(arguments);
      }
      case "popd" -> walk.scope().changeDirectory(walk.scope().popDirectory());
      case "export", "declare", "typeset", "local", "readonly", "integer", "float" -> {
        boolean exported = name.equals("export") || options(arguments).contains("x");
        boolean local = !name.equals("export") && !name.equals("readonly");
        arguments.forEach(argument -> declare(argument, exported, local));
      }
      case "unset" ->
          arguments.stream()
              .map(Field::known)
              .filter(variable -> variable != null && Parameters.isName(variable))
              .forEach(walk.scope()::unset);
      case "read", "vared" -> read(arguments);
      case "mapfile", "readarray", "getopts" ->
          arguments.stream()
              .map(Field::known)
              .filter(variable -> variable != null && Parameters.isName(variable))
              .forEach(
                  variable ->
                      walk.scope().set(variable, List.of(Value.unknown("a line that is read"))));
      case "set" -> setPositional(arguments);
      case "shift" -> shift(arguments);
      case "let" ->
          arguments.stream()
              .map(Field::known)
              .forEach(
                  text -> {
                    if (text != null) {
                      Long _ = walk.expander().number(text);
                    }
                  });
      case "eval" -> {
        if (!arguments.isEmpty()) {
          wrapped.runText(
              new Inner.Text("eval", new Change.Nothing(), joined(arguments), List.of()),
              walk.context().deeper());
        }
      }
      case "source", "." -> source(first, arguments);
      case "printf" -> {
        if (arguments.size() < 2 || !"-v".equals(arguments.getFirst().known())) {
          return false;
        }
        String variable = arguments.get(1).known();
        if (variable != null && Parameters.isName(variable)) {
          Output text = Printed.of("printf", arguments.subList(2, arguments.size()), null, walk);
          walk.scope().set(variable, List.of(text.asText(walk.findings())));
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static String options(List<Field> arguments) {
    StringBuilder out = new StringBuilder();
    for (Field argument : arguments) {
      String text = argument.value().knownPrefix();
      if (!text.startsWith("-")) {
        break;
      }
      out.append(text);
    }
    return out.toString();
  }

  private void changeDirectory(List<Field> arguments) {
    Scope scope = walk.scope();
    Field target = null;
    for (Field argument : arguments) {
      String text = argument.value().knownPrefix();
      if (!text.startsWith("-") || "-".equals(argument.known())) {
        target = argument;
      }
    }
    if (target == null) {
      List<Value> home = walk.expander().named("HOME");
      scope.changeDirectory(
          home.isEmpty() ? Value.unknown("the home directory is not known") : home.getFirst());
      return;
    }
    if (target.value().pieces().isEmpty()) {
      return; // `cd ''` stays where it is
    }
    if ("-".equals(target.known())) {
      List<Value> before = walk.expander().named("OLDPWD");
      scope.changeDirectory(
          before.isEmpty() ? Value.unknown("$OLDPWD is not known") : before.getFirst());
      return;
    }
    scope.changeDirectory(Paths.absolute(target.value(), scope.directory()));
  }

  private void declare(Field argument, boolean exported, boolean local) {
    String prefix = argument.value().knownPrefix();
    int equals = prefix.indexOf('=');
    boolean append = equals > 0 && prefix.charAt(equals - 1) == '+';
    String name = equals < 0 ? argument.known() : prefix.substring(0, append ? equals - 1 : equals);
    if (name == null || !Parameters.isName(name)) {
      return;
    }
    if (local) {
      walk.scope().declareLocal(name);
    }
    if (equals >= 0) {
      List<Value.Piece> rest = new ArrayList<>(argument.value().pieces());
      rest.set(0, new Value.Piece.Known(prefix.substring(equals + 1)));
      Value value = new Value(rest);
      List<Value> before = append ? walk.expander().named(name) : List.of();
      walk.scope()
          .set(
              name,
              List.of(before.isEmpty() ? value : before.getFirst().append(value)),
              argument.emptied());
    }
    if (exported) {
      walk.scope().export(name);
    }
  }

  /** The first line of what is piped in, cut up among the names; else unknown. */
  private void read(List<Field> arguments) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String text = arguments.get(i).known();
      if (text == null) {
        continue;
      }
      if (text.startsWith("-")) {
        boolean takesValue = text.length() == 2 && "adinNptu".indexOf(text.charAt(1)) >= 0;
        i += takesValue && text.charAt(1) != 'a' ? 1 : 0;
      } else if (Parameters.isName(text)) {
        names.add(text);
      }
    }
    if (names.isEmpty()) {
      names.add("REPLY");
    }
    Output input = walk.input();
    List<Value> lines = input == null ? List.of() : input.asNames(walk.findings(), true);
    Value line = lines.isEmpty() ? null : lines.getFirst();
    Value whole =
        line == null || (input instanceof Output.Found && lines.size() > 1)
            ? Value.unknown("a line that is read")
            : line;
    List<Value> words =
        names.size() == 1 ? List.of(whole) : new Output.Text(whole).asNames(walk.findings(), false);
    for (int i = 0; i < names.size(); i++) {
      Value value =
          whole.known() == null && names.size() > 1
              ? Value.unknown("part of a line that is read")
              : i < words.size() ? words.get(i) : Value.EMPTY;
      boolean last = i == names.size() - 1 && i < words.size();
      for (int more = i + 1; last && more < words.size(); more++) {
        value = value.append(Value.of(" ")).append(words.get(more));
      }
      walk.scope().set(names.get(i), List.of(value));
    }
  }

  private void setPositional(List<Field> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String text = arguments.get(i).known();
      if ("--".equals(text)) {
        walk.scope().setPositional(arguments.subList(i + 1, arguments.size()));
        return;
      }
      if (text == null || !(text.startsWith("-") || text.startsWith("+"))) {
        walk.scope().setPositional(arguments.subList(i, arguments.size()));
        return;
      }
      i += text.endsWith("o") ? 1 : 0;
    }
  }

  private void shift(List<Field> arguments) {
    List<Field> known = walk.scope().positional();
    Long count = arguments.isEmpty() ? Long.valueOf(1) : number(arguments.getFirst().known());
    if (known == null || count == null) {
      walk.scope().setPositional(null);
    } else if (count >= 0 && count <= known.size()) {
      walk.scope().setPositional(known.subList(count.intValue(), known.size()));
    }
  }

  private @Nullable Long number(@Nullable String text) {
    return text == null ? null : walk.expander().number(text);
  }

  /** What a process substitution prints may be known, and the shell may show us a file. */
  private void source(Field first, List<Field> arguments) {
    if (arguments.isEmpty()) {
      return;
    }
    Field file = arguments.getFirst();
    String path = file.known();
    Output output = path == null ? null : walk.substitutedBy(path);
    if (output == null && "/dev/stdin".equals(path)) {
      output = walk.input();
    }
    if (output == null && path != null) {
      output = script(path);
    }
    if (output != null && !walk.context().isDeepest()) {
      List<Field> named = arguments.size() > 1 ? arguments : List.of();
      wrapped.runText(
          new Inner.Text(
              first.value().display(),
              new Change.Nothing(),
              file.with(output.asText(walk.findings())),
              named),
          walk.context().deeper());
    }
  }

  /** What a file holds that the shell is to read; null where that cannot be told. */
  private @Nullable Output script(String path) {
    String absolute = Paths.absolute(Value.of(path), walk.scope().directory()).known();
    String text = absolute == null ? null : walk.scope().shell().script(absolute);
    if (text != null) {
      return new Output.Text(Value.of(text));
    }
    walk.findings().unread("what `" + path + "` holds is not read");
    return null;
  }

  private static Field joined(List<Field> fields) {
    List<Value.Piece> pieces = new ArrayList<>();
    List<String> emptied = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      if (i > 0) {
        pieces.add(new Value.Piece.Known(" "));
      }
      pieces.addAll(fields.get(i).value().pieces());
      emptied.addAll(fields.get(i).emptied());
    }
    return new Field(
        new Value(pieces), fields.getFirst().span().cover(fields.getLast().span()), emptied);
  }
}
