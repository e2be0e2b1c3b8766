package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.abort;

import belay.daemon.libc.DeafFileSystem;
import belay.daemon.libc.FileStatus;
import belay.daemon.libc.Notice;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Truth;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who looks: the thread that asks, wherever it cannot be kept by what only the command is about.
 */
final class OwnHandsTest {

  private static final String MACHINE =
      """
      proc/
        self/
          mountinfo = 22 1 9:1 / / rw - ext4 /dev/sda1 rw\\n30 22 8:17 / /mnt/usb rw - ext4 /dev/sdb1 rw\\n31 22 0:40 / /mnt/nas rw - nfs4 nas:/x rw\\n32 22 0:41 / /tmp rw - tmpfs tmpfs rw\\n
      srv/
        notes = text
        far -> /mnt/usb/file
      tmp/
        scratch = text
      mnt/
        usb/
          file = text
        nas/
          file = text
      """;

  /** Keeps which threads ask about the file itself. */
  private static final class WatchedMachine extends DrawnMachine {
    private final Set<Boolean> own = ConcurrentHashMap.newKeySet();
    private final Thread asker = Thread.currentThread();
    private final String file;

    WatchedMachine(String file) {
      super(MACHINE);
      this.file = file;
    }

    @Override
    public FileStatus status(String path, boolean follow) throws IOException {
      if (path.equals(file)) {
        own.add(Thread.currentThread() == asker);
      }
      return super.status(path, follow);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/srv/notes, /srv/notes, true",
    "/tmp/scratch, /tmp/scratch, true",
    "/mnt/usb/file, /mnt/usb/file, false",
    "/mnt/nas/file, /mnt/nas/file, false",
    // The link is looked at by the one, what it leads to by another.
    "/srv/far, /mnt/usb/file, false",
  })
  void aFileIsLookedAtByWhoAsksWhereTheShellWouldHangAsWell(
      String named, String file, boolean own) {
    WatchedMachine machine = new WatchedMachine(file);
    var facts =
        new FactFinder(machine, Duration.ofSeconds(10))
            .look(Effects.overwrite(Path.of(named)), null, null)
            .getFirst();
    assertEquals(Truth.TRUE, facts.truth(About.EXISTS));
    assertEquals(Set.of(own), machine.own);
  }

  /** A machine with so many configured guests, of which none has this disk. */
  private static String configured(int guests) {
    StringBuilder drawing = new StringBuilder(MACHINE);
    drawing.append("data/\n  web1.img = ").append("0".repeat(70_000)).append("\n");
    drawing.append("etc/\n  xen/\n");
    for (int i = 0; i < guests; i++) {
      drawing
          .append("    guest")
          .append(i)
          .append(".cfg = disk = ['file:/data/other,xvda,w']\\n\n");
    }
    return drawing.toString();
  }

  @ParameterizedTest
  @CsvSource({"3, true", "30, false"})
  void longBooksAreReadByOthers(int guests, boolean own) {
    Set<Boolean> readers = ConcurrentHashMap.newKeySet();
    Thread asker = Thread.currentThread();
    Machine machine =
        new DrawnMachine(configured(guests)) {
          @Override
          public byte[] read(String path, int limit) throws IOException {
            if (path.startsWith("/etc/xen/")) {
              readers.add(Thread.currentThread() == asker);
            }
            return super.read(path, limit);
          }
        };
    var facts =
        new FactFinder(machine, Duration.ofSeconds(10))
            .look(Effects.overwrite(Path.of("/data/web1.img")), null, null)
            .getFirst();
    assertEquals(Truth.TRUE, facts.truth(About.EXISTS));
    assertEquals(Set.of(own), readers);
  }

  @Test
  void whatIsWatchedIsReadAgainOnlyAfterAChange() throws IOException {
    AtomicInteger reads = new AtomicInteger();
    AtomicInteger changes = new AtomicInteger();
    Machine machine =
        new CountingMachine(new DrawnMachine(MACHINE)) {
          @Override
          public byte[] read(String path, int limit) {
            return ("read " + reads.incrementAndGet())
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
          }

          @Override
          public @Nullable Watch watch(String path) {
            return () -> changes.getAndSet(0) > 0;
          }
        };
    Unchanged<Object> file = new Unchanged<>("/proc/swaps", 100, _ -> new Object());
    Object first = file.get(machine);
    assertSame(first, file.get(machine));
    changes.set(1);
    Object second = file.get(machine);
    assertNotSame(first, second);
    assertSame(second, file.get(machine));
    assertEquals(2, reads.get());
  }

  @Test
  void theKernelGivesNoticeOfAMount(@TempDir Path directory) throws IOException {
    Notice mounts = Notice.of("/proc/self/mountinfo");
    assertFalse(mounts.hasChanged());
    try (DeafFileSystem _ = DeafFileSystem.at(directory.resolve("nas"))) {
      assertEquals(true, mounts.hasChanged());
      assertFalse(mounts.hasChanged());
    } catch (IOException notPermitted) {
      abort("no file system can be mounted here: " + notPermitted.getMessage());
    }
    assertEquals(true, mounts.hasChanged());
  }
}
