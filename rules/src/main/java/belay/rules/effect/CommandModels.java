package belay.rules.effect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How programs take their arguments and what follows from them: data, in {@code belay/models}. */
public final class CommandModels {

  private static final List<String> SHIPPED =
      List.of(
          "files",
          "storage",
          "volumes",
          "virt",
          "wrappers",
          "shells",
          "system",
          "network",
          "git",
          "containers",
          "cloud",
          "db");

  private static final class Loaded {
    private static final CommandModels INSTANCE = load();
  }

  private final Map<String, Model> models;

  CommandModels(Map<String, Model> models) {
    this.models = Map.copyOf(models);
  }

  /** The models Belay comes with, read once. */
  public static CommandModels builtIn() {
    return Loaded.INSTANCE;
  }

  private static CommandModels load() {
    Map<String, Model> all = new HashMap<>();
    for (String name : SHIPPED) {
      String file = "/belay/models/" + name + ".yaml";
      try (InputStream in = CommandModels.class.getResourceAsStream(file)) {
        if (in == null) {
          throw new IllegalStateException("not in this build: " + file);
        }
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        ModelParser.parse(name + ".yaml", text)
            .forEach(
                (program, model) -> {
                  if (all.put(program, model) != null) {
                    throw new IllegalStateException(file + ": a second model of " + program);
                  }
                });
      } catch (IOException e) {
        throw new UncheckedIOException(file, e);
      }
    }
    return new CommandModels(all);
  }

  boolean knows(String program) {
    return models.containsKey(program) || programFamily(program) != null;
  }

  /** What {@code program}, called by this base name with these arguments, means. */
  Meaning read(String program, List<Field> arguments) {
    Model model = models.get(program);
    if (model == null) {
      String family = programFamily(program);
      model = family == null ? null : models.get(family);
    }
    return model == null ? Meaning.NOTHING : ModelReading.of(model, arguments);
  }

  /** {@code mkfs.ext4} is {@code mkfs.*} where it has no model of its own. */
  private @Nullable String programFamily(String program) {
    int dot = program.indexOf('.');
    if (dot <= 0) {
      return null;
    }
    String family = program.substring(0, dot) + ".*";
    return models.containsKey(family) ? family : null;
  }

  /** Every model, by program: for the test that runs their examples. */
  Map<String, Model> all() {
    return models;
  }
}
