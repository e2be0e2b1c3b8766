package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The data directories of database servers that run: by the file a server leaves in its directory,
 * or by its command line. What a server locks or holds open is seen without this, but only by who
 * may see its descriptors.
 */
final class Databases {

  /** Names that only data directories have in them. */
  static final Set<String> SIGNS =
      Set.of("postmaster.pid", "ibdata1", "appendonlydir", "dump.rdb", "WiredTiger.lock");

  private static final List<String> LOOKED_FOR =
      List.of("postmaster.pid", "ibdata1", "WiredTiger.lock");

  /** How far above a file its server's directory is looked for. */
  private static final int MOST_ABOVE = 4;

  private static final int LIMIT = 4_096;

  private static final Set<String> MARIADB = Set.of("mariadbd", "mysqld");

  private static final String DEFAULT_MARIADB = "/var/lib/mysql";

  private final Machine machine;
  private final Processes processes;

  Databases(Machine machine) {
    this.machine = machine;
    this.processes = new Processes(machine);
  }

  /** The running server in whose directory a file lies, some directories above it. */
  List<String> around(String file) throws IOException {
    String directory = file;
    for (int i = 0; i < MOST_ABOVE; i++) {
      int slash = directory.lastIndexOf('/');
      if (slash <= 0) {
        return List.of();
      }
      directory = directory.substring(0, slash);
      List<String> evidence = new ArrayList<>();
      // Tables of the others lie in the directory itself or in one of its own.
      List<String> signs = i < 2 ? LOOKED_FOR : LOOKED_FOR.subList(0, 1);
      for (String sign : signs) {
        if (machine.found(directory + "/" + sign, false) != null) {
          evidence.addAll(by(directory + "/" + sign));
        }
      }
      if (!evidence.isEmpty()) {
        return evidence.stream().map(what -> "in the " + what).toList();
      }
    }
    return List.of();
  }

  /**
   * The running server that one of the {@link #SIGNS} is of.
   *
   * @param sign its path
   */
  List<String> by(String sign) throws IOException {
    int slash = sign.lastIndexOf('/');
    String directory = slash == 0 ? "/" : sign.substring(0, slash);
    return switch (sign.substring(slash + 1)) {
      case "postmaster.pid" -> postgres(sign);
      case "ibdata1" -> mariadb(directory);
      case "appendonlydir", "dump.rdb" -> redis(directory);
      case "WiredTiger.lock" -> mongo(directory);
      default -> List.of();
    };
  }

  /** PostgreSQL's {@code miscadmin.h}: pid, directory, start, port, socket directory, …. */
  private List<String> postgres(String file) {
    try {
      String[] lines = Text.decode(machine.read(file, LIMIT)).split("\n");
      long pid = Long.parseLong(lines[0].strip());
      String name = processes.name(pid);
      if (!name.startsWith("postgres") && !name.startsWith("postmaster")) {
        return List.of();
      }
      String port = lines.length > 3 ? ", port " + Text.printable(lines[3].strip()) : "";
      return List.of("data directory of PostgreSQL, running as pid " + pid + port);
    } catch (IOException | NumberFormatException leftHalfWritten) {
      return List.of();
    }
  }

  private List<String> mariadb(String directory) throws IOException {
    List<String> evidence = new ArrayList<>();
    for (long pid : Processes.all(machine)) {
      if (MARIADB.contains(processes.name(pid)) && directory.equals(dataDirectory(pid))) {
        evidence.add("data directory of " + processes.who(pid));
      }
    }
    return evidence;
  }

  private String dataDirectory(long pid) {
    for (String word : processes.commandLine(pid)) {
      if (word.startsWith("--datadir=")) {
        String directory = word.substring("--datadir=".length());
        return directory.endsWith("/") && directory.length() > 1
            ? directory.substring(0, directory.length() - 1)
            : directory;
      }
    }
    return DEFAULT_MARIADB;
  }

  /** Redis works in the directory of its files ({@code dir} of redis.conf). */
  private List<String> redis(String directory) throws IOException {
    List<String> evidence = new ArrayList<>();
    FileStatus here = machine.found(directory, true);
    for (long pid : Processes.all(machine)) {
      String name = processes.name(pid);
      if (name.startsWith("redis-server") || name.startsWith("valkey-server")) {
        FileStatus cwd = machine.found("/proc/" + pid + "/cwd", true);
        if (here != null && cwd != null && Identity.same(here, cwd)) {
          evidence.add("data directory of " + processes.who(pid));
        }
      }
    }
    return evidence;
  }

  /** MongoDB writes its pid into {@code mongod.lock} beside WiredTiger's own, and empties it. */
  private List<String> mongo(String directory) {
    try {
      String text = Text.decode(machine.read(directory + "/mongod.lock", LIMIT)).strip();
      long pid = text.isEmpty() ? -1 : Long.parseLong(text);
      return pid > 0 && processes.name(pid).startsWith("mongod")
          ? List.of("data directory of " + processes.who(pid))
          : List.of();
    } catch (IOException | NumberFormatException noneHere) {
      return List.of();
    }
  }
}
