package belay.daemon.fact;

import belay.daemon.fact.Processes.Ids;
import belay.daemon.libc.FileStatus;
import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The data directories of database servers that run: by the file a server leaves in its directory,
 * by the directory it works in, or by its command line and configuration. What a server locks or
 * holds open is seen without this, but only by who may see its descriptors.
 */
final class Databases {

  /** Names that only data directories have in them. */
  static final Set<String> SIGNS =
      Set.of("postmaster.pid", "ibdata1", "appendonlydir", "dump.rdb", "WiredTiger.lock");

  private static final List<String> LOOKED_FOR =
      List.of("postmaster.pid", "ibdata1", "WiredTiger.lock");

  /** How Lucene calls the files of an index ({@code IndexFileNames}). */
  private static final Pattern LUCENE =
      Pattern.compile("(?:pending_)?segments_[0-9a-z]+|_[0-9a-z]+(?:_[^/]*)?\\.[a-z0-9]+");

  /** How far above a file its server's directory is looked for. */
  private static final int MOST_ABOVE = 4;

  private static final int LIMIT = 4_096;

  private static final Set<String> MARIADB = Set.of("mariadbd", "mysqld");

  private static final Set<String> POSTGRES = Set.of("postgres", "postmaster");

  private static final Set<String> REDIS = Set.of("redis-server", "valkey-server");

  private static final String DEFAULT_MARIADB = "/var/lib/mysql";

  /**
   * A server in whose directory something is.
   *
   * @param truth true, or unknown where it can only be supposed
   * @param evidence {@code data directory of mariadbd (pid 701)}
   */
  record Use(Truth truth, String evidence) {

    private static Use by(String who) {
      return new Use(Truth.TRUE, "data directory of " + who);
    }

    private static Use perhaps(String who, String why) {
      return new Use(Truth.UNKNOWN, "data directory of " + who + ", if it runs: " + why);
    }

    Use in(String before) {
      return new Use(truth, before + evidence);
    }

    Fact fact() {
      return new Fact(About.LIVE, truth, evidence);
    }
  }

  private final Machine machine;
  private final Tables tables;
  private final Processes processes;

  Databases(Machine machine, Tables tables) {
    this.machine = machine;
    this.tables = tables;
    this.processes = new Processes(machine);
  }

  /** The running server in whose directory a file lies, some directories above it. */
  List<Use> around(String file) throws IOException {
    List<Use> evidence = new ArrayList<>(itself(file));
    String directory = file;
    for (int i = 0; i < MOST_ABOVE && evidence.isEmpty(); i++) {
      int slash = directory.lastIndexOf('/');
      if (slash <= 0) {
        return List.of();
      }
      directory = directory.substring(0, slash);
      // Tables of the others lie in the directory itself or in one of its own.
      List<String> signs = i < 2 ? LOOKED_FOR : LOOKED_FOR.subList(0, 1);
      for (String sign : signs) {
        if (machine.found(directory + "/" + sign, false) != null) {
          evidence.addAll(by(directory + "/" + sign));
        }
      }
    }
    return evidence.stream().map(use -> use.in("in the ")).toList();
  }

  /** What a file says by its own name, so that others cost nothing. */
  private List<Use> itself(String file) throws IOException {
    int slash = file.lastIndexOf('/');
    String name = file.substring(slash + 1);
    String directory = slash == 0 ? "/" : file.substring(0, slash);
    if (name.equals("dump.rdb")) {
      return redis(directory);
    }
    if (directory.endsWith("/appendonlydir")) {
      return redis(directory.substring(0, directory.lastIndexOf('/')));
    }
    return LUCENE.matcher(name).matches() ? lucene(directory) : List.of();
  }

  /**
   * The running server that one of the {@link #SIGNS} is of.
   *
   * @param sign its path
   */
  List<Use> by(String sign) throws IOException {
    int slash = sign.lastIndexOf('/');
    String directory = slash == 0 ? "/" : sign.substring(0, slash);
    return switch (sign.substring(slash + 1)) {
      case "postmaster.pid" -> postgres(sign, directory);
      case "ibdata1" -> mariadb(directory);
      case "appendonlydir", "dump.rdb" -> redis(directory);
      case "WiredTiger.lock" -> mongo(directory);
      default -> List.of();
    };
  }

  /**
   * PostgreSQL's {@code miscadmin.h}: pid, directory, start, port, socket directory, …. The pid is
   * that of the server's own namespace, so that those who are called so there are compared, by the
   * directory they work in where that may be seen.
   */
  private List<Use> postgres(String file, String directory) throws IOException {
    String[] lines;
    long pid;
    try {
      lines = Text.decode(machine.read(file, LIMIT)).split("\n");
      // A standalone backend writes its pid negative.
      pid = Math.abs(Long.parseLong(lines[0].strip()));
    } catch (NumberFormatException leftHalfWritten) {
      return List.of(Use.perhaps("PostgreSQL", "`postmaster.pid` names no process"));
    } catch (IOException notForUs) {
      return List.of(Use.perhaps("PostgreSQL", "`postmaster.pid` may not be read"));
    }
    String port = lines.length > 3 ? ", port " + Text.printable(lines[3].strip()) : "";
    List<Use> perhaps = new ArrayList<>();
    for (long each : Processes.all(machine)) {
      if (!isOne(each, POSTGRES)) {
        continue;
      }
      Truth here = worksIn(each, directory);
      Ids ids = processes.ids(each);
      if (ids.innermost() == pid
          && (here == Truth.TRUE || (here == Truth.UNKNOWN && !ids.isInside()))) {
        return List.of(Use.by("PostgreSQL, running as pid " + each + port));
      }
      if (here == Truth.UNKNOWN && ids.innermost() == pid) {
        perhaps.add(
            Use.perhaps("PostgreSQL", "as " + processes.who(each) + " of another pid namespace"));
      }
    }
    if (perhaps.isEmpty() && !isBeforeBoot(lines) && !processes.areAllHere()) {
      perhaps.add(
          Use.perhaps("PostgreSQL", "pid " + pid + " may be of a namespace not seen from here"));
    }
    return perhaps;
  }

  /** The third line is when it started: before the machine did, and it is what a crash left. */
  private boolean isBeforeBoot(String[] lines) {
    try {
      String stat = Text.decode(machine.read("/proc/stat", 1 << 20));
      int at = stat.indexOf("\nbtime ");
      if (at < 0 || lines.length < 3) {
        return false;
      }
      int end = stat.indexOf('\n', at + 1);
      String booted = stat.substring(at + "\nbtime ".length(), end < 0 ? stat.length() : end);
      // A clock that was set meanwhile moves btime: a day is more than any such step.
      return Long.parseLong(lines[2].strip()) + 86_400 < Long.parseLong(booted.strip());
    } catch (IOException | NumberFormatException notTold) {
      return false;
    }
  }

  private boolean isOne(long pid, Set<String> names) {
    String name = processes.name(pid);
    return names.stream().anyMatch(name::startsWith);
  }

  /** Servers change into the directory of their data, whatever it is called where they are. */
  private Truth worksIn(long pid, String directory) {
    FileStatus here = machine.found(directory, true);
    FileStatus cwd = machine.found("/proc/" + pid + "/cwd", true);
    return here == null || cwd == null
        ? Truth.UNKNOWN
        : Identity.same(here, cwd) ? Truth.TRUE : Truth.FALSE;
  }

  private List<Use> mariadb(String directory) throws IOException {
    List<Use> found = new ArrayList<>();
    for (long pid : Processes.all(machine)) {
      if (!MARIADB.contains(processes.name(pid))) {
        continue;
      }
      switch (worksIn(pid, directory)) {
        case TRUE -> found.add(Use.by(processes.who(pid)));
        case FALSE -> {}
        case UNKNOWN -> {
          if (processes.ids(pid).isInside()) {
            found.add(Use.perhaps(processes.who(pid), "it is in a container"));
          } else {
            found.addAll(named(pid, directory));
          }
        }
      }
    }
    return found;
  }

  /** By what the server was told on its command line or in its option files. */
  private List<Use> named(long pid, String directory) {
    List<String> words = processes.commandLine(pid);
    String named = null;
    for (String word : words) {
      if (word.startsWith("--datadir=")) {
        named = word.substring("--datadir=".length());
      }
    }
    try {
      named = named == null ? MySqlConfig.dataDirectory(machine, words) : named;
      String told = named == null ? DEFAULT_MARIADB : named;
      String real = new Resolver(machine, tables.mounts()).real(told, true);
      return real.equals(directory) ? List.of(Use.by(processes.who(pid))) : List.of();
    } catch (IOException notForUs) {
      return List.of(Use.perhaps(processes.who(pid), "its option files may not all be read"));
    }
  }

  /** Redis works in the directory of its files ({@code dir} of redis.conf). */
  private List<Use> redis(String directory) throws IOException {
    List<Use> found = new ArrayList<>();
    for (long pid : Processes.all(machine)) {
      if (isOne(pid, REDIS)) {
        switch (worksIn(pid, directory)) {
          case TRUE -> found.add(Use.by(processes.who(pid)));
          case FALSE -> {}
          case UNKNOWN ->
              found.add(Use.perhaps(processes.who(pid), "where it works may not be seen"));
        }
      }
    }
    return found;
  }

  /** Whoever writes a Lucene index locks its {@code write.lock} ({@code NativeFSLockFactory}). */
  private List<Use> lucene(String directory) throws IOException {
    String lock = directory + "/write.lock";
    FileStatus status = machine.found(lock, false);
    if (status == null) {
      return List.of();
    }
    Holders holders = tables.holders();
    if (holders.locks(lock, status).all().isEmpty()) {
      return List.of();
    }
    List<String> who = holders.of(List.of(lock), status);
    String how = who.isEmpty() ? "locked" : who.getFirst();
    return List.of(new Use(Truth.TRUE, "Lucene index whose `write.lock` is " + how));
  }

  /** MongoDB writes its pid into {@code mongod.lock} beside WiredTiger's own, and empties it. */
  private List<Use> mongo(String directory) throws IOException {
    long named;
    try {
      String text = Text.decode(machine.read(directory + "/mongod.lock", LIMIT)).strip();
      named = text.isEmpty() ? -1 : Long.parseLong(text);
    } catch (IOException | NumberFormatException noneHere) {
      return List.of();
    }
    List<Use> found = new ArrayList<>();
    for (long pid : named <= 0 ? List.<Long>of() : Processes.all(machine)) {
      if (isOne(pid, Set.of("mongod"))) {
        Ids ids = processes.ids(pid);
        if (ids.innermost() == named) {
          found.add(
              ids.isInside()
                  ? Use.perhaps(processes.who(pid), "it is in a container")
                  : Use.by(processes.who(pid)));
        }
      }
    }
    return found;
  }
}
