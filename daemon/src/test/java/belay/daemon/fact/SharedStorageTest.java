package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.Effect;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is used from elsewhere: another namespace, another guest, by another name. */
final class SharedStorageTest {

  private static final String DISK = "x".repeat(70_000);

  private static final String HOST =
      """
      dev/
        sda : 8:0
        sdb : 8:16
        sdc : 8:32
        sdd : 8:48
        sde : 8:64
        dm-0 : 253:0
        vg0/
          web -> ../dm-0
      etc/
        passwd = root:x:0:0:root:/root:/bin/bash\\n
        my.cnf = [client]\\nport=1\\n!includedir /etc/my.cnf.d\\n
        my.cnf.d/
          50-server.cnf = [mysqld]\\ndatadir = "/srv/maria"\\n
          60-client.cnf = [mysql]\\ndatadir = /srv/other\\n
        zfs/
          zpool.cache = \\0\\0\\0\\u0004path\\0\\0\\0\\u0009\\0\\0\\0\\u0001\\0\\0\\0\\u000e/srv/zfs/a.img\\0\\0
        xen/
          web.cfg = name = "web"\\ndisk = [ 'phy:vg0/web,xvda,w' ]\\n
      srv/zfs/
        a.img = DISK
      srv/esx/
        web.vmdk = # Disk DescriptorFile
        web-flat.vmdk = DISK
        web.vmdk.lck/
          M1.lck = lock
        idle.vmdk = # Disk DescriptorFile
      srv/guest/
        idle.img = DISK
        note.txt = text
      srv/maria/
        ibdata1 = x
        shop/
          orders.ibd = x
      srv/other/
        ibdata1 = x
      srv/redis/
        dump.rdb = x
        appendonlydir/
          appendonly.aof.1.base.rdb = x
      srv/away/
        dump.rdb = x
      srv/search/0/index/
        write.lock = x
        _0.cfs = x
        segments_2 = x
        readme = x
      srv/quiet/index/
        write.lock = x
        _0.cfs = x
      srv/pg/a/
        postmaster.pid = 1\\n/data\\n1763000000\\n5432\\n
      srv/pg/b/
        postmaster.pid = 1\\n/data\\n1763000000\\n5432\\n
      var/lib/docker/overlay2/
        l/
          ABC -> ../base/diff
          DEF -> ../other/diff
        base/diff/
          file = x
        other/diff/
          file = x
        abc/diff/
          file = x
        idle/diff/
          file = x
      proc/
        swaps = Filename Type Size Used Priority\\n
        locks = \\n
        self/
          mountinfo = 27 1 9:1 / / rw,relatime - ext4 /dev/root rw\\n90 27 0:60 / /var/lib/docker/overlay2/abc/merged rw - overlay overlay rw,lowerdir=l/DEF,upperdir=abc/diff\\n
          ns/
            mnt -> mnt:[1]
            pid -> pid:[4026531836]
        spl/kstat/zfs/
          tank/
            state = ONLINE\\n
        1/
          comm = systemd\\n
          fd/
        700/
          comm = postgres\\n
          status = Name: postgres\\nNSpid: 700 1\\n
          cwd -> /srv/pg/a
          fd/
        701/
          comm = mariadbd\\n
          cmdline = /usr/sbin/mariadbd\\0
          fd/
        702/
          comm = redis-server\\n
          cwd -> /srv/redis
          fd/
        704/
          comm = containerd-shim\\n
          fd/
          ns/
            mnt -> mnt:[2]
          mountinfo = 80 79 0:55 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/ABC,upperdir=/var/lib/docker/overlay2/abc/diff\\n81 79 0:77 / /data rw - btrfs /dev/sdb rw\\n
        705/
          comm = java\\n
          fd/
      sys/
        fs/btrfs/1-2/devices/
          sdb -> ../../../../devices/block/sdb
          sdc -> ../../../../devices/block/sdc
        block/
        class/block/
          sda -> ../../devices/block/sda
          sdb -> ../../devices/block/sdb
          sdc -> ../../devices/block/sdc
          sdd -> ../../devices/block/sdd
          sde -> ../../devices/block/sde
          dm-0 -> ../../devices/block/dm-0
        dev/block/
          8:0 -> ../../devices/block/sda
          8:16 -> ../../devices/block/sdb
          8:32 -> ../../devices/block/sdc
          8:48 -> ../../devices/block/sdd
          8:64 -> ../../devices/block/sde
          253:0 -> ../../devices/block/dm-0
        devices/block/
          sda/
            dev = 8:0\\n
            size = 8\\n
          sdb/
            dev = 8:16\\n
            size = 8\\n
          sdc/
            dev = 8:32\\n
            size = 8\\n
          sdd/
            dev = 8:48\\n
            size = 8\\n
            device/power/
              runtime_status = suspended\\n
          sde/
            dev = 8:64\\n
            size = 8\\n
            device/power/
              runtime_status = active\\n
          dm-0/
            dev = 253:0\\n
            size = 8\\n
      """
          .replace("DISK", DISK)
          .replace("\\u0001", "\u0001")
          .replace("\\u0004", "\u0004")
          .replace("\\u0009", "\u0009")
          .replace("\\u000e", "\u000e");

  private static DrawnMachine drawn(String more) {
    return new DrawnMachine(HOST + more);
  }

  private static Facts look(Machine machine, Effect effect) {
    return new FactFinder(machine, Duration.ofSeconds(20))
        .look(effect, "/root", "/root")
        .getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/var/lib/docker/overlay2/base | a layer of the overlay on `/` by containerd-shim (pid"
            + " 704)",
        "/var/lib/docker/overlay2/other"
            + " | a layer of the overlay on `/var/lib/docker/overlay2/abc/merged`",
        "/srv/redis | `dump.rdb` is in the data directory of redis-server (pid 702)",
        "/srv/maria | `ibdata1` is in the data directory of mariadbd (pid 701)",
        "/srv/pg/a | `postmaster.pid` is in the data directory of PostgreSQL, running as pid 700,"
            + " port 5432",
      })
  void aTreeIsLiveByWhatUsesItElsewhere(String path, String evidence) {
    List<String> live = look(drawn(""), Effects.deleteTree(path)).evidence(About.LIVE);
    assertTrue(live.contains(evidence), live::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "/var/lib/docker/overlay2/idle",
    "/srv/other",
    "/srv/away",
    "/srv/pg/b",
    "/srv/quiet",
  })
  void aTreeLikeItThatNothingUsesIsNotLive(String path) {
    Facts facts = look(drawn(""), Effects.deleteTree(path));
    assertEquals(Truth.FALSE, facts.truth(About.LIVE), facts::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/srv/redis/dump.rdb | in the data directory of redis-server (pid 702)",
        "/srv/redis/appendonlydir/appendonly.aof.1.base.rdb"
            + " | in the data directory of redis-server (pid 702)",
        "/srv/maria/shop/orders.ibd | in the data directory of mariadbd (pid 701)",
        "/srv/zfs/a.img | in use by ZFS by zpool.cache, and pool tank is imported",
      })
  void aFileIsLiveByItsOwnName(String path, String evidence) {
    assertEquals(
        List.of(evidence), look(drawn(""), Effects.overwrite(path)).evidence(About.LIVE), path);
  }

  @Test
  void aFileBesideTheLockOfLuceneIsLive() throws IOException {
    DrawnMachine host = drawn("");
    host.with(
        "/proc/locks",
        "1: POSIX  ADVISORY  WRITE 705 09:01:%d 0 EOF\n"
            .formatted(host.inode("/srv/search/0/index/write.lock")));
    for (String name : List.of("_0.cfs", "segments_2")) {
      assertEquals(
          List.of("in the Lucene index whose `write.lock` is locked by java (pid 705)"),
          look(host, Effects.delete("/srv/search/0/index/" + name)).evidence(About.LIVE));
    }
    for (String other : List.of("/srv/search/0/index/readme", "/srv/quiet/index/_0.cfs")) {
      assertEquals(Truth.FALSE, look(host, Effects.delete(other)).truth(About.LIVE), other);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Both containers call their server 1, and where it works is for root only.
        "a closed directory | ''",
        "a namespace of our own | pid -> pid:[4026532299]",
      })
  void aServerThatMayBeElsewhereIsUnknown(String why, String namespace) {
    String drawing =
        namespace.isEmpty()
            ? HOST.replace("    cwd -> /srv/pg/a\n", "")
            : HOST.replace("pid -> pid:[4026531836]", namespace);
    assertFalse(drawing.equals(HOST), why);
    Facts facts = look(new DrawnMachine(drawing), Effects.deleteTree("/srv/pg/b"));
    assertEquals(Truth.UNKNOWN, facts.truth(About.LIVE), facts::toString);
  }

  @Test
  void aServerFromBeforeTheMachineStartedIsGoneInAnyNamespace() {
    String drawing =
        HOST.replace("pid -> pid:[4026531836]", "pid -> pid:[4026532299]")
            .replace("  locks = \\n\n", "  locks = \\n\n  stat = cpu 1\\nbtime 1764000000\\n\n");
    Facts facts = look(new DrawnMachine(drawing), Effects.deleteTree("/srv/pg/b"));
    assertEquals(Truth.FALSE, facts.truth(About.LIVE), facts::toString);
  }

  @Test
  void optionFilesThatMayNotBeReadLeaveItOpen() {
    DrawnMachine host =
        new DrawnMachine(HOST.replaceFirst("50-server.cnf = [^\n]*", "50-server.cnf !"));
    assertEquals(Truth.UNKNOWN, look(host, Effects.deleteTree("/srv/other")).truth(About.LIVE));
  }

  @ParameterizedTest
  @CsvSource({"/srv/esx/web.vmdk", "/srv/esx/web-flat.vmdk"})
  void aLockOfVmwareSpeaksOfDescriptorAndExtents(String path) {
    assertEquals(Truth.UNKNOWN, look(drawn(""), Effects.overwrite(path)).truth(About.LIVE));
    assertEquals(
        Truth.FALSE, look(drawn(""), Effects.overwrite("/srv/esx/idle.vmdk")).truth(About.LIVE));
  }

  @Test
  void aGuestWhoseStateMayNotBeReadLeavesOthersTold() {
    DrawnMachine host =
        drawn(
            """
            run/libvirt/qemu/
              a.xml !
              b.xml = <domstatus state='running'><domain><name>b</name><devices><disk><source file='/srv/esx/web-flat.vmdk'/></disk></devices></domain></domstatus>
            """);
    assertEquals(
        List.of("disk of libvirt guest b, running"),
        look(host, Effects.overwrite("/srv/esx/web-flat.vmdk")).evidence(About.LIVE));
    Facts idle = look(host, Effects.overwrite("/srv/guest/idle.img"));
    assertEquals(Truth.UNKNOWN, idle.truth(About.LIVE), idle::toString);
    assertTrue(idle.toString().contains("libvirt's state of guest a may not be read"));
    Facts note = look(host, Effects.overwrite("/srv/guest/note.txt"));
    assertEquals(Truth.FALSE, note.truth(About.LIVE), "too small for a disk");
  }

  @Test
  void aVolumeIsSaidToBeConfiguredForAGuest() {
    Facts facts = look(drawn(""), Effects.format("/dev/vg0/web"));
    assertTrue(
        facts
            .evidence(About.EXISTS)
            .contains("configured as a disk of Xen guest web in /etc/xen/web.cfg"),
        facts::toString);
    assertEquals(Truth.FALSE, facts.truth(About.LIVE));
  }

  @Test
  void aMemberOfABtrfsMountedElsewhereIsLive() {
    assertEquals(
        List.of("mounted on /data by containerd-shim (pid 704)"),
        look(drawn(""), Effects.format("/dev/sdc")).evidence(About.LIVE));
  }

  @Test
  void aDiskThatSleepsIsNotWoken() {
    DrawnMachine host =
        new DrawnMachine(HOST) {
          @Override
          public boolean isClaimed(String blockDevice) {
            assertFalse(blockDevice.equals("/dev/sdd"), "it was opened");
            return super.isClaimed(blockDevice);
          }
        };
    Facts asleep = look(host, Effects.format("/dev/sdd"));
    assertEquals(Truth.UNKNOWN, asleep.truth(About.LIVE), asleep::toString);
    assertTrue(asleep.toString().contains("sdd sleeps"), asleep::toString);
    assertEquals(Truth.FALSE, look(host, Effects.format("/dev/sde")).truth(About.LIVE));
  }

  /** A file on btrfs: /proc/locks has the device of mountinfo, stat one of the subvolume. */
  @Test
  void aLockIsFoundWhereStatTellsAnotherDevice() throws IOException {
    String mount = "mountinfo = 27 1 9:1 / / rw,relatime - ext4 /dev/root rw\\n";
    DrawnMachine host =
        new DrawnMachine(
            HOST.replace(mount, mount + "28 27 0:33 / /srv/guest rw - btrfs /dev/sdb rw\\n")
                .replace(
                    "  705/\n    comm = java\\n\n    fd/\n",
                    "  705/\n    comm = java\\n\n    fd/\n      3 -> /srv/guest/idle.img\n"));
    host.with(
        "/proc/locks",
        "1: POSIX  ADVISORY  WRITE 705 00:21:%d 0 EOF\n"
            .formatted(host.inode("/srv/guest/idle.img")));
    assertEquals(
        List.of("locked by java (pid 705)"),
        look(host, Effects.overwrite("/srv/guest/idle.img")).evidence(About.LIVE));
    // From above the mount point only the descriptor leads to it.
    List<String> below = look(host, Effects.deleteTree("/srv")).evidence(About.LIVE);
    assertTrue(below.contains("`guest/idle.img` is locked by java (pid 705)"), below::toString);
  }

  @ParameterizedTest
  @CsvSource({"136, 0, UNKNOWN", "135, 0, FALSE", "128, 4096, UNKNOWN"})
  void aLoopDeviceOfAnotherNamespaceIsKnownByItsSize(int sectors, int offset, Truth expected) {
    DrawnMachine host =
        drawn(
            """
            proc/
              partitions =    7  0  68 loop0\\n
            sys/block/loop0/
              size = %d\\n
              loop/
                backing_file = /data/not-here.img\\n
                offset = %d\\n
                sizelimit = 0\\n
            """
                .formatted(sectors, offset));
    Facts facts = look(host, Effects.overwrite("/srv/guest/idle.img"));
    assertEquals(expected, facts.truth(About.LIVE), facts::toString);
    assertEquals(
        Truth.FALSE, look(host, Effects.overwrite("/srv/guest/note.txt")).truth(About.LIVE));
  }
}
