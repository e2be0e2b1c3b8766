package belay.daemon.fact;

import belay.daemon.libc.Directory.EntryKind;
import belay.daemon.libc.FileStatus;
import belay.rules.effect.Value.Piece;
import belay.rules.fact.Facts.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The names a pattern stands for: pathname expansion, POSIX.1-2024 2.6.6, bounded. */
final class Expansion {

  /** How many names are looked at one by one. */
  static final int MOST_NAMES = 1_000;

  /** How many directories {@code **} goes through. */
  private static final int MOST_DIRECTORIES = 2_000;

  /**
   * A name.
   *
   * @param allOf the directory of which this is one of all the entries that {@code *} stands for;
   *     null where the pattern chose
   */
  record Match(String path, @Nullable String allOf) {}

  private final Machine machine;
  private final BooleanSupplier isLate;
  private final List<Match> matches = new ArrayList<>();
  private boolean complete = true;
  private boolean onlyDirectories;
  private int directories;

  Expansion(Machine machine, BooleanSupplier isLate) {
    this.machine = machine;
    this.isLate = isLate;
  }

  /**
   * The names that match now, sorted within each directory.
   *
   * @param pieces absolute, nothing in them unknown
   */
  List<Match> of(List<Piece> pieces) throws IOException {
    StringBuilder glob = new StringBuilder();
    for (Piece piece : pieces) {
      switch (piece) {
        case Piece.Known(String text) -> quote(text, glob);
        case Piece.Pattern(String text) -> glob.append(text);
        case Piece.Unknown(String why) -> throw new IllegalArgumentException(why);
      }
    }
    onlyDirectories = glob.toString().endsWith("/");
    List<String> components = new ArrayList<>();
    for (String component : glob.toString().split("/")) {
      if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    descend("", components, 0, null);
    return matches;
  }

  /** Whether every match was found. */
  boolean isComplete() {
    return complete;
  }

  private static void quote(String text, StringBuilder glob) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("*?[]\\()|+@!<>".indexOf(c) >= 0) {
        glob.append('\\');
      }
      glob.append(c);
    }
  }

  private static @Nullable String literal(String component) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < component.length(); i++) {
      char c = component.charAt(i);
      if (c == '\\' && i + 1 < component.length()) {
        out.append(component.charAt(++i));
      } else if ("*?[(<".indexOf(c) >= 0) {
        return null;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private void descend(String base, List<String> components, int i, @Nullable String allOf)
      throws IOException {
    if (matches.size() >= MOST_NAMES || isLate.getAsBoolean()) {
      complete = false;
      return;
    }
    if (i == components.size()) {
      matches.add(new Match(base.isEmpty() ? "/" : base, allOf));
      return;
    }
    String component = components.get(i);
    boolean last = i == components.size() - 1;
    String literal = literal(component);
    if (literal != null) {
      String path = base + "/" + literal;
      if (!last || exists(path)) {
        descend(path, components, i + 1, allOf);
      }
      return;
    }
    GlobPattern pattern = GlobPattern.of(component);
    boolean deep = component.equals("**");
    if (deep && !last) {
      descend(base, components, i + 1, allOf);
    }
    String all = last && pattern.isEverything() ? (base.isEmpty() ? "/" : base) : allOf;
    for (Map.Entry<String, EntryKind> entry : entries(base).entrySet()) {
      String name = entry.getKey();
      String path = base + "/" + name;
      boolean matched = pattern.matches(name);
      boolean descends = deep || !last || onlyDirectories;
      boolean isDirectory = descends && matched && isDirectory(path, entry.getValue(), deep);
      boolean ends = last && (!onlyDirectories || isDirectory);
      if (matched && (ends || (!last && isDirectory && !deep))) {
        descend(path, components, i + 1, all);
      }
      if (deep && isDirectory) {
        if (++directories > MOST_DIRECTORIES) {
          complete = false;
          return;
        }
        descend(path, components, i, allOf);
      }
    }
  }

  private Map<String, EntryKind> entries(String base) throws IOException {
    Map<String, EntryKind> entries = new TreeMap<>();
    try {
      machine.list(
          base.isEmpty() ? "/" : base,
          (name, inode, kind) -> {
            entries.put(name, kind);
            return !isLate.getAsBoolean();
          });
    } catch (java.nio.file.NoSuchFileException
        | java.nio.file.NotDirectoryException
        | java.nio.file.AccessDeniedException nothingToMatch) {
      return entries;
    }
    return entries;
  }

  private boolean exists(String path) {
    return machine.found(path, false) != null;
  }

  private boolean isDirectory(String path, EntryKind kind, boolean deep) {
    return switch (kind) {
      case DIRECTORY -> true;
      case OTHER -> false;
      // ** goes through no symbolic link.
      case SYMBOLIC_LINK -> !deep && leadsToDirectory(path, true);
      case UNKNOWN -> leadsToDirectory(path, !deep);
    };
  }

  private boolean leadsToDirectory(String path, boolean follow) {
    FileStatus status = machine.found(path, follow);
    return status != null && Identity.kind(status) == Kind.DIRECTORY;
  }
}
