package belay.daemon.config;

import belay.rules.pack.Sheet;
import belay.rules.pack.SheetReader;
import belay.rules.pack.Source;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The user's {@code config.yaml}, as {@code belay config set} changes it: one setting, and every
 * other line stays as it is.
 */
public final class UserFile {

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9][\\w./-]*( [A-Za-z0-9][\\w./-]*)*");
  private static final List<String> KEYS =
      Arrays.stream(Setting.values()).map(Setting::key).toList();

  private final Path file;

  public UserFile(Path directory) {
    this.file = directory.resolve("config.yaml");
  }

  /**
   * Sets a setting.
   *
   * @throws IllegalArgumentException where the value is none, with what it must be
   */
  public void set(Setting setting, String value) throws IOException {
    if (!Meaning.isUnderstood(setting, value) || value.isBlank()) {
      throw new IllegalArgumentException(
          "`"
              + Text.printable(value)
              + "` is not understood; `"
              + setting.key()
              + "` is "
              + setting.meaning());
    }
    boolean exists = Files.exists(file);
    // Who keeps his settings elsewhere and links to them goes on doing so.
    Path real = exists ? file.toRealPath() : file;
    String before = exists ? Text.decode(Files.readAllBytes(real)) : "";
    String after = with(before, setting.key(), value);
    SheetReader.Result read = SheetReader.read(new Source(file.toString(), after), KEYS);
    Sheet.Entry entry = read.sheet().settings().get(setting.key());
    if (!read.diagnostics().isEmpty() || entry == null || !entry.value().equals(value)) {
      throw new IOException(
          "`"
              + file
              + "` is left as it is: `"
              + setting.key()
              + "` cannot be set in it"
              + (read.diagnostics().isEmpty() ? "" : "; " + read.diagnostics().getFirst()));
    }
    replace(real, after, exists);
  }

  /** The text with the setting's lines replaced, or one more line. */
  static String with(String text, String key, String value) {
    String written = PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "''") + "'";
    List<String> lines = new ArrayList<>(text.isEmpty() ? List.of() : text.lines().toList());
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(key + ":")) {
        int comment = line.indexOf(" #");
        lines.set(i, key + ": " + written + (comment < 0 ? "" : line.substring(comment)));
        // What a list or a mapping has below its key.
        while (i + 1 < lines.size() && lines.get(i + 1).matches("\\s+[^#\\s].*|- .*")) {
          lines.remove(i + 1);
        }
        return String.join("\n", lines) + "\n";
      }
    }
    lines.add(key + ": " + written);
    return String.join("\n", lines) + "\n";
  }

  private static void replace(Path file, String text, boolean exists) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path next = Files.createTempFile(directory, "config", ".new");
    try {
      Files.setPosixFilePermissions(
          next,
          exists
              ? Files.getPosixFilePermissions(file)
              : PosixFilePermissions.fromString("rw-------"));
      Files.write(next, Text.encode(text));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
