package belay.daemon.fact;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files of {@code [section]} and {@code name = value} lines, as aws, gcloud, libpq and MySQL have.
 */
final class Ini {

  private Ini() {}

  /** What a section says; nothing where there is no text or no such section. */
  static Map<String, String> section(@Nullable String text, String name) {
    Map<String, String> out = new LinkedHashMap<>();
    if (text == null) {
      return out;
    }
    boolean inside = false;
    for (String raw : text.lines().toList()) {
      String line = raw.strip();
      if (line.startsWith("[") && line.endsWith("]")) {
        inside = line.substring(1, line.length() - 1).strip().equals(name);
      } else if (inside && !line.startsWith("#") && !line.startsWith(";")) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          out.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
      }
    }
    return out;
  }
}
