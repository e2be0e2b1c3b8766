package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.libc.FileStatus;
import belay.rules.effect.Effect;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A host that serves disks in every way that only a register shows: libvirt, LIO, ZFS, NBD, Xen's
 * configuration, VMware's locks, database servers, containers.
 */
final class RegisteredUseTest {

  private static final String DISK = "x".repeat(70_000);

  private static final DrawnMachine HOST =
      new DrawnMachine(
          """
          dev/
            sda : 9:0
            sda1 : 9:1
            sdb : 8:16
            sdb1 : 8:17
            sdc : 8:32
            nbd0 : 43:0
            nbd1 : 43:16
            bcache0 : 252:0
            mapper/
              mpatha : 253:0
            disk/by-id/
              wwn-1-part1 -> ../../sdb1
            block/
              8:17 -> ../sdb1
          etc/
            passwd = root:x:0:0:root:/root:/bin/bash\\n
            zfs/
              zpool.cache = \\0\\0\\0\\0path\\0\\0\\0\\u001b/dev/disk/by-id/wwn-1-part1\\0\\0\\0
            xen/
              web1.cfg = name = "web1"\\ndisk = [ 'phy:/dev/sdc,xvda,w',\\n  "format=raw, vdev=xvdb, access=rw, target=/srv/img/swap.img" ]\\n
              auto/
          srv/img/
            live.img = DISK
            served.img = DISK
            swap.img = DISK
            esx.vmdk = DISK
            esx.vmdk.lck/
              M1.lck = lock
            idle.img = DISK
          var/lib/postgresql/15/main/
            postmaster.pid = 700\\n/var/lib/postgresql/15/main\\n1763000000\\n5433\\n/run\\n\\n1 2\\nready\\n
            base/16384/
              2619 = rows
          var/lib/postgresql/14/main/
            postmaster.pid = 9999\\n/var/lib/postgresql/14/main\\n
            base/
              1 = rows
          var/lib/mysql/
            ibdata1 = x
            shop/
              orders.ibd = rows
          srv/redis/
            dump.rdb = x
          srv/mongo/
            WiredTiger.lock = x
            mongod.lock = 703\\n
          var/lib/docker/volumes/pg/_data/
            PG_VERSION = 16
          var/lib/docker/volumes/old/_data/
            PG_VERSION = 9
          var/lib/docker/overlay2/abc/diff/
            file = x
          opt/app/
            server = elf
            README = x
          proc/
            swaps = Filename Type Size Used Priority\\n
            locks = \\n
            self/
              mountinfo = 27 1 9:1 / / rw,relatime - ext4 /dev/sda1 rw\\n
              ns/
                mnt -> mnt:[1]
                pid -> pid:[4026531836]
            1/
              comm = systemd\\n
              fd/
            spl/kstat/zfs/
              tank/
                state = ONLINE\\n
              arcstats = x
            700/
              comm = postgres\\n
              fd/
            701/
              comm = mariadbd\\n
              cmdline = /usr/sbin/mariadbd\\0
              fd/
              exe -> /opt/app/server
            702/
              comm = redis-server\\n
              cwd -> /srv/redis
              fd/
            703/
              comm = mongod\\n
              fd/
            704/
              comm = containerd-shim\\n
              fd/
              ns/
                mnt -> mnt:[2]
              mountinfo = 80 79 0:55 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/X:/var/lib/docker/overlay2/base/diff,upperdir=/var/lib/docker/overlay2/abc/diff,workdir=/var/lib/docker/overlay2/abc/work\\n81 80 9:1 /var/lib/docker/volumes/pg/_data /data rw - ext4 /dev/sda1 rw\\n
            705/
              comm = qemu-nbd\\n
              fd/
          run/libvirt/qemu/
            db1.xml = <domstatus state='running' reason='booted' pid='800'><domain type='kvm'><name>db1</name><devices><disk type='file' device='disk'><source file='/srv/img/live.img' index='1'/><backingStore/></disk><interface><source dev='/dev/sdc'/></interface></devices></domain></domstatus>
            broken.xml = <domstatus
          sys/
            kernel/config/target/core/
              alua/
              fileio_0/
                store1/
                  udev_path = /srv/img/served.img\\n
                  enable = 1\\n
            block/
            dev/block/
              9:0 -> ../../devices/block/sda
              9:1 -> ../../devices/block/sda/sda1
              8:16 -> ../../devices/block/sdb
              8:17 -> ../../devices/block/sdb/sdb1
              8:32 -> ../../devices/block/sdc
              43:0 -> ../../devices/block/nbd0
              43:16 -> ../../devices/block/nbd1
              252:0 -> ../../devices/block/bcache0
              253:0 -> ../../devices/block/dm-0
            class/block/
              sda -> ../../devices/block/sda
              sda1 -> ../../devices/block/sda/sda1
              sdb -> ../../devices/block/sdb
              sdb1 -> ../../devices/block/sdb/sdb1
              sdc -> ../../devices/block/sdc
              nbd0 -> ../../devices/block/nbd0
              nbd1 -> ../../devices/block/nbd1
              bcache0 -> ../../devices/block/bcache0
              dm-0 -> ../../devices/block/dm-0
            devices/block/
              sda/
                dev = 9:0\\n
                size = 4096\\n
                holders/
                sda1/
                  dev = 9:1\\n
                  partition = 1\\n
                  size = 2048\\n
                  holders/
              sdb/
                dev = 8:16\\n
                size = 4096\\n
                holders/
                sdb1/
                  dev = 8:17\\n
                  partition = 1\\n
                  size = 2048\\n
                  holders/
              sdc/
                dev = 8:32\\n
                size = 4096\\n
                holders/
                  bcache0
                  dm-0
              nbd0/
                dev = 43:0\\n
                size = 4096\\n
                pid = 705\\n
                holders/
              nbd1/
                dev = 43:16\\n
                size = 0\\n
                holders/
              bcache0/
                dev = 252:0\\n
                size = 4096\\n
                holders/
              dm-0/
                dev = 253:0\\n
                size = 4096\\n
                holders/
                dm/
                  name = mpatha\\n
                  uuid = mpath-3600\\n
          """
              .replace("DISK", DISK)
              .replace("\\u001b", "\u001b"));

  private static Facts look(Effect effect) {
    return new FactFinder(HOST, Duration.ofSeconds(20)).look(effect, "/root", "/root").getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/srv/img/live.img | disk of libvirt guest db1, running",
        "/srv/img/served.img | served to other machines as storage object store1 (LIO)",
        "/dev/sdb | its partition sdb1, in use by ZFS by zpool.cache, and pool tank is imported",
        "/dev/disk/by-id/wwn-1-part1 | in use by ZFS by zpool.cache, and pool tank is imported",
        "/dev/block/8:17 | in use by ZFS by zpool.cache, and pool tank is imported",
        "/dev/nbd0 | a network block device, connected by qemu-nbd (pid 705)",
        "/dev/sdc | part of cached device bcache0; part of multipath device mpatha",
        "/dev/root | mounted on /",
        "/dev/sda1 | mounted on /",
        "/dev/sda | its partition sda1, mounted on /",
        "/var/lib/postgresql/15/main/base/16384/2619"
            + " | in the data directory of PostgreSQL, running as pid 700, port 5433",
        "/var/lib/mysql/shop/orders.ibd | in the data directory of mariadbd (pid 701)",
      })
  void aRegisterSaysThatItIsLive(String path, String evidence) {
    Facts facts = look(path.startsWith("/dev/") ? Effects.format(path) : Effects.overwrite(path));
    assertEquals(List.of(evidence.split("; ")), facts.evidence(About.LIVE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/var/lib/postgresql/15 | `main/postmaster.pid` is in the data directory of PostgreSQL,"
            + " running as pid 700, port 5433",
        "/var/lib/mysql | `ibdata1` is in the data directory of mariadbd (pid 701)",
        "/srv/redis | `dump.rdb` is in the data directory of redis-server (pid 702)",
        "/srv/mongo | `WiredTiger.lock` is in the data directory of mongod (pid 703)",
        "/var/lib/docker/volumes/pg | bound to `/data` by containerd-shim (pid 704)",
        "/var/lib/docker/overlay2/abc | a layer of the overlay on `/` by containerd-shim (pid 704)",
      })
  void aTreeIsLiveByWhatRunsInIt(String path, String evidence) {
    assertEquals(List.of(evidence), look(Effects.deleteTree(path)).evidence(About.LIVE));
  }

  @ParameterizedTest
  @CsvSource({
    "/srv/img/idle.img",
    "/srv/img/swap.img",
    "/var/lib/postgresql/14/main/base/1",
    "/opt/app/README",
  })
  void whatNobodyHasEnteredAsRunningIsNotLive(String path) {
    assertEquals(Truth.FALSE, look(Effects.overwrite(path)).truth(About.LIVE));
  }

  @ParameterizedTest
  @CsvSource({"/var/lib/docker/volumes/old", "/var/lib/postgresql/14", "/srv/img/esx.vmdk.lck"})
  void aTreeThatNothingUsesIsNotLive(String path) {
    assertEquals(Truth.FALSE, look(Effects.deleteTree(path)).truth(About.LIVE));
  }

  @Test
  void anIdleNetworkBlockDeviceIsNotLive() {
    assertEquals(Truth.FALSE, look(Effects.format("/dev/nbd1")).truth(About.LIVE));
  }

  @Test
  void theDiskOfAConfiguredGuestIsSaidToBeOne() {
    List<String> evidence = look(Effects.overwrite("/srv/img/swap.img")).evidence(About.EXISTS);
    assertTrue(
        evidence.contains("configured as a disk of Xen guest web1 in /etc/xen/web1.cfg"),
        evidence.toString());
  }

  @Test
  void aLockOfVmwareLeavesItOpen() {
    assertEquals(Truth.UNKNOWN, look(Effects.overwrite("/srv/img/esx.vmdk")).truth(About.LIVE));
  }

  @Test
  void aProgramThatRunsIsSaidToRun() {
    assertEquals(
        List.of("now running as mariadbd (pid 701)"),
        look(Effects.overwrite("/opt/app/server")).evidence(About.RUNNING));
    assertEquals(
        List.of("`server` is now running as mariadbd (pid 701)"),
        look(Effects.deleteTree("/opt/app")).evidence(About.RUNNING));
    assertEquals(Truth.FALSE, look(Effects.deleteTree("/srv/redis")).truth(About.RUNNING));
  }

  @Test
  void aProgramThatMayNotBeAskedForIsUnknown() {
    DrawnMachine machine =
        new DrawnMachine(
            """
            etc/
              passwd = root:x:0:0:root:/root:/bin/bash\\n
            opt/
              server = elf
            proc/
              swaps = Filename\\n
              locks = \\n
              self/
                mountinfo = 27 1 9:1 / / rw - ext4 /dev/sda1 rw\\n
              12/
                comm = server\\n
                fd/
            sys/block/
            """) {
          @Override
          public FileStatus status(String path, boolean follow) throws IOException {
            if (path.equals("/proc/12/exe")) {
              throw new AccessDeniedException(path);
            }
            return super.status(path, follow);
          }
        };
    Facts facts =
        new FactFinder(machine, Duration.ofSeconds(20))
            .look(Effects.overwrite("/opt/server"), "/", null)
            .getFirst();
    assertEquals(Truth.UNKNOWN, facts.truth(About.RUNNING));
  }
}
