package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The devices and files of imported ZFS pools. Which pools are imported {@code /proc/spl/kstat/zfs}
 * tells, and what they are made of stands in {@code /etc/zfs/zpool.cache}, a list of names and
 * values in XDR ({@code zpool(8)}, {@code cachefile}), of which the paths are taken. A pool that
 * was imported without a cache file shows none; then only the exclusive opener is refused.
 */
final class ZfsPools {

  private static final String KSTAT = "/proc/spl/kstat/zfs";

  private static final int LIMIT = 4 << 20;

  private static final String NAME = "path";

  /** At most: type, number and length, of four bytes each. */
  private static final int BETWEEN = 12;

  private ZfsPools() {}

  static List<Register.Entry> members(Machine machine) throws IOException {
    List<String> pools = new ArrayList<>();
    for (String name : Register.names(machine, KSTAT)) {
      if (machine.line(KSTAT + "/" + name + "/state") != null) {
        pools.add(name);
      }
    }
    if (pools.isEmpty()) {
      return List.of();
    }
    String cache = Text.decode(machine.read("/etc/zfs/zpool.cache", LIMIT));
    String imported =
        (pools.size() == 1 ? "pool " : "pools ")
            + Text.printable(String.join(", ", pools))
            + (pools.size() == 1 ? " is" : " are")
            + " imported";
    List<Register.Entry> members = new ArrayList<>();
    for (String path : paths(cache)) {
      members.add(Register.Entry.live(path, "in use by ZFS by zpool.cache, and " + imported));
    }
    return members;
  }

  /**
   * The values of the pairs called {@code path}: the name, padded with NULs to a multiple of four
   * bytes, type and number of the value, and a string behind its length. A member may be a file.
   */
  private static Set<String> paths(String cache) {
    Set<String> paths = new LinkedHashSet<>();
    for (int at = cache.indexOf(NAME); at >= 0; at = cache.indexOf(NAME, at + 1)) {
      int from = at + NAME.length();
      int start = cache.indexOf('/', from);
      if (start < 0 || start - from > BETWEEN) {
        continue;
      }
      int length = cache.charAt(start - 1) | cache.charAt(start - 2) << 8;
      int end = start + length;
      if (length > 1 && end <= cache.length()) {
        String path = cache.substring(start, end);
        if (path.indexOf('\0') < 0) {
          paths.add(path);
        }
      }
    }
    return paths;
  }
}
