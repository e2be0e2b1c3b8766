package belay.rules.effect;

import belay.rules.syntax.Command;
import belay.rules.syntax.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the line itself has set so far; for all else the shell is asked. */
final class Scope {

  /**
   * What the line has made of a variable.
   *
   * @param values none where it is unset, one for a scalar, the elements of an array
   * @param emptied variables that turned out unset or empty when this was made of them
   * @param exported whether the line has exported it
   */
  record Binding(List<Value> values, List<String> emptied, boolean exported) {

    private static final int MOST = 4096;

    static final Binding UNSET = new Binding(List.of(), List.of(), false);

    Binding {
      values =
          values.size() > MOST
              ? List.of(Value.unknown("there are too many elements"))
              : List.copyOf(values);
      emptied = List.copyOf(emptied);
    }
  }

  /** A function and the text its body stands in. */
  record Function(Command body, Code code) {}

  private final ShellView shell;
  private final Dialect dialect;
  private final Map<String, Binding> variables;
  private final Map<String, Function> functions;
  private final List<@Nullable Value> directories;
  private @Nullable Value directory;
  private @Nullable Value before;
  private @Nullable List<Field> positional;

  /** What variables were before the function that runs declared them; null outside of any. */
  private @Nullable Map<String, @Nullable Binding> locals;

  Scope(ShellView shell) {
    this.shell = shell;
    this.dialect = shell.dialect();
    this.variables = new HashMap<>();
    this.functions = new HashMap<>();
    this.directories = new ArrayList<>();
    String known = shell.directory();
    this.directory = known == null ? null : Value.of(known);
  }

  private Scope(Scope other, Dialect dialect) {
    this.shell = other.shell;
    this.dialect = dialect;
    this.variables = new HashMap<>(other.variables);
    this.functions = new HashMap<>(other.functions);
    this.directories = new ArrayList<>(other.directories);
    this.directory = other.directory;
    this.before = other.before;
    this.positional = other.positional;
    this.locals = other.locals == null ? null : new HashMap<>(other.locals);
  }

  /** What a subshell starts with: changes in it stay in it (POSIX.1-2024 2.13). */
  Scope copy() {
    return new Scope(this, dialect);
  }

  /**
   * What a shell that is started as a program begins with. What the shell itself has set may be
   * exported or not, nobody tells us: it is taken to be.
   */
  Scope ofChild(Dialect language) {
    Scope child = new Scope(this, language);
    child.functions.clear();
    child.positional = List.of();
    child
        .variables
        .entrySet()
        .removeIf(
            entry ->
                !entry.getValue().exported()
                    && !entry.getValue().values().isEmpty()
                    && shell.variable(entry.getKey()) instanceof ShellView.Variable.Unset);
    return child;
  }

  /** What a shell in another place begins with: nothing is known of it. */
  Scope elsewhere(String where) {
    return new Scope(new Elsewhere(Dialect.BASH, where));
  }

  /** Goes on as if either this or {@code other} had come to pass. */
  void merge(Scope other) {
    Set<String> names = new HashSet<>(variables.keySet());
    names.addAll(other.variables.keySet());
    for (String name : names) {
      Binding mine = variables.get(name);
      Binding theirs = other.variables.get(name);
      if (!Objects.equals(mine, theirs)) {
        variables.put(
            name,
            new Binding(
                List.of(Value.unknown("$" + name + " depends on what has run")), List.of(), false));
      }
    }
    other.functions.forEach(functions::putIfAbsent);
    if (!Objects.equals(directory, other.directory)) {
      directory = Value.unknown("the working directory depends on what has run");
    }
    if (!Objects.equals(positional, other.positional)) {
      positional = null;
    }
    if (!directories.equals(other.directories)) {
      directories.clear();
    }
  }

  ShellView shell() {
    return shell;
  }

  /** The language of the shell that reads here, which may be a child of the one that was asked. */
  Dialect dialect() {
    return dialect;
  }

  /** The working directory; null where the shell does not say. */
  @Nullable Value directory() {
    return directory;
  }

  void changeDirectory(@Nullable Value to) {
    before = directory;
    directory = to;
  }

  /** Where {@code cd -} leads; null where the line has not been anywhere else. */
  @Nullable Value directoryBefore() {
    return before;
  }

  /** {@code pushd}. */
  void pushDirectory() {
    directories.add(directory);
  }

  /** {@code popd}; unknown where the stack is the shell's own. */
  @Nullable Value popDirectory() {
    return directories.isEmpty()
        ? Value.unknown("the directory stack is the shell's own")
        : directories.removeLast();
  }

  void set(String name, List<Value> values) {
    set(name, values, List.of());
  }

  void set(String name, List<Value> values, List<String> emptied) {
    Binding old = variables.get(name);
    variables.put(name, new Binding(values, emptied, old != null && old.exported()));
  }

  void export(String name) {
    Binding old = variables.get(name);
    if (old != null) {
      variables.put(name, new Binding(old.values(), old.emptied(), true));
    }
  }

  void unset(String name) {
    variables.put(name, Binding.UNSET);
    functions.remove(name);
  }

  /** Begins a function's variables; gives back what {@link #leaveFunction} wants. */
  @Nullable Map<String, @Nullable Binding> enterFunction() {
    Map<String, @Nullable Binding> before = locals;
    locals = new HashMap<>();
    return before;
  }

  /** Declares a variable of the function that runs; outside of any it is the shell's. */
  void declareLocal(String name) {
    if (locals != null && !locals.containsKey(name)) {
      locals.put(name, variables.get(name));
    }
  }

  void leaveFunction(@Nullable Map<String, @Nullable Binding> before) {
    if (locals != null) {
      locals.forEach(this::restore);
    }
    locals = before;
  }

  /** What the line has made of a variable; null where it has not touched it. */
  @Nullable Binding assigned(String name) {
    return variables.get(name);
  }

  /** What the line has made of variables that are no arrays; an unset one is empty. */
  Map<String, Value> assigned() {
    if (variables.isEmpty()) {
      return Map.of();
    }
    Map<String, Value> out = new HashMap<>();
    variables.forEach(
        (name, binding) -> {
          if (binding.values().size() < 2) {
            out.put(name, binding.values().isEmpty() ? Value.EMPTY : binding.values().getFirst());
          }
        });
    return out;
  }

  /** Puts back what {@link #assigned(String)} gave. */
  void restore(String name, @Nullable Binding binding) {
    if (binding == null) {
      variables.remove(name);
    } else {
      variables.put(name, binding);
    }
  }

  void define(String name, Function function) {
    functions.put(name, function);
  }

  @Nullable Function function(String name) {
    return functions.get(name);
  }

  /** {@code $1} and on; null where they are those of the interactive shell. */
  @Nullable List<Field> positional() {
    return positional;
  }

  void setPositional(@Nullable List<Field> values) {
    positional = values == null ? null : List.copyOf(values);
  }
}
