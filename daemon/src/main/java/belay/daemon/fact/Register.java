package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.daemon.libc.FileStatus.Device;
import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts.Kind;
import belay.rules.fact.Truth;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/**
 * The files and devices that somebody has entered as the disks of something: libvirt's running
 * guests, storage that is exported to other machines, imported pools, configured Xen guests. Each
 * book is read once for one look, and one that may not be read says nothing.
 */
final class Register {

  /** As many pages as are read in no time. */
  private static final int A_FEW = 8;

  /** How many entries are compared; a host with more has them all of one sort. */
  private static final int MOST_ENTRIES = 4_096;

  /**
   * An entry.
   *
   * @param path as the book writes it; empty where it could not be read
   * @param about what it says something of: {@code LIVE}, or {@code EXISTS} where the thing is only
   *     configured for something
   */
  record Entry(String path, About about, Truth truth, String evidence) {

    /** What is entered runs now. */
    static Entry live(String path, String evidence) {
      return new Entry(path, About.LIVE, Truth.TRUE, evidence);
    }

    /** What is entered is set up; whether it runs is not told. */
    static Entry configured(String path, String evidence) {
      return new Entry(path, About.EXISTS, Truth.TRUE, evidence);
    }

    /** A page that may not be read: it may be of anything. */
    static Entry closed(String what) {
      return new Entry("", About.LIVE, Truth.UNKNOWN, what + " may not be read");
    }

    Fact fact() {
      return new Fact(about, truth, evidence);
    }

    boolean isLive() {
      return about == About.LIVE && truth == Truth.TRUE;
    }
  }

  private final Machine machine;
  private final List<Entry> entries;

  private Register(Machine machine, List<Entry> entries) {
    this.machine = machine;
    this.entries = entries;
  }

  private interface Book {
    List<Entry> read(Machine machine) throws IOException;
  }

  static Register read(Machine machine) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Book book :
        List.<Book>of(
            LibvirtGuests::disks, ExportedStores::paths, ZfsPools::members, XenConfigs::disks)) {
      try {
        entries.addAll(book.read(machine));
      } catch (FileSystemException notThereOrNotForUs) {
        // Another way may show it: locks, descriptors, the privileged helper.
      }
    }
    return new Register(machine, entries.subList(0, Math.min(entries.size(), MOST_ENTRIES)));
  }

  /** What is entered about a file. */
  List<Entry> of(Thing thing, FileStatus status) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.path.isEmpty()) {
        found.add(entry);
      } else if (entry.path.equals(thing.real()) || entry.path.equals(thing.path())) {
        found.add(entry);
      } else {
        FileStatus other = machine.found(entry.path, true);
        if (other != null && Identity.same(other, status)) {
          found.add(entry);
        }
      }
    }
    return found;
  }

  /** What is entered about a block device; what could not be read is not among it. */
  List<Entry> of(Device device) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries) {
      FileStatus other = entry.path.isEmpty() ? null : machine.found(entry.path, true);
      if (other != null
          && Identity.kind(other) == Kind.BLOCK_DEVICE
          && other.special().equals(device)) {
        found.add(entry);
      }
    }
    return found;
  }

  /** What could not be read, and may be of anything. */
  List<Entry> closed() {
    return entries.stream().filter(entry -> entry.path.isEmpty()).toList();
  }

  /** The names in a directory, in order; none where it is not there. */
  static List<String> names(Machine machine, String directory) throws IOException {
    // Asked first, as a throw takes longer than all the rest where there is nothing.
    FileStatus status = machine.found(directory, true);
    if (status == null || Identity.kind(status) != Kind.DIRECTORY) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    machine.list(
        directory,
        (name, inode, kind) -> {
          names.add(name);
          return names.size() < MOST_ENTRIES;
        });
    names.sort(null);
    if (Elsewhere.isCalledFor() && names.size() > A_FEW) {
      throw new Elsewhere(); // each is read
    }
    return names;
  }
}
