package belay.rules.pack;

import belay.rules.judge.Phrase;
import belay.rules.judge.Phrase.Part;
import belay.rules.judge.Phrase.Placeholder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads {@code text with {blanks} and [asides with {blanks}]}. A doubled brace or bracket stands
 * for itself.
 */
final class PhraseParser {

  private static final Map<String, Placeholder> PLACEHOLDERS =
      Arrays.stream(Placeholder.values())
          .collect(Collectors.toMap(Placeholder::key, Function.identity()));

  private static final Set<Placeholder> IN_COMMANDS =
      EnumSet.of(Placeholder.TARGET, Placeholder.NAME, Placeholder.PROGRAM);

  private final Tree.Text node;
  private final String text;
  private final Report report;
  private int at;

  private PhraseParser(Tree.Text node, Report report) {
    this.node = node;
    this.text = node.value().strip();
    this.report = report;
  }

  static Phrase parse(Tree.Text node, Report report) {
    return new Phrase(new PhraseParser(node, report).parts(false));
  }

  /** A command to type: only what can be one word of it may be filled in. */
  static Phrase command(Tree.Text node, Report report) {
    Phrase phrase = parse(node, report);
    for (Part part : phrase.parts()) {
      switch (part) {
        case Part.Words _ -> {}
        case Part.Aside _ ->
            report.add(node, "an aside in a command", "double a bracket that stands for itself");
        case Part.Blank(Placeholder placeholder) -> {
          if (!IN_COMMANDS.contains(placeholder)) {
            report.add(
                node,
                "the placeholder " + Report.quoted(placeholder.key()) + " in a command",
                "a command takes `{target}`, `{name}` and `{program}`");
          }
        }
      }
    }
    return phrase;
  }

  private List<Part> parts(boolean aside) {
    List<Part> out = new ArrayList<>();
    var words = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (isDoubled(c)) {
        words.append(c);
        at += 2;
      } else if (c == '{') {
        flush(words, out);
        blank(out);
      } else if (c == '[' && !aside) {
        flush(words, out);
        at++;
        out.add(new Part.Aside(parts(true)));
      } else if (c == ']' && aside) {
        flush(words, out);
        at++;
        if (out.stream().noneMatch(Part.Blank.class::isInstance)) {
          report.add(
              node,
              "an aside in brackets without a `{placeholder}`",
              "double a bracket that stands for itself");
        }
        return out;
      } else if (c == '[' || c == ']' || c == '}') {
        report.add(node, "a stray " + Report.quoted(String.valueOf(c)), "double it to mean itself");
        at++;
      } else {
        words.append(c);
        at++;
      }
    }
    if (aside) {
      report.add(node, "an aside that is not closed", "add `]`");
    }
    flush(words, out);
    return out;
  }

  private boolean isDoubled(char c) {
    return "{}[]".indexOf(c) >= 0 && at + 1 < text.length() && text.charAt(at + 1) == c;
  }

  private void blank(List<Part> out) {
    int close = text.indexOf('}', at);
    if (close < 0) {
      report.add(node, "a placeholder that is not closed", "add `}`");
      at = text.length();
      return;
    }
    String name = text.substring(at + 1, close);
    at = close + 1;
    Placeholder placeholder = PLACEHOLDERS.get(name);
    if (placeholder == null) {
      report.unknown(node, "placeholder", name, PLACEHOLDERS.keySet());
    } else {
      out.add(new Part.Blank(placeholder));
    }
  }

  private static void flush(StringBuilder words, List<Part> out) {
    if (!words.isEmpty()) {
      out.add(new Part.Words(words.toString()));
      words.setLength(0);
    }
  }
}
