package belay.daemon.share;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives, ours and those of an enemy. */
final class PackArchiveTest {

  private static final byte[] MANIFEST =
      "{pack: t.a, version: 1.0.0, title: T, rules: []}".getBytes(StandardCharsets.US_ASCII);

  private static byte[] zip(boolean stored, String... names) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : names) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        if (stored) {
          CRC32 sum = new CRC32();
          sum.update(MANIFEST);
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(MANIFEST.length);
          entry.setCrc(sum.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(MANIFEST);
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  /** A hundred megabytes of nothing in a hundred kilobytes. */
  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("pack.yaml"));
      byte[] nothing = new byte[1 << 20];
      for (int i = 0; i < 100; i++) {
        zip.write(nothing);
      }
      zip.closeEntry();
    }
    return out.toByteArray();
  }

  /** Our own, with a byte more behind it. */
  private static byte[] more() {
    byte[] sound = zip(true, "pack.yaml");
    return Arrays.copyOf(sound, sound.length + 1);
  }

  /** One that says it has names twice cannot be written by the JDK: two names of one length. */
  private static byte[] twice() {
    byte[] bytes = zip(true, "pack.yaml", "tack.yaml");
    for (int i = 0; i < bytes.length - 9; i++) {
      if (new String(bytes, i, 9, StandardCharsets.ISO_8859_1).equals("tack.yaml")) {
        bytes[i] = 'P';
      }
    }
    return bytes;
  }

  static Stream<Arguments> hostile() throws IOException {
    byte[] sound = zip(true, "pack.yaml");
    byte[] flipped = sound.clone();
    flipped[sound.length / 2] ^= 1;
    return Stream.of(
        Arguments.of(bomb(), "is compressed"),
        Arguments.of(zip(false, "pack.yaml"), "is compressed"),
        Arguments.of(zip(true, "pack.yaml", "../evil.yaml"), "leads out of the pack"),
        Arguments.of(zip(true, "pack.yaml", "/etc/passwd"), "leads out of the pack"),
        Arguments.of(zip(true, "pack.yaml", "a\\b.yaml"), "leads out of the pack"),
        Arguments.of(zip(true, "pack.yaml", "rules/a.yaml"), "has no place in a pack"),
        Arguments.of(zip(true, "pack.yaml", "rules/"), "has no place in a pack"),
        Arguments.of(zip(true, "pack.yaml", "run.sh"), "has no place in a pack"),
        Arguments.of(zip(true, "pack.yaml", "\u001b[2Ja.yaml"), "`^[[2Ja.yaml` has no place"),
        Arguments.of(zip(true, "pack.yaml", ".hidden.yaml"), "has no place in a pack"),
        Arguments.of(twice(), "is there twice"),
        Arguments.of(zip(true, "a.yaml"), "is no pack"),
        Arguments.of(zip(true, "pack.yaml", "a.yaml"), "files in another order is another archive"),
        Arguments.of(more(), "something is hidden in it"),
        Arguments.of(flipped, "is damaged"),
        Arguments.of(Arrays.copyOf(sound, 60), "is damaged"),
        Arguments.of("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII), "is no pack"),
        Arguments.of(new byte[0], "is no pack"),
        Arguments.of(new byte[PackArchive.LARGEST + 1], "is too large"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatIsNoArchiveOfOursIsRefusedWithItsReason(byte[] bytes, String reason) {
    boolean order = reason.startsWith("files in another order");
    PackTrouble refused =
        assertThrows(PackTrouble.class, () -> PackArchive.read(bytes, "x\u001b.belay"));
    String wanted = order ? "was not made by `belay pack build`" : reason;
    assertTrue(
        String.valueOf(refused.getMessage()).contains(wanted),
        String.valueOf(refused.getMessage()));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("`x^[.belay`"),
        String.valueOf(refused.getMessage()));
  }

  @Test
  void thePackGivesTheSameBytesWhateverTheFilesAre(@TempDir Path directory) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put("pack.yaml", MANIFEST);
    files.put("a.yaml", "rules: []\n".getBytes(StandardCharsets.US_ASCII));
    for (String name : List.of("pack.yaml", "a.yaml")) {
      Files.write(directory.resolve(name), files.get(name));
    }
    Files.writeString(directory.resolve("notes.txt"), "not of the pack");
    Files.writeString(directory.resolve("pack.sig"), "nor this");
    byte[] bytes = PackArchive.of(directory).bytes();
    assertArrayEquals(new PackArchive(files).bytes(), bytes);
    PackArchive read = PackArchive.read(bytes, "x");
    assertEquals(List.of("a.yaml", "pack.yaml"), List.copyOf(read.files().keySet()));
    assertEquals(PackArchive.of(directory).digest(), read.digest());
  }

  @Test
  void aLinkIsNotFollowed(@TempDir Path directory) throws IOException {
    Files.write(directory.resolve("pack.yaml"), MANIFEST);
    Files.createSymbolicLink(directory.resolve("out.yaml"), Path.of("/etc/hostname"));
    PackTrouble refused = assertThrows(PackTrouble.class, () -> PackArchive.of(directory));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("holds no links"),
        String.valueOf(refused.getMessage()));
  }
}
