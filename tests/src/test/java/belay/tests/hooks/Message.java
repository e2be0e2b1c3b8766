package belay.tests.hooks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of a hook, read as docs/protocol.md has it and by no code of the daemon's.
 *
 * @param type the first field
 * @param number the second
 * @param fields the others, unescaped, in ISO 8859-1: a char for each byte
 */
record Message(String type, long number, List<String> fields) {

  static Message read(byte[] line) {
    String[] raw = new String(line, StandardCharsets.ISO_8859_1).split("\u001f", -1);
    List<String> fields = new ArrayList<>();
    for (int i = 2; i < raw.length; i++) {
      fields.add(unescape(raw[i]));
    }
    return new Message(raw[0], raw.length > 1 ? Long.parseLong(raw[1]) : -1, List.copyOf(fields));
  }

  private static String unescape(String field) {
    if (field.indexOf('\u001d') < 0) {
      return field;
    }
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int at = field.indexOf('\u001d'); at >= 0; at = field.indexOf('\u001d', from)) {
      out.append(field, from, at);
      out.append(
          switch (field.charAt(at + 1)) {
            case 'n' -> '\n';
            case 'u' -> '\u001f';
            case 'g' -> '\u001d';
            default -> throw new IllegalArgumentException("GS before " + field.charAt(at + 1));
          });
      from = at + 2;
    }
    out.append(field, from, field.length());
    return out.toString();
  }

  /** The values of all fields {@code KEY=VALUE} of this key. */
  List<String> all(String key) {
    List<String> out = new ArrayList<>();
    for (String field : fields) {
      if (field.startsWith(key + "=")) {
        out.add(field.substring(key.length() + 1));
      }
    }
    return out;
  }

  boolean has(String key) {
    return !all(key).isEmpty();
  }

  /** The value of the one field of this key. */
  String value(String key) {
    List<String> all = all(key);
    if (all.size() != 1) {
      throw new AssertionError(key + " is " + all + " in " + this);
    }
    return all.getFirst();
  }

  /** The line of a request, as text. */
  String line() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** The line of a request, byte for byte. */
  byte[] bytes() {
    return value("c").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The bytes of a text, in the form that {@link #fields} has. */
  static String raw(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  static byte[] escaped(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      switch (b) {
        case '\n' -> out.writeBytes(new byte[] {0x1d, 'n'});
        case 0x1f -> out.writeBytes(new byte[] {0x1d, 'u'});
        case 0x1d -> out.writeBytes(new byte[] {0x1d, 'g'});
        default -> out.write(b);
      }
    }
    return out.toByteArray();
  }
}
