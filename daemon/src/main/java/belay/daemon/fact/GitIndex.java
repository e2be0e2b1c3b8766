package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Git's index, read for one entry without starting Git: {@code gitformat-index(5)}. */
final class GitIndex {

  private static final int LIMIT = 16 << 20;

  private static final int SIGNATURE = 0x44495243; // DIRC

  /** An object name of SHA-1; an index of SHA-256 is not read. */
  private static final int HASH = 20;

  private static final int EXTENDED = 0x4000;

  /**
   * A tracked file.
   *
   * @param size in bytes, modulo 2^32, when Git last looked
   */
  record Entry(long size) {}

  private GitIndex() {}

  /** The entry of a file, or null where it is not tracked or the index cannot be read. */
  static @Nullable Entry find(Machine machine, String tree, String name) throws IOException {
    byte[] index;
    try {
      index = machine.read(directory(machine, tree) + "/index", LIMIT);
    } catch (java.nio.file.NoSuchFileException nothingAdded) {
      return null;
    }
    try {
      return find(ByteBuffer.wrap(index), Text.encode(name));
    } catch (BufferUnderflowException | IllegalArgumentException cutShort) {
      return null;
    }
  }

  /** {@code gitrepository-layout(5)}: a file {@code .git} names the directory. */
  private static String directory(Machine machine, String tree) {
    try {
      String text = machine.line(tree + "/.git");
      if (text != null && text.startsWith("gitdir: ")) {
        String named = text.substring("gitdir: ".length());
        return named.startsWith("/") ? named : tree + "/" + named;
      }
    } catch (IOException aDirectory) {
      // The usual case.
    }
    return tree + "/.git";
  }

  private static @Nullable Entry find(ByteBuffer in, byte[] name) {
    if (in.getInt() != SIGNATURE) {
      return null;
    }
    int version = in.getInt();
    int count = in.getInt();
    byte[] previous = {};
    for (int i = 0; i < count && version >= 2 && version <= 4; i++) {
      int start = in.position();
      long size = Integer.toUnsignedLong(in.getInt(start + 36));
      int flags = Short.toUnsignedInt(in.getShort(start + 40 + HASH));
      in.position(start + 42 + HASH + ((flags & EXTENDED) != 0 ? 2 : 0));
      byte[] path = version == 4 ? compressed(in, previous) : plain(in, start);
      if (Arrays.equals(path, name)) {
        return new Entry(size);
      }
      previous = path;
    }
    return null;
  }

  /** To the first NUL, and on to a multiple of eight bytes from the entry's beginning. */
  private static byte[] plain(ByteBuffer in, int start) {
    byte[] path = toNul(in);
    int length = in.position() - 1 - start;
    in.position(start + (length + 8) / 8 * 8);
    return path;
  }

  /** Version 4: how many bytes of the last path do not count, and what stands in their place. */
  private static byte[] compressed(ByteBuffer in, byte[] previous) {
    int c = in.get();
    long drop = c & 0x7f;
    while ((c & 0x80) != 0) {
      c = in.get();
      drop = (drop + 1) << 7 | (c & 0x7f);
    }
    byte[] rest = toNul(in);
    int kept = (int) Math.max(0, previous.length - drop);
    byte[] path = Arrays.copyOf(previous, kept + rest.length);
    System.arraycopy(rest, 0, path, kept, rest.length);
    return path;
  }

  private static byte[] toNul(ByteBuffer in) {
    int from = in.position();
    while (in.get() != 0) {
      // On.
    }
    byte[] out = new byte[in.position() - 1 - from];
    in.get(from, out);
    return out;
  }
}
