package belay.rules.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tables of cases: an input behind {@code >}, what becomes of it, why the shell's own syntax check
 * says otherwise (behind {@code !}) where it does, and the tree. {@code ⏎} is a newline, {@code ⇥}
 * a tab, and {@code \x} with two digits in braces any byte: {@code ⟨ff⟩}.
 *
 * <p>{@code -Dbelay.rewrite=true} writes what the parser says into the tables instead of comparing;
 * the difference is for review.
 */
final class Cases {

  /** One line and what is expected of it. */
  record Case(
      Dialect dialect, String shown, String status, @Nullable String shell, String outline) {

    byte[] line() {
      return bytes(shown);
    }
  }

  private Cases() {}

  static List<Case> of(Dialect dialect) {
    String file = dialect.shellName() + "-cases.txt";
    try (InputStream in = Cases.class.getResourceAsStream("/belay/rules/syntax/" + file)) {
      if (in == null) {
        throw new IllegalStateException("no `" + file + "` among the test resources");
      }
      return read(dialect, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read `" + file + "`", e);
    }
  }

  private static List<Case> read(Dialect dialect, String table) {
    List<Case> cases = new ArrayList<>();
    String shown = null;
    String status = "";
    String shell = null;
    String outline = "";
    for (String line : (table + "\n> ").split("\n", -1)) {
      if (line.startsWith("> ")) {
        if (shown != null) {
          cases.add(new Case(dialect, shown, status, shell, outline));
        }
        shown = line.substring(2);
        status = "";
        shell = null;
        outline = "";
      } else if (line.startsWith("! ")) {
        shell = line.substring(2);
      } else if (line.startsWith("= ")) {
        outline = line.substring(2);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        status = line;
      }
    }
    return cases;
  }

  /** Writes what the parser says into the table, keeping its inputs, headings and remarks. */
  static void rewrite(Dialect dialect) throws IOException {
    Path file =
        Path.of("src/test/resources/belay/rules/syntax", dialect.shellName() + "-cases.txt");
    List<String> out = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("> ")) {
        Script script = Parser.parse(bytes(line.substring(2)), dialect, true);
        out.add(line);
        out.add(Outline.status(script));
        out.add("= " + Outline.of(script));
      } else if (line.startsWith("#") || line.isBlank()) {
        out.add(line);
      } else if (line.startsWith("! ")) {
        out.add(out.size() - 1, line);
      }
    }
    Files.write(file, out);
  }

  private static byte[] bytes(String shown) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < shown.length(); i++) {
      char c = shown.charAt(i);
      switch (c) {
        case '⏎' -> text.append('\n');
        case '⇥' -> text.append('\t');
        case '⟨' -> {
          int value = Integer.parseInt(shown.substring(i + 1, i + 3), 16);
          text.append(value < 0x80 ? (char) value : (char) (0xDC00 + value));
          i += 3;
        }
        default -> text.append(c);
      }
    }
    return Text.encode(text.toString());
  }
}
