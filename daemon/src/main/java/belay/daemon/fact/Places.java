package belay.daemon.fact;

import belay.daemon.fact.MountTable.Mount;
import belay.daemon.libc.FileStatus;
import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts.Kind;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a path's place in the file tree says of it: {@code hier(7)}, the file-system hierarchy
 * standard, and the conventions of build tools.
 */
final class Places {

  /** Directories that are the system together with all directories below them. */
  private static final List<String> SYSTEM_TREES =
      List.of(
          "/bin",
          "/boot",
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/sbin",
          "/usr/bin",
          "/usr/lib",
          "/usr/lib32",
          "/usr/lib64",
          "/usr/libexec",
          "/usr/libx32",
          "/usr/sbin");

  /** Directories that the system cannot do without, though one may do without much in them. */
  private static final Set<String> SYSTEM =
      Set.of(
          "/etc/default",
          "/etc/init.d",
          "/etc/network",
          "/etc/pam.d",
          "/etc/ssh",
          "/etc/ssl",
          "/etc/systemd",
          "/usr/include",
          "/usr/local",
          "/usr/local/bin",
          "/usr/local/lib",
          "/usr/local/sbin",
          "/usr/share",
          "/var/cache",
          "/var/lib",
          "/var/lib/dpkg",
          "/var/lib/rpm",
          "/var/log",
          "/var/mail",
          "/var/spool",
          "/var/www");

  private static final List<String> TEMPORARY_TREES = List.of("/tmp/", "/var/tmp/", "/dev/shm/");

  /** Names that only tools give, to what they can make again. */
  private static final Set<String> MADE_BY_TOOLS =
      Set.of(
          ".cache",
          ".gradle",
          ".mypy_cache",
          ".next",
          ".nox",
          ".nuxt",
          ".parcel-cache",
          ".pytest_cache",
          ".ruff_cache",
          ".tox",
          ".turbo",
          ".venv",
          "__pycache__",
          "node_modules");

  /** Names that build tools give too; a person's own directory may be called so as well. */
  private static final Set<String> BUILD = Set.of("build", "target", "dist", "out");

  /** What stands beside a build tool's output. */
  private static final List<String> PROJECT =
      List.of(
          ".git",
          ".hg",
          "BUILD.bazel",
          "CMakeLists.txt",
          "Cargo.toml",
          "GNUmakefile",
          "Makefile",
          "build.gradle",
          "build.gradle.kts",
          "build.sbt",
          "build.xml",
          "build.zig",
          "composer.json",
          "configure.ac",
          "go.mod",
          "makefile",
          "meson.build",
          "package.json",
          "pom.xml",
          "pyproject.toml",
          "setup.cfg",
          "setup.py",
          "tsconfig.json");

  /** The names that {@code mktemp(1)} makes where it is not told another. */
  private static final Pattern MKTEMP = Pattern.compile("tmp\\.[A-Za-z0-9]{6,}");

  private final Machine machine;
  private final Tables tables;
  private final @Nullable String home;

  Places(Machine machine, Tables tables, @Nullable String home) {
    this.machine = machine;
    this.tables = tables;
    this.home = home;
  }

  /**
   * What is said of a path by its place.
   *
   * @param allOf the directory of which it is one of all the entries, or null
   */
  List<Fact> look(Thing thing, @Nullable String allOf) throws IOException {
    List<Fact> facts = new ArrayList<>();
    String system = isDirectory(thing) ? system(thing.real(), thing.status()) : "";
    if (system.isEmpty() && allOf != null) {
      system = whole(allOf, systemByName(allOf));
    }
    facts.add(fact(About.SYSTEM, system));
    String homes = home(thing.real());
    if (homes.isEmpty() && allOf != null) {
      homes = whole(allOf, home(allOf));
    }
    facts.add(fact(About.HOME, homes));
    facts.add(fact(About.TEMPORARY, temporary(thing.real())));
    return facts;
  }

  /** Also a link to one: without its /bin a system of merged /usr cannot start anything. */
  private boolean isDirectory(Thing thing) {
    if (thing.kind() != Kind.SYMBOLIC_LINK) {
      return thing.kind() == Kind.DIRECTORY;
    }
    FileStatus target = machine.found(thing.real(), true);
    return target != null && Identity.kind(target) == Kind.DIRECTORY;
  }

  private static String whole(String directory, String what) {
    return what.isEmpty() ? "" : "one of all the entries of " + shown(directory) + ", " + what;
  }

  private static Fact fact(About about, String evidence) {
    return new Fact(about, evidence.isEmpty() ? Truth.FALSE : Truth.TRUE, evidence);
  }

  private String system(String real, @Nullable FileStatus status) throws IOException {
    String named = systemByName(real);
    if (!named.isEmpty() || status == null || !status.mountRoot()) {
      return named;
    }
    Mount mount = tables.mounts().byId(status.mount());
    return mount == null || !mount.root().equals("/")
        ? ""
        : "the root of the file system on " + Text.printable(mount.source());
  }

  private static String systemByName(String real) {
    if (real.equals("/")) {
      return "the root of all files";
    }
    if (real.lastIndexOf('/') == 0) {
      return "a directory of the root";
    }
    if (SYSTEM.contains(real)) {
      return "a directory of the system";
    }
    for (String tree : SYSTEM_TREES) {
      if (isAtOrBelow(real, tree)) {
        return "a directory of the system";
      }
    }
    return "";
  }

  private static boolean isAtOrBelow(String path, String tree) {
    return path.startsWith(tree)
        && (path.length() == tree.length() || path.charAt(tree.length()) == '/');
  }

  private String home(String real) throws IOException {
    if (real.equals(home)) {
      return "your home directory";
    }
    return real.equals("/") ? "" : tables.homes().inWords(real);
  }

  /** Why a path may be thrown away; empty where nothing says so. */
  String temporary(String real) {
    for (String tree : TEMPORARY_TREES) {
      if (real.startsWith(tree) && real.length() > tree.length()) {
        return "below " + tree.substring(0, tree.length() - 1);
      }
    }
    int from = 1;
    while (from <= real.length()) {
      int slash = real.indexOf('/', from);
      int to = slash < 0 ? real.length() : slash;
      String name = real.substring(from, to);
      if (MADE_BY_TOOLS.contains(name)
          || name.endsWith(".egg-info")
          || MKTEMP.matcher(name).matches()) {
        return "in or at " + shown(name);
      }
      if (BUILD.contains(name) && isProject(real.substring(0, from - 1))) {
        return "in or at " + shown(name) + " of a project";
      }
      from = to + 1;
    }
    return "";
  }

  private boolean isProject(String directory) {
    for (String sign : PROJECT) {
      if (machine.found(directory + "/" + sign, false) != null) {
        return true;
      }
    }
    return false;
  }

  private static String shown(String name) {
    return "`" + Text.printable(name) + "`";
  }
}
