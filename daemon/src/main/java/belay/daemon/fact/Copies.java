package belay.daemon.fact;

import belay.daemon.fact.MountTable.Mount;
import belay.daemon.libc.FileStatus;
import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts.Kind;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether what stands under a name is, as far as is seen, the only copy: neither tracked by Git nor
 * in a snapshot as it is. No process is started for it: Git's index is read, and snapshots are
 * looked for where snapper, Timeshift and ZFS put them.
 */
final class Copies {

  private static final int MOST_ABOVE = 32;

  private static final int MOST_SNAPSHOTS = 256;

  private final Machine machine;
  private final Tables tables;

  Copies(Machine machine, Tables tables) {
    this.machine = machine;
    this.tables = tables;
  }

  /** What is known of copies of a file or directory. */
  List<Fact> look(Thing thing, FileStatus status) throws IOException {
    Fact snapshot = snapshot(thing.real(), status);
    if (snapshot != null && snapshot.truth() == Truth.FALSE) {
      return List.of(snapshot);
    }
    Fact tracked = tracked(thing.real(), status);
    if (tracked != null) {
      return List.of(tracked);
    }
    return List.of(
        snapshot != null
            ? snapshot
            : new Fact(About.ONLY_COPY, Truth.TRUE, "not in Git, and no snapshot is seen"));
  }

  private @Nullable Fact tracked(String real, FileStatus status) throws IOException {
    if (Identity.kind(status) == Kind.DIRECTORY && machine.found(real + "/.git", false) != null) {
      return new Fact(About.ONLY_COPY, Truth.UNKNOWN, "a Git work tree itself");
    }
    String tree = real;
    for (int i = 0; i < MOST_ABOVE; i++) {
      int slash = tree.lastIndexOf('/');
      if (slash < 0 || tree.isEmpty()) {
        return null;
      }
      tree = tree.substring(0, slash);
      if (machine.found(tree + "/.git", false) == null) {
        continue;
      }
      String shown = "`" + Text.printable(tree.isEmpty() ? "/" : tree) + "`";
      if (Identity.kind(status) != Kind.REGULAR_FILE) {
        return new Fact(
            About.ONLY_COPY, Truth.UNKNOWN, "in the Git work tree " + shown + ", not compared");
      }
      return byIndex(
          shown, GitIndex.find(machine, tree, real.substring(tree.length() + 1)), status);
    }
    return null;
  }

  private static Fact byIndex(String shown, GitIndex.Answer answer, FileStatus status) {
    String tree = "in the Git work tree " + shown;
    return switch (answer) {
      case GitIndex.Untracked() ->
          new Fact(About.ONLY_COPY, Truth.TRUE, tree + ", but not tracked");
      case GitIndex.Unread(String why) ->
          new Fact(About.ONLY_COPY, Truth.UNKNOWN, tree + ": " + why);
      case GitIndex.Entry entry -> byEntry("tracked by Git in " + shown, entry, status);
    };
  }

  private static Fact byEntry(String tracked, GitIndex.Entry entry, FileStatus status) {
    boolean sameTime = entry.hasTime(status);
    // Git writes a size of 0 where it must compare the contents itself the next time.
    if (entry.size() != (status.size() & 0xffff_ffffL) && !(entry.size() == 0 && sameTime)) {
      return new Fact(About.ONLY_COPY, Truth.TRUE, tracked + ", but changed since it was added");
    }
    String doubt =
        !sameTime
            ? "but written to since; it was not compared"
            : entry.racy() || entry.size() != (status.size() & 0xffff_ffffL)
                ? "but so fresh that it may have changed since"
                : entry.stored() ? "" : "but perhaps only added and not committed";
    return doubt.isEmpty()
        ? new Fact(About.ONLY_COPY, Truth.FALSE, tracked)
        : new Fact(About.ONLY_COPY, Truth.UNKNOWN, tracked + ", " + doubt);
  }

  private @Nullable Fact snapshot(String real, FileStatus status) throws IOException {
    Mount mount = tables.mounts().byId(status.mount());
    if (mount == null) {
      return null;
    }
    String point = mount.point().equals("/") ? "" : mount.point();
    String inside = real.length() > point.length() ? real.substring(point.length()) : "";
    if (mount.type().equals("zfs")) {
      // To look into a snapshot would have ZFS mount it; the names may be read.
      int count = Register.names(machine, point + "/.zfs/snapshot").size();
      return count == 0
          ? null
          : new Fact(
              About.ONLY_COPY,
              Truth.UNKNOWN,
              "the dataset has "
                  + (count == 1 ? "a snapshot" : count + " snapshots")
                  + ", which were not looked into");
    }
    String older = "";
    for (Place place :
        List.of(
            new Place(point + "/.snapshots", "/snapshot", inside),
            new Place("/timeshift/snapshots", "/localhost", real),
            new Place("/run/timeshift/backup/timeshift/snapshots", "/localhost", real))) {
      List<String> names = Register.names(machine, place.directory);
      for (String name :
          names.subList(Math.max(0, names.size() - MOST_SNAPSHOTS), names.size()).reversed()) {
        String path = place.directory + "/" + name + place.root + place.inside;
        FileStatus kept = machine.found(path, false);
        if (kept == null) {
          continue;
        }
        String shown = "`" + Text.printable(path) + "`";
        if (Identity.kind(kept) != Kind.REGULAR_FILE
            || Identity.kind(status) != Kind.REGULAR_FILE) {
          return new Fact(About.ONLY_COPY, Truth.UNKNOWN, "there is " + shown + ", not compared");
        }
        if (kept.size() == status.size() && kept.modified() == status.modified()) {
          String evidence = "there is " + shown + ", of the same size and time";
          return new Fact(About.ONLY_COPY, Truth.FALSE, evidence);
        }
        older = older.isEmpty() ? shown : older;
      }
    }
    if (!older.isEmpty()) {
      return new Fact(About.ONLY_COPY, Truth.TRUE, "only another version is kept, " + older);
    }
    return ofVolume(mount);
  }

  /** LVM keeps the origin of a snapshot as a device of its own behind the volume. */
  private @Nullable Fact ofVolume(Mount mount) {
    String volume = mount.source();
    return volume.startsWith("/dev/mapper/") && machine.found(volume + "-real", false) != null
        ? new Fact(
            About.ONLY_COPY,
            Truth.UNKNOWN,
            "`" + Text.printable(volume) + "` has an LVM snapshot, which was not looked into")
        : null;
  }

  /**
   * Where snapshots stand.
   *
   * @param root of the file system within one
   * @param inside the path below that
   */
  private record Place(String directory, String root, String inside) {}
}
