package belay.rules.syntax;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The one way between a shell's bytes and our strings, without loss: UTF-8, with each byte that is
 * not part of a valid sequence kept as a lone surrogate U+DC80..U+DCFF (the method of PEP 383).
 * Such a string is a fine map key and can be turned back; it must pass {@link #printable} before a
 * person sees it.
 */
public final class Text {

  private static final char ESCAPE = '\uDC00';

  private Text() {}

  /** The string that stands for {@code bytes[from, to)}. */
  public static String decode(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    // A replacement character that was typed is rare, and nothing is lost by looking closer.
    return text.indexOf('\uFFFD') < 0 ? text : decodeMalformed(bytes, from, to);
  }

  private static String decodeMalformed(byte[] bytes, int from, int to) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
    // UTF-8 never takes fewer bytes than UTF-16 takes chars.
    CharBuffer out = CharBuffer.allocate(to - from);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isUnderflow()) {
        break;
      }
      for (int i = result.length(); i > 0; i--) {
        out.put((char) (ESCAPE + (in.get() & 0xFF)));
      }
    }
    return out.flip().toString();
  }

  /** The string that stands for all of {@code bytes}. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** The bytes that {@code text} stands for; the inverse of {@link #decode(byte[])}. */
  public static byte[] encode(String text) {
    if (isUtf8(text)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    var out = new ByteArrayOutputStream(text.length() + 16);
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isRawByte(text, i)) {
        out.writeBytes(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
        out.write(text.charAt(i) - ESCAPE);
        start = i + 1;
      }
    }
    out.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  /** Whether {@code text} came from valid UTF-8, so that any UTF-8 writer keeps it as it is. */
  public static boolean isUtf8(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isRawByte(text, i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isRawByte(String text, int i) {
    char c = text.charAt(i);
    return c >= '\uDC80'
        && c <= '\uDCFF'
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  /**
   * {@code text} with everything that a terminal might obey shown instead: C0 and C1 controls, DEL,
   * raw bytes, and the bidirectional and zero-width format characters that make a line look like
   * another one. A newline becomes {@code ⏎}.
   */
  public static String printable(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String shown = shown(text, i, c);
      if (shown != null && out == null) {
        out = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (out != null) {
        if (shown != null) {
          out.append(shown);
        } else {
          out.append(c);
        }
      }
    }
    return out == null ? text : out.toString();
  }

  private static @Nullable String shown(String text, int i, char c) {
    if (c == '\n') {
      return "⏎";
    }
    if (c < 0x20) {
      return "^" + (char) (c + '@');
    }
    if (c == 0x7F) {
      return "^?";
    }
    if (c > 0x7F && c < 0xA0) {
      return String.format("\\x%02x", (int) c);
    }
    if (isRawByte(text, i)) {
      return String.format("\\x%02x", c - ESCAPE);
    }
    if (Character.isSurrogate(c)) {
      boolean paired =
          Character.isHighSurrogate(c)
              ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
              : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
      return paired ? null : "\\ufffd";
    }
    if (Character.getType(c) == Character.FORMAT || c == '\u2028' || c == '\u2029') {
      return String.format("\\u%04x", (int) c);
    }
    return null;
  }
}
