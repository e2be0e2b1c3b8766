package belay.daemon.tryout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StageTest {

  @TempDir private Path parent;

  @Test
  void itStandsWhileItIsOpenAndIsGoneWithItsGuestAfterwards() throws Exception {
    Path directory;
    Guest guest;
    try (Stage stage = Stage.set(Path.of("/bin/true"), parent)) {
      directory = stage.directory();
      guest = stage.guest();
      assertTrue(guest.isAlive());
      assertFalse(Stage.hash(stage.live()).equals(Stage.hash(stage.golden())));
    }
    assertFalse(guest.isAlive());
    assertFalse(Files.exists(directory));
  }

  @Test
  void theGuestHoldsTheLockThatQemuTakesToWrite() throws Exception {
    try (Stage stage = Stage.set(Path.of("/bin/true"), parent)) {
      assertTrue(stage.guest().locked(), "qemu-utils is not installed; ./test installs it");
      String inode = Files.getAttribute(stage.live(), "unix:ino").toString();
      // /proc/locks: … OFDLCK ADVISORY READ -1 MAJOR:MINOR:INODE START END; byte 101 is the
      // writer's
      assertEquals(
          1,
          Files.readAllLines(Path.of("/proc/locks")).stream()
              .map(line -> line.split("\\s+"))
              .filter(field -> field[1].equals("OFDLCK") && field[5].endsWith(":" + inode))
              .filter(field -> Long.parseLong(field[6]) <= 101 && Long.parseLong(field[7]) >= 101)
              .count());
    }
  }

  @Test
  void nothingOfTheUsersOwnBelayIsSeenOnIt() throws Exception {
    try (Stage stage = Stage.set(Path.of("/bin/true"), parent)) {
      Map<String, String> environment = stage.environment();
      for (String name : new String[] {"HOME", "BELAY_RUNTIME_DIR", "BELAY_STATE_DIR"}) {
        assertTrue(
            environment.getOrDefault(name, "").startsWith(stage.directory().toString()), name);
      }
      assertFalse(environment.containsKey("XDG_RUNTIME_DIR"));
    }
  }
}
