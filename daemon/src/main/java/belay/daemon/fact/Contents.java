package belay.daemon.fact;

import belay.daemon.fact.LoopTable.Loop;
import belay.daemon.fact.MountTable.Mount;
import belay.daemon.libc.Directory.EntryKind;
import belay.daemon.libc.FileStatus;
import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What is in a directory: how much, and whether any of it is in use. */
final class Contents {

  /** How many entries are counted and compared. */
  static final int MOST_ENTRIES = 100_000;

  private static final int MOST_SIGNS = 16;

  private final Machine machine;
  private final Tables tables;
  private final BooleanSupplier isLate;

  /** Files by which a database server's directory is known. */
  private final List<String> signs = new ArrayList<>();

  /** What stands directly or, where asked, anywhere below. */
  private int count;

  private boolean cut;

  Contents(Machine machine, Tables tables, BooleanSupplier isLate) {
    this.machine = machine;
    this.tables = tables;
    this.isLate = isLate;
  }

  int count() {
    return count;
  }

  /** Whether there is more than was counted. */
  boolean isCut() {
    return cut;
  }

  /**
   * Looks into a directory, not across mount points.
   *
   * @param recursive whether what is below counts, and is compared with what is known to be in use
   */
  List<Fact> look(Thing directory, boolean recursive) throws IOException {
    List<Fact> facts = new ArrayList<>();
    Set<String> mountPoints = new HashSet<>();
    for (Mount mount : tables.mounts().below(directory.real())) {
      mountPoints.add(mount.point());
    }
    Set<Long> locked =
        recursive && directory.status() != null
            ? tables.locks().inodesOn(tables.holders().superblock(directory.status()))
            : Set.of();
    List<String> suspects = walk(directory.real(), recursive, mountPoints, locked);
    facts.add(
        new Fact(
            About.NONEMPTY,
            count > 0 ? Truth.TRUE : Truth.FALSE,
            (cut ? "more than " : "") + entries(count)));
    if (!recursive) {
      return facts;
    }
    for (String suspect : suspects) {
      FileStatus status = machine.found(suspect, false);
      if (status != null) {
        for (String use : tables.holders().of(List.of(suspect), status)) {
          facts.add(live(directory, suspect, use));
        }
      }
    }
    for (String sign : signs) {
      for (Databases.Use use : new Databases(machine, tables).by(sign)) {
        Fact fact = live(directory, sign, "in the " + use.evidence());
        facts.add(new Fact(About.LIVE, use.truth(), fact.evidence()));
      }
    }
    if (cut && facts.size() == 1 && !areAllSeen(directory, locked)) {
      facts.add(
          new Fact(
              About.LIVE,
              Truth.UNKNOWN,
              "only the first " + entries(count) + " were compared with the locks held"));
    }
    return facts;
  }

  /** Whether every locked file is known by its descriptor, and so by its path. */
  private boolean areAllSeen(Thing directory, Set<Long> locked) throws IOException {
    if (directory.status() == null) {
      return false;
    }
    for (long inode : locked) {
      FileKey key = new FileKey(directory.status().device(), inode);
      if (tables.openFiles().of(key).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** What is known to be in use below a directory without walking through it. */
  List<Fact> uses(Thing directory) throws IOException {
    List<Fact> facts = new ArrayList<>();
    String real = directory.real();
    for (Loop loop : tables.loops().backedBelow(real)) {
      facts.add(live(directory, loop.path(), "the backing file of /dev/" + loop.name()));
    }
    for (String swap : tables.swaps().below(real)) {
      facts.add(live(directory, swap, "in use as swap"));
    }
    for (String use : tables.holders().below(real)) {
      facts.add(new Fact(About.LIVE, Truth.TRUE, use));
    }
    return facts;
  }

  private static Fact live(Thing directory, String path, String use) {
    String root = directory.real().equals("/") ? "/" : directory.real() + "/";
    String shown = path.startsWith(root) ? path.substring(root.length()) : path;
    return new Fact(About.LIVE, Truth.TRUE, "`" + Text.printable(shown) + "` is " + use);
  }

  private static String entries(int count) {
    return count == 1 ? "1 entry" : count + " entries";
  }

  /** Breadth first, so that what is cut off is what lies deepest. */
  private List<String> walk(
      String top, boolean recursive, Set<String> mountPoints, Set<Long> locked) throws IOException {
    List<String> suspects = new ArrayList<>();
    Deque<String> left = new ArrayDeque<>(List.of(top));
    while (!left.isEmpty() && !cut) {
      String directory = left.pop();
      String prefix = directory.equals("/") ? "/" : directory + "/";
      try {
        machine.list(
            directory,
            (name, inode, kind) -> {
              if (count >= MOST_ENTRIES || isLate.getAsBoolean()) {
                cut = true;
                return false;
              }
              count++;
              String path = prefix + name;
              if (locked.contains(inode)) {
                suspects.add(path);
              }
              if (recursive && signs.size() < MOST_SIGNS && Databases.SIGNS.contains(name)) {
                signs.add(path);
              }
              if (recursive && kind == EntryKind.DIRECTORY && !mountPoints.contains(path)) {
                left.add(path);
              }
              return true;
            });
      } catch (IOException closedOrGone) {
        if (directory.equals(top)) {
          throw closedOrGone;
        }
      }
    }
    return suspects;
  }
}
