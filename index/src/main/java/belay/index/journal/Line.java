package belay.index.journal;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * The frame around a record: {@code {"n":…,"t":…,"kind":…,"prev":…, members ,"crc":"…"}}.
 *
 * <p>{@code prev} is the SHA-256 of the line before, so that nobody changes, removes or inserts a
 * record unseen but at the end. {@code crc} is the CRC-32C of all bytes of the line before {@code
 * ,"crc"}: by it a line that was torn, or damaged where nothing follows yet, is known on its own.
 */
final class Line {

  /** Stands for the hash of the line before the first. */
  static final String NO_HASH = "0".repeat(64);

  private static final String CRC = ",\"crc\":\"";
  private static final int TAIL = CRC.length() + 8 + 2;
  private static final String PREV = "\"prev\":\"";
  private static final HexFormat HEX = HexFormat.of();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Line() {}

  /** The line's bytes, without a newline. */
  static byte[] write(long n, Instant time, String previous, String kind, String members) {
    String start =
        "{\"n\":"
            + n
            + ",\"t\":\""
            + TIME.format(time)
            + "\",\"kind\":\""
            + kind
            + "\","
            + PREV
            + previous
            + "\""
            + members;
    byte[] bytes = (start + CRC + "00000000\"}").getBytes(StandardCharsets.UTF_8);
    String crc = crc(bytes);
    for (int i = 0; i < 8; i++) {
      bytes[bytes.length - 10 + i] = (byte) crc.charAt(i);
    }
    return bytes;
  }

  /** Whether the line is as it was written, judged by itself alone. */
  static boolean isWhole(byte[] line) {
    return line.length > TAIL
        && new String(line, line.length - TAIL, TAIL, StandardCharsets.ISO_8859_1)
            .equals(CRC + crc(line) + "\"}");
  }

  /** The hash of the line before that a whole line names; empty if it names none. */
  static String previous(byte[] line) {
    // Everything before it has a bounded length, and no member before it can hold this text.
    String start = new String(line, 0, Math.min(line.length, 256), StandardCharsets.ISO_8859_1);
    int at = start.indexOf(PREV);
    int from = at + PREV.length();
    return at >= 0 && from + 64 <= start.length() ? start.substring(from, from + 64) : "";
  }

  /** The number of a whole line. */
  static long number(byte[] line) {
    long n = 0;
    for (int i = 5; i < line.length && line[i] >= '0' && line[i] <= '9'; i++) {
      n = 10 * n + line[i] - '0';
    }
    return n;
  }

  /** SHA-256 in hex. */
  static String hash(byte[] line) {
    try {
      return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(line));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads a whole line.
   *
   * @throws IllegalArgumentException if it is no record
   */
  static Entry read(byte[] line) {
    try {
      JsonObject json =
          JsonParser.parseString(new String(line, StandardCharsets.UTF_8)).getAsJsonObject();
      return new Entry(
          RecordJson.number(json, "n"),
          Instant.parse(RecordJson.text(json, "t")),
          RecordJson.record(RecordJson.text(json, "kind"), json),
          hash(line));
    } catch (JsonParseException | IllegalStateException | DateTimeException e) {
      throw new IllegalArgumentException("not a record: " + e.getMessage(), e);
    }
  }

  private static String crc(byte[] line) {
    CRC32C crc = new CRC32C();
    crc.update(line, 0, line.length - TAIL);
    return HEX.toHexDigits(crc.getValue(), 8);
  }
}
