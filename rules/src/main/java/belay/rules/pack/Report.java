package belay.rules.pack;

import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one file. */
final class Report {

  private static final int LISTED = 24;

  private final String file;
  private final List<Diagnostic> diagnostics = new ArrayList<>();

  Report(String file) {
    this.file = file;
  }

  String file() {
    return file;
  }

  /** How much was added. */
  int count() {
    return diagnostics.size();
  }

  /** Everything added, in the order of the file's lines. */
  List<Diagnostic> diagnostics() {
    return diagnostics.stream()
        .sorted(Comparator.comparingInt(Diagnostic::line).thenComparingInt(Diagnostic::column))
        .toList();
  }

  void add(Tree at, String what) {
    add(at.line(), at.column(), what, null);
  }

  void add(Tree at, String what, @Nullable String mend) {
    add(at.line(), at.column(), what, mend);
  }

  void add(int line, int column, String what, @Nullable String mend) {
    diagnostics.add(new Diagnostic(file, line, column, what, mend));
  }

  /** A word that is not one of {@code known}. */
  void unknown(Tree at, String kind, String word, Collection<String> known) {
    add(at, "unknown " + kind + " " + quoted(word), instead(word, known));
  }

  /** The word that was probably meant, else all there are. */
  static String instead(String word, Collection<String> known) {
    var keystrokes = new DamerauLevenshteinDistance();
    String nearest = null;
    int distance = Math.max(1, Math.min(3, word.length() / 3)) + 1;
    for (String candidate : known) {
      int found = word.length() > 100 ? distance : keystrokes.apply(word, candidate);
      if (found < distance) {
        nearest = candidate;
        distance = found;
      }
    }
    if (nearest != null) {
      return "did you mean " + quoted(nearest) + "?";
    }
    if (known.isEmpty()) {
      return "none is known here";
    }
    List<String> sorted = known.stream().sorted().limit(LISTED).map(Report::quoted).toList();
    return "known here: " + String.join(", ", sorted);
  }

  /** A word of the file as messages show it. */
  static String quoted(String word) {
    String shown = word.length() > 60 ? word.substring(0, 60) + "…" : word;
    return "`" + Text.printable(shown) + "`";
  }
}
