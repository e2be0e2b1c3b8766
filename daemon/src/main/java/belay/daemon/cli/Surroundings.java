package belay.daemon.cli;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this process was started with, byte for byte: the JVM's own view of it has lost what is not
 * UTF-8, and the launcher has changed a few variables for the JVM's sake.
 */
final class Surroundings {

  /**
   * Where the launcher keeps the environment it was started with: {@code base64} of NAME=VALUE
   * NUL….
   */
  static final String KEPT = "BELAY_KEPT_ENVIRONMENT";

  /** Likewise the descriptors that were open then, besides 0, 1 and 2. */
  private static final String DESCRIPTORS = "BELAY_KEPT_DESCRIPTORS";

  private Surroundings() {}

  static Set<Integer> descriptors() {
    Set<Integer> out = new HashSet<>();
    for (String number : System.getenv().getOrDefault(DESCRIPTORS, "").split(" ")) {
      if (number.matches("[0-9]{1,9}")) {
        out.add(Integer.valueOf(number));
      }
    }
    return out;
  }

  /** The last {@code count} arguments of this process. */
  static List<String> lastArguments(int count) throws IOException {
    List<String> all = split(Files.readAllBytes(Path.of("/proc/self/cmdline")));
    return List.copyOf(all.subList(all.size() - count, all.size()));
  }

  /** The variables of whoever called {@code belay}, in their order. */
  static Map<String, String> environment() throws IOException {
    Map<String, String> out = variables(Files.readAllBytes(Path.of("/proc/self/environ")));
    out.remove(DESCRIPTORS);
    String kept = out.remove(KEPT);
    return kept == null ? out : variables(Base64.getDecoder().decode(kept));
  }

  private static Map<String, String> variables(byte[] block) {
    Map<String, String> out = new LinkedHashMap<>();
    for (String variable : split(block)) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        out.putIfAbsent(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return out;
  }

  /** As posix_spawn(3) wants them. */
  static List<String> block(Map<String, String> variables) {
    return variables.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  private static List<String> split(byte[] block) {
    List<String> out = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < block.length; i++) {
      if (block[i] == 0) {
        out.add(Text.decode(block, start, i));
        start = i + 1;
      }
    }
    return out;
  }

  /** The shell that a login would have started: {@code bash} or {@code zsh}. */
  static String loginShell(@Nullable String path) {
    return path != null && path.endsWith("/zsh") ? "zsh" : "bash";
  }
}
