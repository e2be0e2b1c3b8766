package belay.daemon.share;

import belay.rules.pack.PackReader;
import belay.rules.pack.Source;
import belay.rules.syntax.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The files of a pack as one file: a zip whose entries are stored as they are, by name, with one
 * fixed time, so that the same pack gives the same bytes everywhere. What is read is refused unless
 * it is of this form: nothing is compressed, so that nothing can unpack to more than it is, and
 * names are plain, so that nothing leads out of the directory it is put in.
 *
 * @param files contents by name; {@code pack.yaml} is among them
 */
public record PackArchive(SortedMap<String, byte[]> files) {

  /** Ten times what a pack of a thousand rules takes. */
  static final int LARGEST = 8 * 1024 * 1024;

  private static final int MOST_FILES = 200;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}\\.yaml|LICENSE|README\\.md");

  /** The earliest that a zip can hold, so that it says nothing. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  public PackArchive {
    files = new TreeMap<>(files);
  }

  /** Gathers a pack: a directory with a manifest, or one YAML file. */
  public static PackArchive of(Path place) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    if (Files.isDirectory(place)) {
      if (!Files.isRegularFile(place.resolve(PackReader.MANIFEST), LinkOption.NOFOLLOW_LINKS)) {
        throw new PackTrouble(
            "`" + shown(place) + "` is no pack: there is no `" + PackReader.MANIFEST + "` in it");
      }
      try (Stream<Path> all = Files.list(place)) {
        for (Path file : all.toList()) {
          String name = String.valueOf(file.getFileName());
          if (NAME.matcher(name).matches()) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
              throw new PackTrouble(
                  "`" + shown(file) + "` is no file: a pack holds no links and no directories");
            }
            files.put(name, bounded(file));
          }
        }
      }
    } else {
      files.put(PackReader.MANIFEST, bounded(place));
    }
    return new PackArchive(files);
  }

  private static byte[] bounded(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new PackTrouble("`" + shown(file) + "` is too large: " + Files.size(file) + " bytes");
    }
    return Files.readAllBytes(file);
  }

  /** The bytes of the archive. */
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(TIME);
        entry.setSize(file.getValue().length);
        CRC32 sum = new CRC32();
        sum.update(file.getValue());
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory", e);
    }
    return out.toByteArray();
  }

  /**
   * Reads an archive.
   *
   * @param name what errors call it
   * @throws PackTrouble for what is none of ours, with the reason
   */
  public static PackArchive read(byte[] bytes, String name) throws PackTrouble {
    String where = "`" + Text.printable(name) + "`";
    if (bytes.length > LARGEST) {
      throw new PackTrouble(where + " is too large for a pack: more than " + LARGEST + " bytes");
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    Set<String> folded = new HashSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        check(entry, where, folded);
        if (files.size() >= MOST_FILES) {
          throw new PackTrouble(where + " has more than " + MOST_FILES + " files");
        }
        files.put(entry.getName(), zip.readAllBytes());
      }
    } catch (PackTrouble e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new PackTrouble(
          where + " is damaged: " + Text.printable(String.valueOf(e.getMessage())), e);
    }
    if (!files.containsKey(PackReader.MANIFEST)) {
      throw new PackTrouble(
          where + " is no pack: `" + PackReader.MANIFEST + "` is not in it, or it is no archive");
    }
    PackArchive archive = new PackArchive(files);
    if (!MessageDigest.isEqual(archive.bytes(), bytes)) {
      // The signature is on the bytes; what is not in the files must not be in them either.
      throw new PackTrouble(
          where + " was not made by `belay pack build`, or something is hidden in it");
    }
    return archive;
  }

  private static void check(ZipEntry entry, String where, Set<String> folded) throws PackTrouble {
    String name = entry.getName();
    String what = where + ": the entry `" + Text.printable(name) + "` ";
    if (name.startsWith("/") || name.contains("..") || name.contains("\\")) {
      throw new PackTrouble(what + "leads out of the pack");
    }
    if (entry.isDirectory() || !NAME.matcher(name).matches()) {
      throw new PackTrouble(
          what + "has no place in a pack: only files `NAME.yaml`, `LICENSE` and `README.md` have");
    }
    if (!folded.add(name.toLowerCase(Locale.ROOT))) {
      throw new PackTrouble(what + "is there twice");
    }
    if (entry.getMethod() != ZipEntry.STORED) {
      throw new PackTrouble(
          what
              + "is compressed: `belay pack build` stores files as they are, so that none can"
              + " unpack to more than it is");
    }
    if (entry.getSize() > LARGEST) {
      throw new PackTrouble(what + "says that it has " + entry.getSize() + " bytes");
    }
  }

  /** SHA-256 of the bytes, in hexadecimal digits. */
  public String digest() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The pack as it is read. */
  public Source source(String name) {
    List<Source> parts = new ArrayList<>();
    files.forEach(
        (file, bytes) -> {
          if (file.endsWith(".yaml") && !file.equals(PackReader.MANIFEST)) {
            parts.add(new Source(name + "/" + file, Text.decode(bytes)));
          }
        });
    byte[] manifest = files.getOrDefault(PackReader.MANIFEST, new byte[0]);
    String first = name.endsWith(".yaml") ? name : name + "/" + PackReader.MANIFEST;
    return new Source(first, Text.decode(manifest), parts);
  }

  private static String shown(Path path) {
    return Text.printable(path.toString());
  }
}
