package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory {@code web.vmdk.lck} that VMware keeps beside a disk as long as a machine uses it,
 * and that a crash leaves there. It is called after the descriptor, which is a small file, while
 * the data are in {@code web-flat.vmdk}, {@code web-s001.vmdk} and the like.
 */
final class VmwareLocks {

  private static final Pattern EXTENT =
      Pattern.compile("(.*)-(?:flat|delta|sesparse|rdmp?|[sf]\\d{3,})\\.vmdk");

  private static final Pattern OWN = Pattern.compile(".*\\.(?:vmdk|vmx|nvram|vmem)");

  private VmwareLocks() {}

  /** What such a lock says of a file; small files of other names are not looked at. */
  static Optional<Fact> beside(Machine machine, String real, FileStatus status) {
    if (status.size() < Holders.SMALLEST_IMAGE && !OWN.matcher(real).matches()) {
      return Optional.empty();
    }
    String lock = real + ".lck";
    if (machine.found(lock, false) == null) {
      Matcher extent = EXTENT.matcher(real);
      if (!extent.matches()) {
        return Optional.empty();
      }
      lock = extent.group(1) + ".vmdk.lck";
      if (machine.found(lock, false) == null) {
        return Optional.empty();
      }
    }
    String evidence =
        "VMware's lock `" + Text.printable(lock) + "` stands beside it: in use, or left by a crash";
    return Optional.of(new Fact(About.LIVE, Truth.UNKNOWN, evidence));
  }
}
