package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Git's index, read for one entry without starting Git: {@code gitformat-index(5)}. */
final class GitIndex {

  private static final int LIMIT = 16 << 20;

  private static final int SIGNATURE = 0x44495243; // DIRC

  private static final int TREES = 0x54524545; // TREE

  private static final int SPLIT = 0x6c696e6b; // link

  private static final int SPARSE = 0x73646972; // sdir

  /** An object name of SHA-1; an index of SHA-256 is not read. */
  private static final int HASH = 20;

  private static final int EXTENDED = 0x4000;

  private static final long BILLION = 1_000_000_000;

  private static final int MOST_REMEMBERED = 256;

  /** What is read in no time: an index of some thousand files. */
  private static final long SHORT = 256 << 10;

  /** What Git knows of a file. */
  sealed interface Answer {}

  /** It does not know it. */
  record Untracked() implements Answer {}

  /** It cannot be told. */
  record Unread(String why) implements Answer {}

  /**
   * It is tracked.
   *
   * @param size in bytes, modulo 2^32, when Git last looked
   * @param modified when it had been changed by then, in nanoseconds; whole seconds where Git keeps
   *     no more
   * @param racy whether it could have been changed since without another time: {@code
   *     Documentation/technical/racy-git}
   * @param stored whether the directory it is in has been written as a tree since it was added, as
   *     a commit does
   */
  record Entry(long size, long modified, boolean racy, boolean stored) implements Answer {

    boolean hasTime(FileStatus status) {
      return modified == status.modified()
          || (modified % BILLION == 0 && modified / BILLION == status.modified() / BILLION);
    }
  }

  private record Question(FileKey index, long modified, long size, String name) {}

  /** So that a second look at a file does not read an index that is as it was. */
  private static final Map<Question, Answer> REMEMBERED =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Answer> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  private GitIndex() {}

  /** What the index of the work tree {@code tree} says of the file {@code name} in it. */
  static Answer find(Machine machine, String tree, String name) throws IOException {
    String directory = directory(machine, tree);
    FileStatus status = machine.found(directory + "/index", true);
    if (status == null) {
      return new Untracked();
    }
    Question question = new Question(Identity.key(status), status.modified(), status.size(), name);
    synchronized (REMEMBERED) {
      Answer known = REMEMBERED.get(question);
      if (known != null) {
        return known;
      }
    }
    if (Elsewhere.isCalledFor() && status.size() > SHORT) {
      throw new Elsewhere();
    }
    Answer answer = read(machine, directory, status, name);
    synchronized (REMEMBERED) {
      REMEMBERED.put(question, answer);
    }
    return answer;
  }

  private static Answer read(Machine machine, String directory, FileStatus status, String name)
      throws IOException {
    if (status.size() > LIMIT) {
      return new Unread("its index of " + Bytes.inWords(status.size()) + " is not read");
    }
    if (isOfSha256(machine, directory)) {
      return new Unread("its index has SHA-256 names, which are not read");
    }
    ByteBuffer index = ByteBuffer.wrap(machine.read(directory + "/index", LIMIT));
    try {
      return find(index, name, status.modified());
    } catch (BufferUnderflowException | IllegalArgumentException cutShort) {
      return new Unread("its index cannot be read");
    }
  }

  /** {@code extensions.objectFormat} of the repository's own settings: {@code git-config(1)}. */
  private static boolean isOfSha256(Machine machine, String directory) throws IOException {
    String common = machine.line(directory + "/commondir");
    String base =
        common == null ? directory : common.startsWith("/") ? common : directory + "/" + common;
    if (machine.found(base + "/config", true) == null) {
      return false;
    }
    String config = Text.decode(machine.read(base + "/config", LIMIT)).toLowerCase(Locale.ROOT);
    return config
        .lines()
        .anyMatch(line -> line.contains("objectformat") && line.contains("sha256"));
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

  private static Answer find(ByteBuffer in, String name, long written) {
    byte[] wanted = Text.encode(name);
    int version = in.getInt(4);
    if (in.getInt() != SIGNATURE || version < 2 || version > 4) {
      return new Unread("its index is of a form that is not known");
    }
    int count = in.getInt(8);
    in.position(12);
    byte[] previous = {};
    int at = -1;
    for (int i = 0; i < count; i++) {
      int start = in.position();
      int flags = Short.toUnsignedInt(in.getShort(start + 40 + HASH));
      in.position(start + 42 + HASH + ((flags & EXTENDED) != 0 ? 2 : 0));
      byte[] path = version == 4 ? compressed(in, previous) : plain(in, start);
      if (Arrays.equals(path, wanted)) {
        at = start;
      }
      previous = path;
    }
    boolean stored = false;
    while (in.remaining() > HASH) {
      int kind = in.getInt();
      int length = in.getInt();
      int end = in.position() + length;
      if (kind == SPLIT) {
        return new Unread("its index is split, and not read");
      }
      if (kind == SPARSE && at < 0) {
        return new Unread("its index is sparse, and not read");
      }
      if (kind == TREES) {
        stored = isStored(in.slice(in.position(), length), name);
      }
      in.position(end);
    }
    if (at < 0) {
      return new Untracked();
    }
    long seconds = Integer.toUnsignedLong(in.getInt(at + 8));
    long modified = seconds * BILLION + Integer.toUnsignedLong(in.getInt(at + 12));
    long size = Integer.toUnsignedLong(in.getInt(at + 36));
    return new Entry(size, modified, modified >= written, stored);
  }

  /** Whether the directory of a file has a tree that is still good: the "cache tree". */
  private static boolean isStored(ByteBuffer in, String name) {
    int slash = name.lastIndexOf('/');
    return isStored(in, "", slash < 0 ? "" : name.substring(0, slash + 1));
  }

  /** Reads one tree and those below it; {@code directory} is empty or ends with a slash. */
  private static boolean isStored(ByteBuffer in, String above, String directory) {
    String part = Text.decode(toNul(in));
    String here = part.isEmpty() ? above : above + part + "/";
    String[] counts = line(in).split(" ");
    boolean good = Integer.parseInt(counts[0]) >= 0;
    if (good) {
      in.position(in.position() + HASH);
    }
    boolean stored = good && here.equals(directory);
    for (int i = Integer.parseInt(counts[1]); i > 0; i--) {
      stored |= isStored(in, here, directory);
    }
    return stored;
  }

  private static String line(ByteBuffer in) {
    StringBuilder out = new StringBuilder();
    for (byte c = in.get(); c != '\n'; c = in.get()) {
      out.append((char) c);
    }
    return out.toString();
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
