package belay.rules.effect;

import belay.rules.syntax.Command;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the line itself has set so far; for all else the shell is asked. */
final class Scope {

  private final ShellView shell;
  private final Map<String, List<Value>> variables;
  private final Map<String, Command> functions;
  private @Nullable Value directory;
  private @Nullable List<Field> positional;

  Scope(ShellView shell) {
    this.shell = shell;
    this.variables = new HashMap<>();
    this.functions = new HashMap<>();
    String known = shell.directory();
    this.directory = known == null ? null : Value.of(known);
  }

  private Scope(Scope other) {
    this.shell = other.shell;
    this.variables = new HashMap<>(other.variables);
    this.functions = new HashMap<>(other.functions);
    this.directory = other.directory;
    this.positional = other.positional;
  }

  /** What a subshell starts with: changes in it stay in it (POSIX.1-2024 2.13). */
  Scope copy() {
    return new Scope(this);
  }

  ShellView shell() {
    return shell;
  }

  /** The working directory, or null where it is not known. */
  @Nullable Value directory() {
    return directory;
  }

  void changeDirectory(@Nullable Value to) {
    directory = to;
  }

  void set(String name, List<Value> values) {
    variables.put(name, List.copyOf(values));
  }

  void unset(String name) {
    variables.put(name, List.of());
  }

  /**
   * What the line has assigned; null where it has not touched the name, empty where it unset it.
   */
  @Nullable List<Value> assigned(String name) {
    return variables.get(name);
  }

  void define(String name, Command body) {
    functions.put(name, body);
  }

  @Nullable Command function(String name) {
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
