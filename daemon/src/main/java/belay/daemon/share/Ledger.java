package belay.daemon.share;

import belay.rules.pack.Version;
import belay.rules.syntax.Text;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was installed in a directory, from where, and by whose key: {@code .ledger.json}. It
 * remembers packs that were removed, so that an older version cannot come back unseen.
 */
public final class Ledger {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /**
   * A pack.
   *
   * @param source as it was given
   * @param version that is installed, or was last
   * @param highest ever installed from there
   * @param digest of the archive
   * @param key the fingerprint that signed it; null where nobody did
   * @param signed when, ISO 8601; null likewise
   * @param removed whether it is there no more
   */
  public record Entry(
      String source,
      String version,
      String highest,
      String digest,
      @Nullable String key,
      @Nullable String signed,
      boolean removed) {

    Version highestVersion() {
      return Version.parse(highest).orElseThrow(() -> new IllegalStateException(highest));
    }
  }

  /** As it is in the file. */
  private static final class Content {
    private final Map<String, Entry> packs = new TreeMap<>();
    private final List<String> revoked = new ArrayList<>();
  }

  private final Path file;
  private final Content content;

  private Ledger(Path file, Content content) {
    this.file = file;
    this.content = content;
  }

  /** Reads that of a directory; an empty one where there is none. */
  public static Ledger of(Path installed) throws IOException {
    Path file = installed.resolve(".ledger.json");
    try {
      Content read = GSON.fromJson(Files.readString(file), Content.class);
      if (read == null || read.packs == null || read.revoked == null) {
        throw new PackTrouble(damaged(file));
      }
      return new Ledger(file, read);
    } catch (NoSuchFileException _) {
      return new Ledger(file, new Content());
    } catch (JsonParseException e) {
      throw new PackTrouble(damaged(file), e);
    }
  }

  private static String damaged(Path file) {
    return "`"
        + Text.printable(file.toString())
        + "` is damaged: bring it back from a copy; without it nobody knows which keys and versions"
        + " were there";
  }

  public Optional<Entry> entry(String pack) {
    return Optional.ofNullable(content.packs.get(pack));
  }

  /** By id, with those that were removed. */
  public Map<String, Entry> entries() {
    return new TreeMap<>(content.packs);
  }

  public boolean isRevoked(String fingerprint) {
    return content.revoked.contains(fingerprint);
  }

  public List<String> revoked() {
    return List.copyOf(content.revoked);
  }

  void put(String pack, Entry entry) throws IOException {
    content.packs.put(pack, entry);
    save();
  }

  void forget(String pack) throws IOException {
    content.packs.remove(pack);
    save();
  }

  /** From now on nothing that this key signed is taken. */
  public void revoke(String fingerprint) throws IOException {
    if (!content.revoked.contains(fingerprint)) {
      content.revoked.add(fingerprint);
      save();
    }
  }

  private void save() throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path draft = Files.createTempFile(directory, ".ledger", ".new");
    try {
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
      write(draft, GSON.toJson(content).getBytes(StandardCharsets.UTF_8));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Writes a file so that it is on the disk before anything leads to it. */
  static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        int _ = out.write(buffer);
      }
      out.force(true);
    }
  }
}
