package belay.daemon.fact;

import belay.daemon.fact.MountTable.Foreign;
import belay.daemon.fact.MountTable.Mount;
import belay.daemon.libc.FileStatus;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a directory, or something below it, is mounted a second time: the volume of a container, a
 * bind mount, a layer of an overlay. mountinfo tells of a bind mount which directory of the file
 * system it shows, and of an overlay the paths of its layers ({@code proc_pid_mountinfo(5)}, {@code
 * Documentation/filesystems/overlayfs.rst}).
 */
final class Bindings {

  private static final List<String> LAYERS =
      List.of("upperdir=", "workdir=", "lowerdir=", "lowerdir+=", "datadir+=");

  /** How many layers are followed through their links; a host of 50 containers has some 500. */
  private static final int MOST_LAYERS = 4_096;

  private final Tables tables;

  Bindings(Tables tables) {
    this.tables = tables;
  }

  /** In what ways a directory is used so. */
  List<String> of(Thing directory, FileStatus status) throws IOException {
    Mount covering = tables.mounts().byId(status.mount());
    String inside = covering == null ? null : inFileSystem(covering, directory.real());
    Set<String> evidence = new LinkedHashSet<>();
    for (Mount mount : tables.mounts().all()) {
      boolean other = !isAtOrBelow(mount.point(), directory.real());
      if (other && covering != null && inside != null && shows(mount, covering, inside)) {
        evidence.add(shown("bound to", mount.point()));
      }
      if (isLayered(mount, directory.real())) {
        evidence.add(shown("a layer of the overlay on", mount.point()));
      }
    }
    for (Foreign foreign : tables.foreignMounts()) {
      for (Mount mount : foreign.mounts().all()) {
        if (covering != null && inside != null && shows(mount, covering, inside)) {
          evidence.add(shown("bound to", mount.point()) + by(foreign));
        } else if (isLayered(mount, directory.real())) {
          evidence.add(shown("a layer of the overlay on", mount.point()) + by(foreign));
        }
      }
    }
    return new ArrayList<>(evidence);
  }

  private static String shown(String how, String point) {
    return how + " `" + Text.printable(point) + "`";
  }

  private String by(Foreign foreign) {
    return " by " + tables.holders().who(foreign.pid());
  }

  /** The path within the file system that stands at {@code real}. */
  private static String inFileSystem(Mount covering, String real) {
    String point = covering.point().equals("/") ? "" : covering.point();
    String root = covering.root().equals("/") ? "" : covering.root();
    return real.length() <= point.length() ? root + "/" : root + real.substring(point.length());
  }

  /** Whether a mount is of the directory or of something below it, and not of all around it. */
  private static boolean shows(Mount mount, Mount covering, String inside) {
    return !mount.root().equals("/")
        && mount.id() != covering.id()
        && mount.device().equals(covering.device())
        && isAtOrBelow(mount.root(), inside);
  }

  private boolean isLayered(Mount mount, String real) throws IOException {
    if (!mount.type().equals("overlay")) {
      return false;
    }
    for (String option : mount.options().split(",")) {
      for (String layer : LAYERS) {
        if (option.startsWith(layer)) {
          for (String path : option.substring(layer.length()).split(":")) {
            if (!path.isEmpty() && isLayer(mount, path, real)) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  /**
   * Whether a layer is the directory or below it. Docker names the lower ones by links ({@code
   * overlay2/l/ABC}), and, where the line would get too long, from the directory two above the
   * mount point.
   */
  private boolean isLayer(Mount mount, String layer, String real) throws IOException {
    String path = layer.startsWith("/") ? layer : above(above(mount.point())) + "/" + layer;
    if (isAtOrBelow(path, real)) {
      return true;
    }
    Map<String, String> known = tables.mounts().layers();
    String resolved = known.get(path);
    if (resolved == null && known.size() < MOST_LAYERS) {
      resolved = resolved(path);
      known.put(path, resolved);
    }
    return resolved != null && isAtOrBelow(resolved, real);
  }

  private String resolved(String path) throws IOException {
    try {
      return new Resolver(tables.machine(), tables.mounts()).real(path, true);
    } catch (FileSystemException closedOrAutomounted) {
      // Who may not follow the link cannot reach what it leads to, either.
      return path;
    }
  }

  private static String above(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  private static boolean isAtOrBelow(String path, String directory) {
    return directory.equals("/")
        || path.equals(directory)
        || (path.startsWith(directory) && path.charAt(directory.length()) == '/');
  }
}
