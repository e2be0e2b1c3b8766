package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel's own target (LIO: iSCSI, Fibre Channel, loopback) serves to other machines:
 * {@code /sys/kernel/config/target/core/PLUGIN_N/NAME/udev_path}, {@code
 * Documentation/target/tcmu-design.rst}. The kernel has it open itself, so no process shows it.
 */
final class ExportedStores {

  private static final String CORE = "/sys/kernel/config/target/core";

  private ExportedStores() {}

  static List<Register.Entry> paths(Machine machine) throws IOException {
    List<Register.Entry> stores = new ArrayList<>();
    for (String plugin : Register.names(machine, CORE)) {
      for (String name : Register.names(machine, CORE + "/" + plugin)) {
        String store = CORE + "/" + plugin + "/" + name;
        String path = machine.line(store + "/udev_path");
        if (path != null && path.startsWith("/")) {
          boolean enabled = "1".equals(machine.line(store + "/enable"));
          String evidence =
              (enabled ? "served" : "configured to be served")
                  + " to other machines as storage object "
                  + Text.printable(name)
                  + " (LIO)";
          stores.add(
              enabled
                  ? Register.Entry.live(path, evidence)
                  : Register.Entry.configured(path, evidence));
        }
      }
    }
    return stores;
  }
}
