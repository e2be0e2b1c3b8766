package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The home directories of the people of this machine: {@code passwd(5)}. */
final class Homes {

  /** The first user id that Debian and most others give to people ({@code adduser.conf(5)}). */
  private static final int FIRST_PERSON = 1000;

  /** {@code nobody}. */
  private static final int NOBODY = 65534;

  private final Map<String, String> users = new LinkedHashMap<>();

  private Homes() {}

  /** The table of this machine. */
  static Unchanged<Homes> table() {
    return new Unchanged<>("/etc/passwd", 4 << 20, Homes::of);
  }

  private static Homes of(byte[] passwd) {
    Homes homes = new Homes();
    for (String line : Text.decode(passwd).split("\n")) {
      String[] fields = line.split(":", -1);
      if (fields.length < 7 || !fields[5].startsWith("/") || fields[5].equals("/")) {
        continue;
      }
      if (isPerson(fields[2])) {
        homes.users.putIfAbsent(fields[5], fields[0]);
      }
    }
    return homes;
  }

  private static boolean isPerson(String field) {
    try {
      int uid = Integer.parseUnsignedInt(field);
      return uid == 0 || (Integer.compareUnsigned(uid, FIRST_PERSON) >= 0 && uid != NOBODY);
    } catch (NumberFormatException _) {
      return false;
    }
  }

  /** Whose home {@code directory} is, or whose homes it holds; empty for neither. */
  String inWords(String directory) {
    String user = users.get(directory);
    if (user != null) {
      return "the home directory of " + Text.printable(user);
    }
    List<String> held = new ArrayList<>();
    String prefix = directory + "/";
    users.forEach(
        (home, name) -> {
          if (home.startsWith(prefix)) {
            held.add(Text.printable(name));
          }
        });
    return switch (held.size()) {
      case 0 -> "";
      case 1 -> "holds the home directory of " + held.getFirst();
      default -> "holds the home directories of " + held.size() + " users";
    };
  }
}
