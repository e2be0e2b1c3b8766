package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The data directory that a server of MariaDB or MySQL takes from its option files: the last {@code
 * datadir} of its own groups, {@code !include} and {@code !includedir} followed ("Using Option
 * Files" in the manuals of both).
 */
final class MySqlConfig {

  private static final List<String> USUAL = List.of("/etc/my.cnf", "/etc/mysql/my.cnf");

  private static final Set<String> GROUPS =
      Set.of("mysqld", "server", "mariadb", "mariadbd", "galera");

  private static final String ONLY = "--defaults-file=";

  private static final String ALSO = "--defaults-extra-file=";

  private static final int LIMIT = 256 * 1024;

  private static final int MOST_FILES = 64;

  private static final int DEEPEST = 4;

  private final Machine machine;
  private @Nullable String directory;
  private int files;

  private MySqlConfig(Machine machine) {
    this.machine = machine;
  }

  /**
   * The directory that is named for a server with this command line, or null where none is.
   *
   * @throws IOException if a file may not be read, or there are too many of them
   */
  static @Nullable String dataDirectory(Machine machine, List<String> commandLine)
      throws IOException {
    MySqlConfig config = new MySqlConfig(machine);
    String only = option(commandLine, ONLY);
    for (String file : only == null ? USUAL : List.of(only)) {
      config.read(file, 0);
    }
    String also = option(commandLine, ALSO);
    if (also != null) {
      config.read(also, 0);
    }
    return config.directory;
  }

  private static @Nullable String option(List<String> commandLine, String name) {
    return commandLine.stream()
        .filter(word -> word.startsWith(name))
        .map(word -> word.substring(name.length()))
        .findFirst()
        .orElse(null);
  }

  private void read(String file, int depth) throws IOException {
    if (depth > DEEPEST || ++files > MOST_FILES) {
      throw new IOException(file);
    }
    String text;
    try {
      text = Text.decode(machine.read(file, LIMIT));
    } catch (NoSuchFileException | NotDirectoryException none) {
      return;
    }
    boolean ours = false;
    for (String raw : text.lines().toList()) {
      String line = raw.strip();
      if (line.startsWith("[")) {
        ours = isOurs(line.substring(1, Math.max(1, line.indexOf(']'))).strip());
      } else if (line.startsWith("!includedir ")) {
        includeAll(line.substring("!includedir ".length()).strip(), depth);
      } else if (line.startsWith("!include ")) {
        read(line.substring("!include ".length()).strip(), depth + 1);
      } else if (ours) {
        option(line);
      }
    }
  }

  private void includeAll(String path, int depth) throws IOException {
    String prefix = path.endsWith("/") ? path : path + "/";
    for (String name : Register.names(machine, path)) {
      if (name.endsWith(".cnf")) {
        read(prefix + name, depth + 1);
      }
    }
  }

  /** {@code [mysqld]}, and {@code [mariadb-10.11]} for one version. */
  private static boolean isOurs(String group) {
    int dash = group.indexOf('-');
    return GROUPS.contains(dash < 0 ? group : group.substring(0, dash));
  }

  private void option(String line) {
    int equals = line.indexOf('=');
    if (equals > 0 && line.substring(0, equals).strip().equals("datadir")) {
      String value = line.substring(equals + 1).strip();
      int comment = value.indexOf(" #");
      String bare = (comment < 0 ? value : value.substring(0, comment)).strip();
      boolean quoted =
          bare.length() > 1
              && (bare.charAt(0) == '"' || bare.charAt(0) == '\'')
              && bare.charAt(bare.length() - 1) == bare.charAt(0);
      directory = quoted ? bare.substring(1, bare.length() - 1) : bare;
    }
  }
}
