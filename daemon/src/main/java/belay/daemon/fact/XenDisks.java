package belay.daemon.fact;

import belay.daemon.libc.FileStatus.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The block devices that the kernel's Xen backend serves to guests: {@code
 * /sys/bus/xen-backend/devices/vbd-DOMAIN-DISK/physical_device}, a device number in hexadecimal
 * ({@code drivers/block/xen-blkback/xenbus.c}). A guest's disk that is a file gets here through a
 * loop device; one that QEMU serves shows QEMU's locks instead.
 */
final class XenDisks {

  private static final String DEVICES = "/sys/bus/xen-backend/devices";

  /** The major number of {@code xvd} disks, of which each has sixteen minors. */
  private static final int XVD = 202;

  private final Map<Device, List<String>> disks;

  private XenDisks(Map<Device, List<String>> disks) {
    this.disks = disks;
  }

  static XenDisks read(Machine machine) throws IOException {
    List<String> names = new ArrayList<>();
    try {
      machine.list(
          DEVICES,
          (name, inode, kind) -> {
            if (name.startsWith("vbd-")) {
              names.add(name);
            }
            return true;
          });
    } catch (java.nio.file.NoSuchFileException noXen) {
      return new XenDisks(Map.of());
    }
    Map<Device, List<String>> disks = new HashMap<>();
    for (String name : names) {
      String[] words = name.split("-");
      String number = machine.line(DEVICES + "/" + name + "/physical_device");
      String[] halves = number == null ? new String[0] : number.strip().split(":");
      if (words.length == 3 && halves.length == 2) {
        Device device =
            new Device(Integer.parseInt(halves[0], 16), Integer.parseInt(halves[1], 16));
        disks
            .computeIfAbsent(device, _ -> new ArrayList<>())
            .add("disk " + guestName(words[2]) + " of Xen domain " + words[1]);
      }
    }
    return new XenDisks(disks);
  }

  private static String guestName(String disk) {
    int number = Integer.parseInt(disk);
    if (number >> 8 != XVD) {
      return disk;
    }
    int minor = number & 0xFF;
    int partition = minor % 16;
    return "xvd" + (char) ('a' + minor / 16) + (partition == 0 ? "" : partition);
  }

  /** What the device is to which guest. */
  List<String> of(Device device) {
    return disks.getOrDefault(device, List.of());
  }
}
