package belay.daemon.fact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.fact.OpenFiles.Opening;
import belay.daemon.libc.Directory;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which processes are searched again. */
final class ProcessIndexTest {

  @TempDir Path directory = Path.of("");
  private final ProcessIndex index = new ProcessIndex();

  private OpenFiles now(Machine machine) throws IOException {
    return index.get(machine, Duration.ZERO, () -> false);
  }

  @Test
  void aProcessThatHasNotRunIsNotSearchedAgainAndOneThatHasIs() throws Exception {
    Path file = Files.writeString(directory.resolve("log"), "line\n");
    FileKey key = Identity.key(Machine.local().status(file.toString(), false));
    Process shell =
        new ProcessBuilder(
                "sh", "-c", "echo ready; read _; exec 3>>" + file + "; echo open; read _")
            .start();
    try (var said = shell.inputReader(UTF_8);
        Writer keys = shell.outputWriter(UTF_8)) {
      assertEquals("ready", said.readLine());
      CountingMachine machine = new CountingMachine(Machine.local());
      String search = "targets /proc/" + shell.pid() + "/fd";
      // Until it has gone to sleep over its next line.
      Event.await(
          "the shell waits",
          () -> {
            assertEquals(List.of(), now(machine).of(key));
            return !machine.asked().contains(search);
          });
      assertEquals(List.of(), now(machine).of(key));
      assertFalse(machine.asked().contains(search));
      keys.write("\n");
      keys.flush();
      assertEquals("open", said.readLine());
      assertEquals(List.of(new Opening(shell.pid(), "3")), now(machine).of(key));
      assertTrue(machine.asked().contains(search));
    } finally {
      shell.destroyForcibly();
      assertTrue(shell.waitFor(20, TimeUnit.SECONDS));
    }
    assertEquals(List.of(), now(Machine.local()).of(key));
  }

  private static final String TWO =
      """
      srv/
        a = a
      proc/
        10/
          comm = one
          stat = 10 (one) S 1 10 10 0 -1 4194304 0
          fd/
            3 => /srv/a
        11/
          comm = two
          stat = 11 (two) S 1 11 11 0 -1 4194304 0
          fd/
            4 -> /srv/a
        self/
          mountinfo = 20 1 0:20 / /proc rw - proc proc rw\\n
      """;

  @Test
  void whereNobodyTellsWhatRanAllIsSearchedEachTime() throws IOException {
    CountingMachine machine = new CountingMachine(new DrawnMachine(TWO));
    now(machine);
    machine.asked();
    assertEquals(2, now(machine).all().values().iterator().next().size());
    assertTrue(machine.asked().containsAll(List.of("targets /proc/10/fd", "targets /proc/11/fd")));
  }

  @Test
  void whatIsNotSearchedInTimeIsNotSaidToBeClosed() throws IOException {
    Machine machine = new DrawnMachine(TWO);
    OpenFiles late = index.get(machine, Duration.ZERO, () -> true);
    assertEquals(2, late.unseen().size());
    assertFalse(late.isClosed());
    assertEquals("the descriptors of 2 processes were not searched in time", late.whyUnseen());
    assertEquals(List.of(), now(machine).unseen());
  }

  @Test
  void whatALookHadNoTimeForIsSearchedBehindItForTheNext() throws IOException {
    Machine machine =
        new DrawnMachine(TWO) {
          @Override
          public long ran(long pid) {
            return 1;
          }
        };
    assertEquals(2, index.get(machine, Duration.ZERO, () -> true).unseen().size());
    Event.await(
        "both are known", () -> index.get(machine, Duration.ZERO, () -> true).unseen().isEmpty());
  }

  @Test
  void whereOtherUsersProcessesAreHiddenAltogetherThatIsNoticed() throws IOException {
    DrawnMachine machine = new DrawnMachine(TWO);
    assertEquals(List.of(), now(machine).unseen());
    String mounts = "20 1 0:20 / /proc rw - proc proc rw,hidepid=invisible\n";
    OpenFiles hidden = now(machine.with("/proc/self/mountinfo", mounts));
    assertEquals(List.of("1"), hidden.unseen());
    assertTrue(hidden.isClosed());
  }

  /** A machine on which one process's descriptors never answer. */
  private static final class StuckMachine extends DrawnMachine {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);

    StuckMachine() {
      super(TWO);
    }

    @Override
    public boolean targets(String path, Directory.TargetVisitor visitor) throws IOException {
      if (path.equals("/proc/10/fd")) {
        asked.countDown();
        try {
          released.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      return super.targets(path, visitor);
    }
  }

  @Test
  void aProcessWhoseDescriptorsHangIsLeftOutByWhoComesLater() throws Exception {
    StuckMachine machine = new StuckMachine();
    FileKey key = Identity.key(Objects.requireNonNull(machine.found("/srv/a", false)));
    Thread first =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    now(machine);
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    machine.asked.await();
    Event.await("it counts as stuck", () -> index.isStuck(10));
    OpenFiles second = now(machine);
    assertEquals(List.of(new Opening(11, "4")), second.of(key));
    assertEquals(List.of("10"), second.unseen());
    machine.released.countDown();
    first.join();
    assertEquals(2, now(machine).of(key).size());
  }
}
