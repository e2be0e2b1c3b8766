package belay.rules.effect;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known about programs: how each reads its arguments and what it then does. The knowledge
 * is data, in {@code belay/models/*.yaml}; docs/models.md says how it is written.
 */
public final class CommandModels {

  private static final List<String> SHIPPED =
      List.of(
          "files",
          "disks",
          "imaging",
          "images",
          "volumes",
          "wrappers",
          "runners",
          "shells",
          "git",
          "processes",
          "system",
          "network",
          "packages",
          "guests",
          "cloud",
          "databases",
          "clusters",
          "interpreters",
          "sessions",
          "readers",
          "platforms",
          "frameworks",
          "backups");

  private final Map<String, Model> programs;

  private CommandModels(Map<String, Model> programs) {
    this.programs = programs;
  }

  /** A model file. */
  record Source(String file, String text) {}

  /**
   * What is wrong with a model file.
   *
   * @param line from 1
   * @param column from 1
   */
  record Problem(String file, int line, int column, String reason) {
    @Override
    public String toString() {
      return file + ":" + line + ":" + column + ": " + reason;
    }
  }

  /**
   * A line that a model was written for.
   *
   * @param meaning in the short form of docs/models.md
   */
  record Example(String file, int line, String command, String meaning) {}

  private static final class BuiltIn {
    static final CommandModels MODELS = load();

    private static CommandModels load() {
      List<Problem> problems = new ArrayList<>();
      CommandModels models = of(builtInSources(), problems, new ArrayList<>());
      if (!problems.isEmpty()) {
        throw new IllegalStateException(problems.toString());
      }
      return models;
    }
  }

  /** The models Belay comes with. */
  public static CommandModels builtIn() {
    return BuiltIn.MODELS;
  }

  static List<Source> builtInSources() {
    return SHIPPED.stream().map(CommandModels::shipped).toList();
  }

  private static Source shipped(String name) {
    String file = name + ".yaml";
    try (InputStream in = CommandModels.class.getResourceAsStream("/belay/models/" + file)) {
      if (in == null) {
        throw new IllegalStateException("not in this build: belay/models/" + file);
      }
      return new Source(file, Text.decode(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("belay/models/" + file, e);
    }
  }

  /**
   * Reads model files; what is wrong goes to {@code problems}, and the models concerned are left
   * out.
   */
  static CommandModels of(List<Source> sources, List<Problem> problems, List<Example> examples) {
    Map<String, Model> programs = new HashMap<>();
    for (Source source : sources) {
      new ModelParser(source, programs, problems, examples).read();
    }
    return new CommandModels(Map.copyOf(programs));
  }

  /** Whether there is a model for the program of that base name. */
  boolean knows(String program) {
    return programs.containsKey(program);
  }

  /**
   * What the program does with its arguments; of one that is not known, what its words say.
   *
   * @param arguments without the name
   */
  Meaning read(String program, List<Field> arguments) {
    return read(program, arguments, null);
  }

  /**
   * The same with what the program reads.
   *
   * @param input what standard input holds; null where it is the terminal's
   */
  Meaning read(String program, List<Field> arguments, @Nullable Field input) {
    Model model = programs.get(program);
    return model == null
        ? Unmodelled.read(program, arguments)
        : model.read(program, arguments, input);
  }
}
