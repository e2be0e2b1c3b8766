package belay.daemon.terminal;

import belay.index.nearmiss.Differences;
import belay.rules.judge.Challenge;
import belay.rules.judge.Finding;
import belay.rules.judge.NearMiss;
import belay.rules.judge.Verdict;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The text a person sees of a verdict: what would be hit, why it is believed, what is usual, what
 * to type instead. Every line fits the terminal; nothing of the user's bytes reaches it unescaped.
 */
public final class Panel {

  private static final int LABEL = 10;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneId.systemDefault());

  /** How a stopped line is brought back, in the shell's own keys. */
  public enum Recall {
    CTRL_Y("Ctrl-Y brings the line back"),
    UP("the Up key brings the line back"),
    NONE("");

    private final String words;

    Recall(String words) {
      this.words = words;
    }
  }

  private final Painter painter;
  private final List<String> lines = new ArrayList<>();

  private Panel(Painter painter) {
    this.painter = painter;
  }

  /**
   * The lines for a line that does not run.
   *
   * @param pass the code of a pass for it, or null where none is to be had
   */
  public static List<String> blocked(
      byte[] line, Verdict.Block verdict, Painter painter, Recall recall, @Nullable String pass) {
    Panel panel = new Panel(painter);
    panel.wrapped(painter.alarm("belay"), "not run: ", verdict.findings().getFirst().message());
    panel.body(line, verdict.findings());
    if (recall != Recall.NONE) {
      panel.labelled("edit", recall.words);
    }
    if (pass != null) {
      panel.labelled(
          "pass",
          "`belay pass " + pass + "` lets this very line run here once, within ten minutes");
    }
    return panel.lines;
  }

  /** The lines before a question; {@link #question} is what the cursor stands behind. */
  public static List<String> confirm(byte[] line, Verdict.Confirm verdict, Painter painter) {
    Panel panel = new Panel(painter);
    panel.wrapped(painter.caution("belay"), "", verdict.findings().getFirst().message());
    panel.body(line, verdict.findings());
    return panel.lines;
  }

  /** What is asked, for the last line. */
  public static String question(Challenge challenge, Painter painter) {
    String wanted =
        challenge.texts().isEmpty()
            ? "yes"
            : challenge.texts().stream()
                .map(text -> painter.strong(Text.printable(text)))
                .collect(Collectors.joining(" and Enter, then "));
    return painter.strong("Run it?")
        + " Type "
        + wanted
        + " and Enter to run it, anything else not to: ";
  }

  /** The one line for a command that runs with a word on the way. */
  public static List<String> note(Verdict.Note verdict, Painter painter) {
    Panel panel = new Panel(painter);
    panel.wrapped(painter.caution("belay"), "note: ", verdict.findings().getFirst().message());
    return panel.lines;
  }

  /** The line for one that would be blocked and runs by a pass. */
  public static List<String> passed(String pass, Verdict.Block verdict, Painter painter) {
    Panel panel = new Panel(painter);
    panel.wrapped(
        painter.caution("belay"),
        "by pass " + pass + ", this once: ",
        verdict.findings().getFirst().message());
    return panel.lines;
  }

  /** A line of Belay's own about itself. */
  public static List<String> notice(String text, Painter painter) {
    Panel panel = new Panel(painter);
    panel.wrapped(painter.caution("belay"), "", text);
    return panel.lines;
  }

  private void body(byte[] line, List<Finding> findings) {
    Finding first = findings.getFirst();
    command(line, first.span());
    for (String evidence : first.evidence()) {
      labelled("seen", evidence);
    }
    NearMiss nearMiss = first.nearMiss();
    if (nearMiss != null) {
      nearMiss(line, nearMiss);
    }
    String instead = first.instead();
    if (instead != null) {
      labelled("instead", instead);
    }
    String suggestion = first.suggestion();
    if (suggestion != null) {
      labelled("type", suggestion);
    }
    for (Finding other : findings.subList(1, Math.min(findings.size(), 4))) {
      labelled("also", other.message());
    }
    if (findings.size() > 4) {
      labelled("also", (findings.size() - 4) + " more findings of the same line");
    }
    labelled("rule", first.rule());
  }

  private void nearMiss(byte[] line, NearMiss nearMiss) {
    String typed = nearMiss.typed();
    String habitual = nearMiss.habitual();
    String typedLine = Text.decode(line).strip();
    String usual = nearMiss.habitualCommand();
    // Whole lines side by side when they are alike; else the two targets.
    String suggestion = nearMiss.suggestion();
    boolean sameShape = suggestion != null && suggestion.strip().equals(usual.strip());
    String above = sameShape ? Text.printable(typedLine) : Text.printable(typed);
    String below = sameShape ? Text.printable(usual) : Text.printable(habitual);
    Differences marks = Differences.mark(above, below);
    marked("typed", above, spans(marks.left()));
    marked("usually", below, spans(marks.right()));
    labelled(
        "",
        nearMiss.habitualCount()
            + " times, last on "
            + DAY.format(nearMiss.lastHabitual())
            + (nearMiss.typedCount() == 0
                ? "; never " + Text.printable(typed)
                : "; " + nearMiss.typedCount() + " times " + Text.printable(typed)));
    if (!sameShape && !usual.isEmpty()) {
      labelled("as in", Text.printable(usual));
    }
  }

  private static List<Span> spans(List<Differences.Range> ranges) {
    return ranges.stream().map(range -> new Span(range.from(), range.to())).toList();
  }

  /** The command with the part it is about underlined; several rows where it is long. */
  private void command(byte[] line, Span span) {
    String before = Text.printable(Text.decode(line, 0, clamp(span.from(), line)));
    String part =
        Text.printable(Text.decode(line, clamp(span.from(), line), clamp(span.to(), line)));
    String all = Text.printable(Text.decode(line));
    int from = Math.min(before.length(), all.length());
    int to = Math.min(from + part.length(), all.length());
    String shown = all;
    if (all.length() > 600) {
      int start = Math.max(0, from - 200);
      int end = Math.min(all.length(), start + 600);
      shown = (start > 0 ? "…" : "") + all.substring(start, end) + (end < all.length() ? "…" : "");
      int shift = start - (start > 0 ? 1 : 0);
      from = Math.max(0, from - shift);
      to = Math.min(shown.length(), Math.max(from, to - shift));
    }
    marked("command", shown, List.of(new Span(from, to)));
  }

  private static int clamp(int offset, byte[] line) {
    return Math.min(offset, line.length);
  }

  /** {@code text} in rows, each with a row of {@code ^} beneath it where {@code marks} say so. */
  private void marked(String label, String text, List<Span> marks) {
    int width = painter.columns() - LABEL - 1;
    for (int start = 0; start == 0 || start < text.length(); start += width) {
      int end = Math.min(text.length(), start + width);
      lines.add(label(start == 0 ? label : "") + text.substring(start, end));
      StringBuilder row = new StringBuilder();
      for (int i = start; i < end; i++) {
        row.append(isMarked(marks, i) ? '^' : ' ');
      }
      if (row.indexOf("^") >= 0) {
        lines.add(label("") + painter.alarm(row.toString().stripTrailing()));
      }
    }
  }

  private static boolean isMarked(List<Span> marks, int at) {
    for (Span mark : marks) {
      if (mark.from() <= at && at < mark.to()) {
        return true;
      }
    }
    return false;
  }

  private void labelled(String label, String text) {
    int width = painter.columns() - LABEL - 1;
    String head = label;
    for (String row : rows(Text.printable(text), width)) {
      lines.add(label(head) + row);
      head = "";
    }
  }

  private String label(String label) {
    return painter.quiet("  " + String.format(Locale.ROOT, "%-" + (LABEL - 2) + "s", label));
  }

  private void wrapped(String name, String lead, String text) {
    List<String> rows = rows(lead + Text.printable(text), painter.columns() - 8);
    lines.add(name + ": " + painter.strong(rows.getFirst()));
    for (String row : rows.subList(1, rows.size())) {
      lines.add("       " + painter.strong(row));
    }
  }

  /** Breaks at spaces; a word longer than the width is cut. */
  private static List<String> rows(String text, int width) {
    List<String> out = new ArrayList<>();
    String rest = text.strip();
    while (rest.length() > width) {
      int cut = rest.lastIndexOf(' ', width);
      if (cut <= 0) {
        cut = width;
      }
      out.add(rest.substring(0, cut));
      rest = rest.substring(cut).stripLeading();
    }
    out.add(rest);
    return out;
  }
}
