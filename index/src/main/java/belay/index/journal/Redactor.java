package belay.index.journal;

import belay.index.journal.RoughWords.Range;
import belay.rules.syntax.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Takes secrets out of a line, so that what is kept stays searchable: those known by their shape
 * ({@link SecretShapes}) and those known by their place ({@link SecretPlaces}). A word that is
 * nothing but an expansion holds no secret and stays; so do names of files.
 */
public final class Redactor {

  /** Stands where a secret stood. */
  public static final String MARK = "‹redacted›";

  private Redactor() {}

  /**
   * The line with every secret that is known as one replaced by {@link #MARK}.
   *
   * @param line as {@link Text} decodes it, and so is the answer
   */
  public static String redact(String line) {
    if (line.length() < 4) {
      return line;
    }
    // One char for each byte: all we look for is ASCII, and offsets are those of the bytes.
    String text = new String(Text.encode(line), StandardCharsets.ISO_8859_1);
    List<Range> secrets = new ArrayList<>();
    SecretShapes.find(text, secrets);
    new SecretPlaces(text, secrets).find();
    return secrets.isEmpty() ? line : Text.decode(without(secrets, text));
  }

  private static byte[] without(List<Range> secrets, String text) {
    secrets.sort(Comparator.comparingInt(Range::from));
    String mark = new String(MARK.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    var out = new StringBuilder(text.length());
    int done = 0;
    int end = -1;
    for (Range secret : secrets) {
      if (secret.from() >= end) {
        out.append(text, done, secret.from()).append(mark);
      }
      end = Math.max(end, secret.to());
      done = end;
    }
    return out.append(text, done, text.length()).toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
