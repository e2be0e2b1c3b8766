package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.effect.Effect;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A host of Xen guests: a logical volume, a file behind a loop device, and one served by QEMU. */
final class XenHostTest {

  private static final String HOST =
      """
      dev/
        sda : 8:0
        dm-3 : 253:3
        dm-4 : 253:4
        loop0 : 7:0
        vg/
          web1 -> ../dm-3
          spare -> ../dm-4
      etc/
        passwd = root:x:0:0:root:/root:/bin/bash\\n
      srv/xen/
        web2.img = disk
        web3.img = disk
        golden.img = disk
      proc/
        swaps = Filename Type Size Used Priority\\n
        locks = \\n
        self/
          mountinfo = 27 1 9:1 / / rw,relatime - ext4 /dev/root rw\\n
        977/
          comm = qemu-system-i38\\n
          cmdline = /usr/lib/xen/bin/qemu-system-i386\\0-drive\\0file=/srv/xen/web3.img,if=none\\0
          stat = 977 (qemu-system-i38) S 1 977 977 0 -1 4194624 0\\n
          fd !
      sys/
        class/block/
          sda -> ../../devices/virtual/block/sda
          dm-3 -> ../../devices/virtual/block/dm-3
          dm-4 -> ../../devices/virtual/block/dm-4
          loop0 -> ../../devices/virtual/block/loop0
        dev/block/
          8:0 -> ../../devices/virtual/block/sda
          253:3 -> ../../devices/virtual/block/dm-3
          253:4 -> ../../devices/virtual/block/dm-4
          7:0 -> ../../devices/virtual/block/loop0
        block/
          loop0 -> ../devices/virtual/block/loop0
        devices/virtual/block/
          sda/
            dev = 8:0\\n
            size = 2048\\n
            holders/
              dm-3
              dm-4
          dm-3/
            dev = 253:3\\n
            size = 41943040\\n
            holders/
            dm/
              name = vg-web1\\n
              uuid = LVM-8a7b\\n
          dm-4/
            dev = 253:4\\n
            size = 2048\\n
            holders/
            dm/
              name = vg-spare\\n
              uuid = LVM-8a7c\\n
          loop0/
            dev = 7:0\\n
            size = 8\\n
            holders/
            loop/
              backing_file = /srv/xen/web2.img\\n
        bus/xen-backend/devices/
          vbd-3-51712/
            physical_device = fd:3\\n
            mode = w\\n
          vbd-5-51729/
            physical_device = 7:0\\n
            mode = w\\n
          vif-3-0/
      """;

  private final DrawnMachine host = new DrawnMachine(HOST);

  private Facts look(Effect effect) {
    return new FactFinder(host, Duration.ofSeconds(20)).look(effect, "/root", "/root").getFirst();
  }

  @Test
  void theVolumeOfARunningGuestIsLiveByAnyName() {
    List<String> expected = List.of("disk xvda of Xen domain 3");
    assertEquals(expected, look(Effects.format("/dev/vg/web1")).evidence(About.LIVE));
    assertEquals(expected, look(Effects.overwrite("/dev/dm-3")).evidence(About.LIVE));
    assertEquals(20L << 30, look(Effects.format("/dev/vg/web1")).size().orElseThrow());
  }

  @Test
  void aVolumeOfNoGuestIsNotLiveAsFarAsIsSeen() {
    Facts facts = look(Effects.format("/dev/vg/spare"));
    assertEquals(List.of(), facts.evidence(About.LIVE));
    assertEquals(Truth.UNKNOWN, facts.truth(About.LIVE));
    assertEquals(Truth.FALSE, facts.truth(About.MOUNTED));
  }

  @Test
  void theFileBehindAGuestsLoopDeviceIsLive() {
    assertEquals(
        List.of("backing file of /dev/loop0, disk xvdb1 of Xen domain 5"),
        look(Effects.overwrite("/srv/xen/web2.img")).evidence(About.LIVE));
  }

  @Test
  void theDiskUnderTheVolumeOfAGuestIsLive() {
    assertEquals(
        List.of(
            "part of LVM volume vg-web1, disk xvda of Xen domain 3", "part of LVM volume vg-spare"),
        look(Effects.format("/dev/sda")).evidence(About.LIVE));
  }

  @Test
  void anImageLockedByQemuNamesTheProcessByItsCommandLine() throws IOException {
    lock("/srv/xen/web3.img", 100, 101, 201);
    assertEquals(
        List.of("open for writing in qemu-system-i386 (pid 977), QEMU image lock"),
        look(Effects.overwrite("/srv/xen/web3.img")).evidence(About.LIVE));
  }

  @Test
  void anImageLockedBySomeoneUnseenIsStillLive() throws IOException {
    lock("/srv/xen/golden.img", 100, 201, 203);
    assertEquals(
        List.of("open for reading under a QEMU image lock, by a process that cannot be seen"),
        look(Effects.overwrite("/srv/xen/golden.img")).evidence(About.LIVE));
  }

  @Test
  void theDirectoryOfTheImagesIsLiveToARecursiveDelete() throws IOException {
    lock("/srv/xen/web3.img", 100, 101, 201);
    assertEquals(
        List.of(
            "`web2.img` is the backing file of /dev/loop0",
            "`web3.img` is open for writing in qemu-system-i386 (pid 977), QEMU image lock"),
        look(Effects.deleteTree("/srv/xen")).evidence(About.LIVE));
  }

  private void lock(String image, long... offsets) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (long offset : offsets) {
      lines.append(
          "1: OFDLCK ADVISORY  READ -1 09:01:%d %d %d\n"
              .formatted(host.inode(image), offset, offset));
    }
    host.with("/proc/locks", lines.toString());
  }
}
