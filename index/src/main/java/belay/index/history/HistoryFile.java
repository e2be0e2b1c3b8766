package belay.index.history;

import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Script;
import belay.rules.syntax.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A shell's history file, read as that shell reads it.
 *
 * <p>Where bash would take the lines of one command for commands of their own, because the file
 * does not say where one ends, lines are joined until the shell would run them: a line out of the
 * middle of a here-document must never pass for something the user does.
 *
 * @param dialect the shell whose file it is
 * @param commands in the order of the file
 */
public record HistoryFile(Dialect dialect, List<Command> commands) {

  /**
   * A command as it stands in the file.
   *
   * @param time when it was entered, where the file says
   * @param micros how long it ran, where the file says
   * @param text as {@link Text} decodes it
   */
  public record Command(@Nullable Instant time, OptionalLong micros, String text) {}

  /** Whose file it is. */
  public enum Format {
    BASH,
    ZSH,
    /** By the file's name, else by what is in it. */
    AUTO
  }

  /** What zsh writes before the xor-ed second byte of a character it keeps for itself. */
  private static final byte META = (byte) 0x83;

  private static final int MOST_JOINED = 200;
  private static final int LONGEST_JOINED = 1 << 16;
  private static final Pattern ZSH_ENTRY = Pattern.compile("^: [0-9]+:[0-9]+;", Pattern.MULTILINE);

  public HistoryFile {
    commands = List.copyOf(commands);
  }

  public static HistoryFile read(Path file, Format format) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Dialect dialect =
        switch (format) {
          case BASH -> Dialect.BASH;
          case ZSH -> Dialect.ZSH;
          case AUTO -> guess(file, bytes);
        };
    return new HistoryFile(
        dialect,
        switch (dialect) {
          case BASH -> bash(bytes);
          case ZSH -> zsh(bytes);
        });
  }

  private static Dialect guess(Path file, byte[] bytes) {
    String name = String.valueOf(file.getFileName());
    if (name.contains("bash")) {
      return Dialect.BASH;
    }
    if (name.contains("zsh") || name.equals(".histfile")) {
      return Dialect.ZSH;
    }
    String start =
        new String(bytes, 0, Math.min(bytes.length, 1 << 16), StandardCharsets.ISO_8859_1);
    return ZSH_ENTRY.matcher(start).find() ? Dialect.ZSH : Dialect.BASH;
  }

  /**
   * bash's file (read_history_range of readline 8.2): a line that begins with {@code #} and a digit
   * says when the next command was entered; if the first line does, all lines up to the next such
   * line are one command. Empty lines are skipped, a carriage return at the end of a line is
   * dropped, and so is a last line without a newline.
   */
  private static List<Command> bash(byte[] bytes) {
    List<byte[]> lines = lines(bytes, false);
    List<Command> commands = new ArrayList<>();
    boolean stamped = !lines.isEmpty() && isStamp(lines.getFirst());
    Instant time = null;
    for (int i = 0; i < lines.size(); ) {
      if (isStamp(lines.get(i))) {
        time = stamp(lines.get(i)).orElse(null);
        i++;
        continue;
      }
      int end = stamped ? nextStamp(lines, i) : completeAt(lines, i);
      byte[] text = joined(lines.subList(i, end));
      if (text.length > 0) {
        commands.add(new Command(time, OptionalLong.empty(), Text.decode(text)));
        time = null;
      }
      i = end;
    }
    return commands;
  }

  private static boolean isStamp(byte[] line) {
    return line.length > 1 && line[0] == '#' && line[1] >= '0' && line[1] <= '9';
  }

  private static Optional<Instant> stamp(byte[] line) {
    return seconds(number(line, 1));
  }

  private static int nextStamp(List<byte[]> lines, int from) {
    int end = from + 1;
    while (end < lines.size() && !isStamp(lines.get(end))) {
      end++;
    }
    return end;
  }

  /** The end of the lines that make a command the shell would run; one line where none do. */
  private static int completeAt(List<byte[]> lines, int from) {
    int length = 0;
    for (int end = from + 1; end <= lines.size() && end - from <= MOST_JOINED; end++) {
      byte[] last = lines.get(end - 1);
      length += last.length + 1;
      if (length > LONGEST_JOINED || (end - 1 > from && isStamp(last))) {
        break;
      }
      Script script = Parser.parse(joined(lines.subList(from, end)), Dialect.BASH);
      if (!(script.status() instanceof Script.Status.Incomplete)) {
        // Joining that ends in what no shell would run has joined what does not belong together.
        boolean sound = script.status() instanceof Script.Status.Complete;
        return sound ? end : from + 1;
      }
    }
    return from + 1;
  }

  private static byte[] joined(List<byte[]> lines) {
    if (lines.size() == 1) {
      return lines.getFirst();
    }
    var out = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      if (line.length > 0) {
        if (out.size() > 0) {
          out.write('\n');
        }
        out.writeBytes(line);
      }
    }
    return out.toByteArray();
  }

  /**
   * zsh's file (readhistfile and readhistline of its Src/hist.c, 5.9): a backslash before a newline
   * carries on; the writer puts a blank behind a command that ends in a backslash, which is taken
   * off again; {@code : start:duration;} may stand in front, in an older form with the end instead
   * of the duration; {@code \:} begins a plain command that begins with a colon.
   */
  private static List<Command> zsh(byte[] bytes) {
    List<Command> commands = new ArrayList<>();
    List<byte[]> lines = lines(unmetafied(bytes), true);
    for (int i = 0; i < lines.size(); ) {
      var entry = new ByteArrayOutputStream();
      boolean goesOn = true;
      while (goesOn && i < lines.size()) {
        byte[] line = lines.get(i++);
        goesOn = line.length > 0 && line[line.length - 1] == '\\';
        entry.write(line, 0, goesOn ? line.length - 1 : withoutGuard(line));
        if (goesOn) {
          entry.write('\n');
        }
      }
      zshEntry(entry.toByteArray()).ifPresent(commands::add);
    }
    return commands;
  }

  private static int withoutGuard(byte[] line) {
    int end = line.length;
    while (end > 0 && line[end - 1] == ' ') {
      end--;
    }
    return end < line.length && end > 0 && line[end - 1] == '\\' ? line.length - 1 : line.length;
  }

  private static Optional<Command> zshEntry(byte[] entry) {
    int from = 0;
    Optional<Instant> time = Optional.empty();
    OptionalLong micros = OptionalLong.empty();
    if (entry.length > 0 && entry[0] == ':') {
      long start = number(entry, 1);
      int colon = find(entry, ':', 1);
      long end = number(entry, colon + 1);
      from = find(entry, ';', colon) + 1;
      time = seconds(start);
      long duration = end < start ? end : end - start;
      if (time.isPresent() && end >= 0 && duration < Integer.MAX_VALUE) {
        micros = OptionalLong.of(duration * 1_000_000);
      }
    } else if (entry.length > 1 && entry[0] == '\\' && entry[1] == ':') {
      from = 1;
    }
    if (from >= entry.length) {
      return Optional.empty();
    }
    return Optional.of(
        new Command(time.orElse(null), micros, Text.decode(entry, from, entry.length)));
  }

  private static byte[] unmetafied(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      boolean meta = bytes[i] == META && i + 1 < bytes.length;
      out[length++] = meta ? (byte) (bytes[++i] ^ 0x20) : bytes[i];
    }
    return Arrays.copyOf(out, length);
  }

  private static int find(byte[] bytes, char wanted, int from) {
    int i = from;
    while (i < bytes.length && bytes[i] != wanted) {
      i++;
    }
    return i;
  }

  /** The decimal number that stands there, after blanks; -1 where there is none that can be one. */
  private static long number(byte[] bytes, int from) {
    int i = from;
    while (i < bytes.length && bytes[i] == ' ') {
      i++;
    }
    int digits = i;
    long number = 0;
    while (i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9') {
      number = i - digits < 15 ? number * 10 + bytes[i] - '0' : -1;
      i++;
    }
    return i == digits || i - digits > 15 ? -1 : number;
  }

  private static Optional<Instant> seconds(long seconds) {
    // Neither shell is as old as 0; zsh means "unknown" by it.
    return seconds > 0 && seconds < 1L << 40
        ? Optional.of(Instant.ofEpochSecond(seconds))
        : Optional.empty();
  }

  /** The lines without their ends; for zsh all, for bash only those that have an end. */
  private static List<byte[]> lines(byte[] bytes, boolean zsh) {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        int end = !zsh && i > from && bytes[i - 1] == '\r' ? i - 1 : i;
        if (zsh || end > from) {
          lines.add(Arrays.copyOfRange(bytes, from, end));
        }
        from = i + 1;
      }
    }
    if (zsh && from < bytes.length) {
      lines.add(Arrays.copyOfRange(bytes, from, bytes.length));
    }
    return lines;
  }
}
