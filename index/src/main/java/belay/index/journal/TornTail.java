package belay.index.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the journal goes on, found at its opening.
 *
 * @param segment the last segment
 * @param position behind its last good line
 * @param hash that line's hash
 * @param n that line's number
 * @param repair what was cut off behind it, or null
 */
record TornTail(Path segment, long position, String hash, long n, @Nullable Repair repair) {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** A line and the number it bears; none for an empty journal. */
  private record Good(String hash, long n) {
    static final Good NONE = new Good(Line.NO_HASH, 0);

    static Good of(byte[] line) {
      return new Good(Line.hash(line), Line.number(line));
    }
  }

  /** Finds the end of the journal and puts aside what was not written to its end. */
  static TornTail find(Path directory, Instant now) throws IOException {
    List<Path> segments = Segments.list(directory);
    if (segments.isEmpty()) {
      return new TornTail(Segments.first(directory), 0, Line.NO_HASH, 0, null);
    }
    Path last = segments.getLast();
    try (FileChannel channel = Segments.open(last)) {
      Good before = lastGood(segments.subList(0, segments.size() - 1));
      int wanted = 2;
      while (true) {
        Tail tail = Tail.read(channel, wanted);
        int at = lastGood(tail, before);
        if (at < 0 && !tail.fromStart()) {
          wanted = tail.lines().size() + 1024;
          continue;
        }
        long position = at < 0 ? 0 : tail.offsets().get(at) + tail.lines().get(at).length + 1;
        Good good = at < 0 ? before : Good.of(tail.lines().get(at));
        Repair repair = position == channel.size() ? null : cut(channel, position, directory, now);
        return new TornTail(last, position, good.hash, good.n, repair);
      }
    }
  }

  /** The last line that is whole and follows from the one before it, or -1. */
  private static int lastGood(Tail tail, Good before) {
    for (int i = tail.lines().size() - 1; i >= 0; i--) {
      byte[] line = tail.lines().get(i);
      if (!Line.isWhole(line)) {
        continue;
      }
      if (i == 0) {
        if (!tail.fromStart() || Line.previous(line).equals(before.hash)) {
          return i;
        }
        continue;
      }
      byte[] previous = tail.lines().get(i - 1);
      // Behind a damaged line nothing can be told; verification names the damage.
      if (!Line.isWhole(previous) || Line.previous(line).equals(Line.hash(previous))) {
        return i;
      }
    }
    return -1;
  }

  private static Good lastGood(List<Path> segments) throws IOException {
    for (Path segment : segments.reversed()) {
      try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
        Tail tail = Tail.read(channel, 1);
        for (byte[] line : tail.lines().reversed()) {
          if (Line.isWhole(line)) {
            return Good.of(line);
          }
        }
      }
    }
    return Good.NONE;
  }

  private static Repair cut(FileChannel channel, long position, Path directory, Instant now)
      throws IOException {
    Path aside = aside(directory, now);
    long dropped = channel.size() - position;
    try (FileChannel out = Segments.open(aside)) {
      long copied = 0;
      while (copied < dropped) {
        copied += channel.transferTo(position + copied, dropped - copied, out);
      }
      out.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(aside);
      throw e;
    }
    Segments.forceNames(directory);
    channel.truncate(position);
    channel.force(true);
    return new Repair(dropped, aside);
  }

  private static Path aside(Path directory, Instant now) {
    String stamp = STAMP.format(now);
    Path aside = directory.resolve("torn-" + stamp + ".bytes");
    for (int i = 2; Files.exists(aside); i++) {
      aside = directory.resolve("torn-" + stamp + "-" + i + ".bytes");
    }
    return aside;
  }
}
