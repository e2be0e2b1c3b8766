package belay.daemon.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where this user's files are (XDG Base Directory Specification 0.8).
 *
 * @param runtime sockets and FIFOs; see docs/protocol.md for how it is chosen
 * @param state journal, index and log
 * @param config settings and the user's packs
 */
public record Directories(Path runtime, Path state, Path config) {

  private static final Set<PosixFilePermission> PRIVATE =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /**
   * The directories of a user.
   *
   * @param environment the process's variables
   * @param uid the effective user id
   */
  public static Directories of(Map<String, String> environment, int uid) {
    Path home = Path.of(environment.getOrDefault("HOME", "/"));
    return new Directories(
        runtime(environment, uid),
        chosen(environment, "BELAY_STATE_DIR", "XDG_STATE_HOME", home.resolve(".local/state")),
        chosen(environment, "BELAY_CONFIG_DIR", "XDG_CONFIG_HOME", home.resolve(".config")));
  }

  private static Path chosen(
      Map<String, String> environment, String own, String base, Path fallback) {
    Path exact = absolute(environment.get(own));
    if (exact != null) {
      return exact;
    }
    Path parent = absolute(environment.get(base));
    return (parent == null ? fallback : parent).resolve("belay");
  }

  private static Path runtime(Map<String, String> environment, int uid) {
    Path exact = absolute(environment.get("BELAY_RUNTIME_DIR"));
    if (exact != null) {
      return exact;
    }
    Path session = absolute(environment.get("XDG_RUNTIME_DIR"));
    if (session != null && isOwnDirectory(session)) {
      return session.resolve("belay");
    }
    Path logind = Path.of("/run/user/" + uid);
    return isOwnDirectory(logind) ? logind.resolve("belay") : Path.of("/tmp/belay-" + uid);
  }

  private static boolean isOwnDirectory(Path directory) {
    return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && Files.isWritable(directory);
  }

  /** Null for what is unset, empty or relative: the specification has relative paths ignored. */
  private static @Nullable Path absolute(@Nullable String path) {
    return path != null && path.startsWith("/") ? Path.of(path) : null;
  }

  public Path journal() {
    return state.resolve("journal");
  }

  public Path index() {
    return state.resolve("index");
  }

  public Path packs() {
    return config.resolve("packs");
  }

  public Path log() {
    return state.resolve("daemon.log");
  }

  public Path socket() {
    return runtime.resolve("socket");
  }

  public Path control() {
    return runtime.resolve("control");
  }

  public Path pidFile() {
    return runtime.resolve("daemon.pid");
  }

  public Path lock() {
    return runtime.resolve("daemon.lock");
  }

  /** Where the shells' FIFO pairs are. */
  public Path sessions() {
    return runtime.resolve("s");
  }

  /** Makes those without which nothing works, private. */
  public void createRuntime() throws IOException {
    makePrivate(runtime);
    makePrivate(sessions());
  }

  /** Makes the one that the journal is kept in, private. */
  public void createState() throws IOException {
    makePrivate(state);
  }

  /**
   * Makes {@code directory} with mode 0700, or checks that what is there is a directory, no link,
   * ours, and closed to others. A shared parent such as {@code /tmp} lets anyone prepare the name.
   *
   * @throws IOException with the reason and the mend
   */
  static void makePrivate(Path directory) throws IOException {
    PosixFileAttributes found;
    try {
      found = Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException _) {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
      found = Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
    if (!found.isDirectory()) {
      throw new IOException("`" + directory + "` is not a directory; remove it");
    }
    String user = System.getProperty("user.name");
    if (!found.owner().getName().equals(user)) {
      throw new IOException(
          "`"
              + directory
              + "` belongs to "
              + found.owner().getName()
              + ", not to "
              + user
              + "; remove it or set another place");
    }
    if (!PRIVATE.containsAll(found.permissions())) {
      Files.setPosixFilePermissions(directory, PRIVATE);
    }
  }
}
