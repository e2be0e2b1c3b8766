package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.effect.EffectKind;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Logical volumes on an encrypted volume on an array of two disks; a third disk lies idle. */
final class StorageStackTest {

  private static final DrawnMachine MACHINE =
      new DrawnMachine(
          """
          dev/
            sda : 8:0
            sda1 : 8:1
            sdb : 8:16
            sdb1 : 8:17
            sdc : 8:32
            sdc1 : 8:33
            sdd : 8:48
            sdd1 : 8:49
            sde ! 8:64
            sdf : 8:80
            md0 : 9:0
            dm-0 : 253:0
            dm-1 : 253:1
            dm-2 : 253:2
            mapper/
              crypt -> ../dm-0
              vg-root -> ../dm-1
              vg-swap -> ../dm-2
            vg/
              root -> ../dm-1
            disk/by-id/
              ata-DISK_2 -> ../../sdb
              ata-DISK_2-part1 -> ../../sdb1
          etc/
            passwd = root:x:0:0:root:/root:/bin/bash\\n
          proc/
            swaps = Filename Type Size Used Priority\\n/dev/dm-2 partition 8 0 -2\\n
            locks = \\n
            1200/
              comm = containerd\\n
              stat = 1200 (containerd) S 1 1200 1200 0 -1 4194624 0\\n
              mountinfo = 90 80 8:33 / /data rw - ext4 /dev/sdc1 rw\\n
              ns/
                mnt -> mnt:[4026532222]
              fd/
            self/
              ns/
                mnt -> mnt:[4026531841]
              mountinfo = 27 1 253:1 / / rw - ext4 /dev/mapper/vg-root rw\\n31 27 0:44 / /data rw - btrfs /dev/sdd1 rw\\n
          sys/
            fs/btrfs/
              0000-1111/
                devices/
                  sdd1
              features/
            block/
            dev/block/
              8:0 -> ../../devices/block/sda
              8:1 -> ../../devices/block/sda/sda1
              8:16 -> ../../devices/block/sdb
              8:17 -> ../../devices/block/sdb/sdb1
              8:32 -> ../../devices/block/sdc
              8:33 -> ../../devices/block/sdc/sdc1
              8:48 -> ../../devices/block/sdd
              8:49 -> ../../devices/block/sdd/sdd1
              8:64 -> ../../devices/block/sde
              8:80 -> ../../devices/block/sdf
              9:0 -> ../../devices/block/md0
              253:0 -> ../../devices/block/dm-0
              253:1 -> ../../devices/block/dm-1
              253:2 -> ../../devices/block/dm-2
            class/block/
              sda -> ../../devices/block/sda
              sda1 -> ../../devices/block/sda/sda1
              sdb -> ../../devices/block/sdb
              sdb1 -> ../../devices/block/sdb/sdb1
              sdc -> ../../devices/block/sdc
              sdc1 -> ../../devices/block/sdc/sdc1
              sdd -> ../../devices/block/sdd
              sdd1 -> ../../devices/block/sdd/sdd1
              sde -> ../../devices/block/sde
              sdf -> ../../devices/block/sdf
              md0 -> ../../devices/block/md0
              dm-0 -> ../../devices/block/dm-0
              dm-1 -> ../../devices/block/dm-1
              dm-2 -> ../../devices/block/dm-2
            devices/block/
              sda/
                dev = 8:0\\n
                size = 4096\\n
                holders/
                sda1/
                  dev = 8:1\\n
                  partition = 1\\n
                  size = 2048\\n
                  holders/
                    md0
              sdb/
                dev = 8:16\\n
                size = 4096\\n
                holders/
                sdb1/
                  dev = 8:17\\n
                  partition = 1\\n
                  size = 2048\\n
                  holders/
                    md0
              sdc/
                dev = 8:32\\n
                size = 4096\\n
                holders/
                sdc1/
                  dev = 8:33\\n
                  partition = 1\\n
                  size = 2048\\n
                  holders/
              sdd/
                dev = 8:48\\n
                size = 4096\\n
                holders/
                sdd1/
                  dev = 8:49\\n
                  partition = 1\\n
                  size = 2048\\n
                  holders/
              sde/
                dev = 8:64\\n
                size = 4096\\n
                holders/
              sdf/
                dev = 8:80\\n
                size = 4096\\n
                holders/
              md0/
                dev = 9:0\\n
                size = 2048\\n
                md/
                  array_state = clean\\n
                holders/
                  dm-0
              dm-0/
                dev = 253:0\\n
                size = 2048\\n
                dm/
                  name = crypt\\n
                  uuid = CRYPT-LUKS2-77\\n
                holders/
                  dm-1
                  dm-2
              dm-1/
                dev = 253:1\\n
                size = 2048\\n
                dm/
                  name = vg-root\\n
                  uuid = LVM-1\\n
                holders/
              dm-2/
                dev = 253:2\\n
                size = 2048\\n
                dm/
                  name = vg-swap\\n
                  uuid = LVM-2\\n
                holders/
          """);

  private static Facts format(String device) {
    return new FactFinder(MACHINE, Duration.ofSeconds(20))
        .look(Effects.format(device), "/", "/root")
        .getFirst();
  }

  private static final String UP = "part of array md0 (clean), part of encrypted volume crypt, ";

  @Test
  void aDiskIsInUseByAllThatIsBuiltOnItsPartition() {
    List<String> expected =
        List.of(
            "its partition sdb1, " + UP + "part of LVM volume vg-root, mounted on /",
            "its partition sdb1, " + UP + "part of LVM volume vg-swap, in use as swap");
    assertEquals(expected, format("/dev/sdb").evidence(About.LIVE));
    assertEquals(expected, format("/dev/disk/by-id/ata-DISK_2").evidence(About.LIVE));
    assertEquals(Truth.TRUE, format("/dev/sdb").truth(About.MOUNTED));
  }

  @Test
  void aPartitionIsInUseByTheArrayItIsPartOf() {
    assertEquals(
        UP + "part of LVM volume vg-root, mounted on /",
        format("/dev/disk/by-id/ata-DISK_2-part1").evidence(About.LIVE).getFirst());
  }

  @Test
  void aVolumeIsInUseForWhatItIsUsedForItself() {
    assertEquals(List.of("mounted on /"), format("/dev/vg/root").evidence(About.MOUNTED));
    Facts swap = format("/dev/mapper/vg-swap");
    assertEquals(List.of("in use as swap"), swap.evidence(About.LIVE));
    assertEquals(Truth.FALSE, swap.truth(About.MOUNTED));
  }

  @Test
  void aVolumeIsFoundByItsNameInItsSystem() {
    Target volume = new Target.Volume("lvm", Value.of("vg/root"));
    Facts facts =
        new FactFinder(MACHINE, Duration.ofSeconds(20))
            .look(Effects.effect(EffectKind.DESTROY, volume, Reach.ONE), "/", null)
            .getFirst();
    assertEquals(List.of("mounted on /"), facts.evidence(About.LIVE));
  }

  @Test
  void whatOnlyAContainerHasMountedIsMounted() {
    assertEquals(
        List.of("its partition sdc1, mounted on /data by containerd (pid 1200)"),
        format("/dev/sdc").evidence(About.MOUNTED));
  }

  @Test
  void anIdleDiskIsNotLive() {
    Facts facts = format("/dev/sdf");
    assertEquals(Truth.FALSE, facts.truth(About.LIVE));
    assertEquals(Truth.FALSE, facts.truth(About.MOUNTED));
    assertEquals(Truth.TRUE, facts.truth(About.NONEMPTY));
    assertEquals(Facts.Kind.BLOCK_DEVICE, facts.kind());
  }

  @Test
  void aMemberOfAMountedBtrfsIsMountedThoughItsNumberIsAnother() {
    assertEquals(List.of("mounted on /data"), format("/dev/sdd1").evidence(About.MOUNTED));
  }

  @Test
  void aDiskThatOnlyTheKernelKnowsTheUseOfIsClaimed() {
    assertEquals(
        List.of("claimed by the kernel for something mounted or built on it"),
        format("/dev/sde").evidence(About.LIVE));
  }
}
