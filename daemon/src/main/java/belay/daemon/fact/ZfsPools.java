package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The devices of imported ZFS pools. Which pools are imported {@code /proc/spl/kstat/zfs} tells,
 * and the devices stand in {@code /etc/zfs/zpool.cache}, a list of names and values in XDR ({@code
 * zpool(8)}, {@code cachefile}), of which the device names are taken. A pool that was imported
 * without a cache file shows none; then only the exclusive opener is refused.
 */
final class ZfsPools {

  private static final String KSTAT = "/proc/spl/kstat/zfs";

  private static final int LIMIT = 4 << 20;

  private static final String DEVICES = "/dev/";

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
      members.add(new Register.Entry(path, true, "in use by ZFS by zpool.cache, and " + imported));
    }
    return members;
  }

  /** An XDR string is padded with NULs to a multiple of four bytes and begins after its length. */
  private static Set<String> paths(String cache) {
    Set<String> paths = new LinkedHashSet<>();
    for (int at = cache.indexOf(DEVICES); at >= 0; at = cache.indexOf(DEVICES, at + 1)) {
      int length = at < 4 ? 0 : cache.charAt(at - 1) | cache.charAt(at - 2) << 8;
      int end = at + length;
      if (length > DEVICES.length() && end <= cache.length()) {
        String path = cache.substring(at, end);
        if (path.indexOf('\0') < 0) {
          paths.add(path);
        }
      }
    }
    return paths;
  }
}
