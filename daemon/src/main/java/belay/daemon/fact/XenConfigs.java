package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The disks of the Xen guests that are configured in {@code /etc/xen}: {@code xl.cfg(5)}, {@code
 * xl-disk-configuration(5)}. Whether a guest runs they do not tell.
 */
final class XenConfigs {

  private static final String DIRECTORY = "/etc/xen";

  private static final int LIMIT = 256 * 1024;

  private static final Pattern DISKS =
      Pattern.compile("^\\s*disk\\s*=\\s*\\[([^\\]]*)\\]", Pattern.MULTILINE);

  private static final Pattern NAME =
      Pattern.compile("^\\s*name\\s*=\\s*[\"']([^\"']+)[\"']", Pattern.MULTILINE);

  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"|'([^']*)'");

  private static final Pattern TARGET = Pattern.compile("(?:^|,)\\s*target\\s*=\\s*(.*)$");

  /** {@code phy:}, {@code file:}, {@code tap2:aio:}, … before the path of the older form. */
  private static final Pattern SCHEME = Pattern.compile("^(?:[a-z0-9]+:)+");

  private XenConfigs() {}

  static List<Register.Entry> disks(Machine machine) throws IOException {
    List<Register.Entry> disks = new ArrayList<>();
    for (String file : Register.names(machine, DIRECTORY)) {
      if (file.endsWith(".cfg") || file.endsWith(".conf") || file.indexOf('.') < 0) {
        try {
          String text = Text.decode(machine.read(DIRECTORY + "/" + file, LIMIT));
          disks.addAll(read(file, text));
        } catch (IOException directoryOrClosed) {
          // `auto` and `scripts` are directories.
        }
      }
    }
    return disks;
  }

  private static List<Register.Entry> read(String file, String text) {
    List<Register.Entry> disks = new ArrayList<>();
    Matcher named = NAME.matcher(text);
    String guest = named.find() ? named.group(1) : file;
    String evidence =
        "configured as a disk of Xen guest "
            + Text.printable(guest)
            + " in "
            + DIRECTORY
            + "/"
            + Text.printable(file);
    Matcher list = DISKS.matcher(text);
    while (list.find()) {
      Matcher each = QUOTED.matcher(list.group(1));
      while (each.find()) {
        String path = path(each.group(1) == null ? each.group(2) : each.group(1));
        if (path.startsWith("/")) {
          disks.add(Register.Entry.configured(path, evidence));
        }
      }
    }
    return disks;
  }

  private static String path(String disk) {
    Matcher target = TARGET.matcher(disk);
    if (target.find()) {
      // It is the last key, and takes the rest of the line with its commas.
      return target.group(1).strip();
    }
    int comma = disk.indexOf(',');
    String first = comma < 0 ? disk : disk.substring(0, comma);
    Matcher scheme = SCHEME.matcher(first.strip());
    String path = scheme.replaceFirst("");
    // xl-disk-configuration(5): what phy: names without a root is below /dev.
    return first.strip().startsWith("phy:") && !path.startsWith("/") ? "/dev/" + path : path;
  }
}
