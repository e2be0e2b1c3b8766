package belay.daemon.guard;

import belay.rules.judge.Circumstances;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** This machine and its user as circumstances of a line. */
public final class Here {

  /**
   * Variables by which a program that acts for a person marks the shells it starts: {@code CI} and
   * the build servers' own by their manuals, then those of coding agents by theirs.
   */
  private static final List<String> AGENTS =
      List.of(
          "CI",
          "GITHUB_ACTIONS",
          "GITLAB_CI",
          "JENKINS_URL",
          "BUILDKITE",
          "TEAMCITY_VERSION",
          "TF_BUILD",
          "CLAUDECODE",
          "CODEX_SANDBOX",
          "CURSOR_AGENT",
          "GEMINI_CLI");

  private Here() {}

  /** Now, with this process's user on this machine. */
  public static Circumstances now(
      @Nullable String directory, Circumstances.@Nullable Caller caller) {
    return new Circumstances(
        System.getProperty("user.name"),
        hosts(),
        directory,
        ZonedDateTime.now(ZoneId.systemDefault()),
        caller);
  }

  /** The names of this machine, short and full (uname(2), hostname(7)). */
  private static List<String> hosts() {
    String name;
    try {
      name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return List.of();
    }
    Set<String> out = new LinkedHashSet<>();
    if (!name.isEmpty()) {
      out.add(name);
      int dot = name.indexOf('.');
      if (dot > 0) {
        out.add(name.substring(0, dot));
      }
    }
    return List.copyOf(out);
  }

  /**
   * How a line of a shell came.
   *
   * @param environment the variables the shell was started with
   * @param script whether it runs a script
   * @param terminal whether it has a terminal
   */
  public static Circumstances.@Nullable Caller caller(
      Map<String, String> environment, boolean script, boolean terminal) {
    if (AGENTS.stream().anyMatch(name -> isSet(environment.get(name)))) {
      return Circumstances.Caller.AGENT;
    }
    if (script) {
      return Circumstances.Caller.SCRIPT;
    }
    // sshd(8), LOGIN PROCESS and ENVIRONMENT of ssh(1).
    if (isSet(environment.get("SSH_CONNECTION"))) {
      return Circumstances.Caller.SSH;
    }
    return terminal ? Circumstances.Caller.TERMINAL : null;
  }

  private static boolean isSet(@Nullable String value) {
    return value != null
        && !value.isEmpty()
        && !value.equals("0")
        && !value.equalsIgnoreCase("false");
  }
}
