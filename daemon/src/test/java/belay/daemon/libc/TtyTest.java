package belay.daemon.libc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pseudo-terminal: the test sits where the terminal emulator would, {@link Tty} on the line. */
final class TtyTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  /** {@code posix_openpt(3)} and its relatives, which only a terminal emulator needs. */
  private static final class Emulator {
    static {
      Native.register(Emulator.class, "c");
    }

    static native int posix_openpt(int flags);

    static native int grantpt(int fd);

    static native int unlockpt(int fd);

    static native Pointer ptsname(int fd);
  }

  private int emulator;
  private String path = "";

  @BeforeEach
  void openPty() {
    emulator = Emulator.posix_openpt(Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC);
    assertEquals(0, Emulator.grantpt(emulator));
    assertEquals(0, Emulator.unlockpt(emulator));
    path = Emulator.ptsname(emulator).getString(0);
  }

  @AfterEach
  void closePty() {
    int _ = Libc.close(emulator);
  }

  private void press(String keys) {
    byte[] bytes = keys.getBytes(UTF_8);
    assertEquals(bytes.length, Libc.write(emulator, bytes, bytes.length));
  }

  private String shown(int length) {
    byte[] bytes = new byte[length];
    int at = 0;
    while (at < length) {
      byte[] step = new byte[length - at];
      int count = (int) Libc.read(emulator, step, step.length);
      assertTrue(count > 0, "the terminal showed only " + new String(bytes, 0, at, UTF_8));
      System.arraycopy(step, 0, bytes, at, count);
      at += count;
    }
    return new String(bytes, UTF_8);
  }

  private static byte[] read(Tty tty, Duration timeout) throws IOException {
    byte[] buffer = new byte[64];
    return Arrays.copyOf(buffer, tty.read(buffer, timeout));
  }

  @Test
  void inRawModeAKeyArrivesWithoutEnterAndControlCIsAByte() throws IOException {
    try (Tty tty = Tty.open(path)) {
      try (Tty.Mode _ = tty.rawMode()) {
        press("y\003");
        assertArrayEquals(new byte[] {'y', 3}, read(tty, SOON));
      }
    }
  }

  @Test
  void aClosedRawModeGivesTheSettingsBack() throws IOException {
    try (Tty tty = Tty.open(path)) {
      byte[] before = settings();
      try (Tty.Mode _ = tty.rawMode()) {
        assertTrue(!Arrays.equals(before, settings()));
      }
      assertArrayEquals(before, settings());
    }
  }

  private byte[] settings() {
    Memory attributes = new Memory(128);
    attributes.clear();
    assertEquals(0, Libc.tcgetattr(emulator, attributes));
    return attributes.getByteArray(0, 60);
  }

  @Test
  void rawModeEchoesNothingAndALineFeedStillReturnsToTheMargin() throws IOException {
    try (Tty tty = Tty.open(path)) {
      try (Tty.Mode _ = tty.rawMode()) {
        press("secret");
        assertEquals("secret", new String(read(tty, SOON), UTF_8));
        tty.write("a\nb".getBytes(UTF_8));
        assertEquals("a\r\nb", shown(4));
      }
    }
  }

  @Test
  void whatWasTypedAheadIsForgotten() throws IOException {
    try (Tty tty = Tty.open(path)) {
      try (Tty.Mode _ = tty.rawMode()) {
        press("y");
        tty.discardTypedAhead();
        press("n");
        assertEquals("n", new String(read(tty, SOON), UTF_8));
      }
    }
  }

  @Test
  void noKeyWithinTheTimeIsZero() throws IOException {
    try (Tty tty = Tty.open(path)) {
      assertEquals(0, tty.read(new byte[8], Duration.ofMillis(5)));
    }
  }

  @Test
  void aHungUpTerminalEndsTheInput() throws IOException {
    try (Tty tty = Tty.open(path)) {
      try (Tty.Mode _ = tty.rawMode()) {
        assertEquals(0, Libc.close(emulator));
        assertEquals(-1, tty.read(new byte[8], SOON));
      }
    }
  }

  @Test
  void aTerminalThatTakesNoOutputIsGivenUp() throws IOException {
    try (Tty tty = Tty.open(path)) {
      // Nobody reads at the emulator's side, so the line's buffer fills.
      IOException refused = assertThrows(IOException.class, () -> tty.write(new byte[1 << 20]));
      assertEquals(path + ": the terminal takes no output", refused.getMessage());
    }
  }

  @Test
  void theWidthIsTheEmulatorsAndEightyWhereItDoesNotSay() throws IOException {
    try (Tty tty = Tty.open(path)) {
      assertEquals(80, tty.columns());
      assertEquals(24, tty.rows());
      Memory size = new Memory(8);
      size.clear();
      size.setShort(0, (short) 50);
      size.setShort(2, (short) 132);
      assertEquals(0, Libc.ioctl(emulator, 0x5414, size)); // TIOCSWINSZ
      assertEquals(132, tty.columns());
      assertEquals(50, tty.rows());
    }
  }

  @Test
  void whatIsNoTerminalIsRefusedByName() {
    IOException refused = assertThrows(IOException.class, () -> Tty.open("/dev/null"));
    assertEquals("/dev/null: not a terminal", refused.getMessage());
    assertThrows(NoSuchFileException.class, () -> Tty.open("/dev/pts/no-such-line"));
  }
}
