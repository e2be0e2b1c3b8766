package belay.daemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the layers above a project have their files.
 *
 * @param system the machine's directories, the one that goes first first
 * @param user the user's
 */
public record Layers(List<Path> system, Path user) {

  /** The machine's directory. */
  public static final Path SYSTEM = Path.of("/etc/belay");

  /** Names one more: it can say more than {@link #SYSTEM}, never less. */
  static final String ANOTHER = "BELAY_SYSTEM_DIR";

  public Layers {
    system = List.copyOf(system);
  }

  /**
   * Packs of one layer.
   *
   * @param directory need not exist
   */
  public record Packs(Layer layer, Path directory) {}

  /**
   * Those of a user.
   *
   * @param directories the user's own
   * @param environment the process's variables; whoever sets {@value #ANOTHER} adds to the
   *     machine's directory, so that nobody is rid of it by a variable
   */
  public static Layers of(Directories directories, Map<String, String> environment) {
    List<Path> system = new ArrayList<>(List.of(SYSTEM));
    String another = environment.getOrDefault(ANOTHER, "");
    if (another.startsWith("/")) {
      system.add(Path.of(another));
    }
    return new Layers(system, directories.config());
  }

  /** Where packs are, in the order of the layers. */
  public List<Packs> packs() {
    List<Packs> out = new ArrayList<>();
    for (Path directory : system) {
      out.add(new Packs(Layer.SYSTEM, directory.resolve("packs")));
    }
    for (Path directory : system) {
      out.add(new Packs(Layer.TEAM, installed(directory)));
    }
    out.add(new Packs(Layer.TEAM, installed(user)));
    out.add(new Packs(Layer.USER, user.resolve("packs")));
    return List.copyOf(out);
  }

  /** Where packs are installed: one entry each, a file, a directory or a link to either. */
  public static Path installed(Path directory) {
    return directory.resolve("installed");
  }

  /** The directories that settings are in, in the order of the layers. */
  public List<Path> settings() {
    List<Path> out = new ArrayList<>(system);
    out.add(user);
    return List.copyOf(out);
  }
}
