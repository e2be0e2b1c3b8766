package belay.index.journal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Walks over all segments and stops at the first record that is not as it was written. */
final class ChainCheck {

  private String head = Line.NO_HASH;
  private long last;
  private long count;

  private ChainCheck() {}

  static Verification of(Path directory) throws IOException {
    return new ChainCheck().check(Segments.list(directory));
  }

  private Verification check(List<Path> segments) throws IOException {
    Path expected = null;
    for (Path segment : segments) {
      if (expected == null && !Segments.name(segment).equals("00000001.jsonl")) {
        return new Verification.Broken(segment, 1, "the segments before this one are missing");
      }
      if (expected != null && !segment.equals(expected)) {
        return new Verification.Broken(
            segment, 1, "the segment before this one is missing: " + Segments.name(expected));
      }
      expected = Segments.after(segment);
      long line = 0;
      try (InputStream in = new BufferedInputStream(Files.newInputStream(segment), 1 << 16)) {
        var bytes = new ByteArrayOutputStream(1024);
        for (int b = in.read(); b >= 0; b = in.read()) {
          if (b != '\n') {
            bytes.write(b);
            continue;
          }
          line++;
          String reason = wrong(bytes.toByteArray());
          if (!reason.isEmpty()) {
            return new Verification.Broken(segment, line, reason);
          }
          bytes.reset();
        }
        if (bytes.size() > 0) {
          return new Verification.Broken(segment, line + 1, "the record has no end");
        }
      }
    }
    return new Verification.Sound(count, head);
  }

  /** What is wrong with the next line; empty if nothing is. */
  private String wrong(byte[] line) {
    if (!Line.isWhole(line)) {
      return "the record is damaged: its checksum does not fit";
    }
    Entry entry;
    try {
      entry = Line.read(line);
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
    if (!Line.previous(line).equals(head)) {
      return "the record does not follow from the one before it";
    }
    long step = entry.n() - last;
    boolean told = entry.record() instanceof JournalRecord.Gap gap && step <= gap.lost();
    if (step != 1 && !(told && step > 1)) {
      return "the record bears number " + entry.n() + " where " + (last + 1) + " was due";
    }
    head = entry.hash();
    last = entry.n();
    count++;
    return "";
  }
}
