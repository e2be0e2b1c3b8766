package belay.daemon.session;

import belay.rules.syntax.Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a hook message: separated by US, with GS as the escape. */
final class Fields {

  static final byte SEPARATOR = 0x1f;
  static final byte ESCAPE = 0x1d;

  private Fields() {}

  /** The fields of a line, still escaped. */
  static List<byte[]> split(byte[] line) {
    List<byte[]> out = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= line.length; i++) {
      if (i == line.length || line[i] == SEPARATOR) {
        out.add(Arrays.copyOfRange(line, start, i));
        start = i + 1;
      }
    }
    return out;
  }

  /** {@code KEY=VALUE}, the value unescaped. */
  record Pair(String key, byte[] value) {
    String text() {
      return Text.decode(value);
    }
  }

  static @Nullable Pair pair(byte[] field) {
    for (int i = 0; i < field.length; i++) {
      if (field[i] == '=') {
        return new Pair(Text.decode(field, 0, i), unescape(field, i + 1));
      }
    }
    return null;
  }

  static String text(byte[] field) {
    return Text.decode(field);
  }

  /** The decimal number that {@code text} is, or -1. */
  static long number(String text) {
    if (text.isEmpty() || text.length() > 18) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  private static byte[] unescape(byte[] field, int from) {
    int at = from;
    while (at < field.length && field[at] != ESCAPE) {
      at++;
    }
    if (at == field.length) {
      return Arrays.copyOfRange(field, from, field.length);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(field.length - from);
    for (int i = from; i < field.length; i++) {
      byte b = field[i];
      if (b == ESCAPE && i + 1 < field.length) {
        i++;
        out.write(
            switch (field[i]) {
              case 'n' -> '\n';
              case 'u' -> SEPARATOR;
              case 'g' -> ESCAPE;
              default -> field[i];
            });
      } else {
        out.write(b);
      }
    }
    return out.toByteArray();
  }

  /** {@code text} as the rest of a reply line. */
  static byte[] escape(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      switch (b) {
        case '\n' -> out.writeBytes(new byte[] {ESCAPE, 'n'});
        case SEPARATOR -> out.writeBytes(new byte[] {ESCAPE, 'u'});
        case ESCAPE -> out.writeBytes(new byte[] {ESCAPE, 'g'});
        default -> out.write(b);
      }
    }
    return out.toByteArray();
  }
}
