package belay.rules.pack;

import belay.rules.judge.Demand;
import belay.rules.syntax.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code challenge: yes | target | second-person | {phrase: …} | {wait: 10s}}, or a list of
 * such.
 */
final class DemandParser {

  static final List<String> WORDS = List.of("yes", "target", "second-person");

  static final Pattern WAIT = Pattern.compile("([0-9]{1,3})(s|m)");

  static final int SHORTEST_PHRASE = 3;
  static final int LONGEST_PHRASE = 80;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final Report report;
  private final List<String> phrases = new ArrayList<>();
  private Duration wait = Duration.ZERO;
  private boolean target;
  private boolean secondPerson;

  private DemandParser(Report report) {
    this.report = report;
  }

  static Demand parse(Tree node, Report report) {
    DemandParser parser = new DemandParser(report);
    List<Tree> items = Fields.items(node);
    if (items.isEmpty()) {
      report.add(node, "an empty list of challenges");
    }
    items.forEach(parser::item);
    return new Demand(parser.target, parser.phrases, parser.wait, parser.secondPerson);
  }

  private void item(Tree node) {
    if (node instanceof Tree.Text text) {
      switch (text.value()) {
        case "yes" -> {}
        case "target" -> target = true;
        case "second-person" -> secondPerson = true;
        default -> report.unknown(text, "value for `challenge`:", text.value(), WORDS);
      }
      return;
    }
    Fields fields = Fields.of(node, "a challenge", report, List.of("phrase", "wait"));
    Tree.Text phrase = fields.text("phrase");
    if (phrase != null) {
      phrase(phrase);
    }
    Tree.Text time = fields.text("wait");
    if (time != null) {
      wait(time);
    }
    if (fields.isMapping() && phrase == null && time == null) {
      report.add(node, "a challenge of nothing", "write `phrase` or `wait`");
    }
  }

  /** What is typed must be typable, and be seen to be. */
  private void phrase(Tree.Text text) {
    String phrase = text.value();
    boolean typable =
        phrase.equals(phrase.strip())
            && phrase.length() >= SHORTEST_PHRASE
            && phrase.length() <= LONGEST_PHRASE
            && phrase.chars().allMatch(c -> c >= ' ' && c < 0x7f)
            && Text.printable(phrase).equals(phrase);
    if (!typable) {
      report.add(
          text,
          "the phrase " + Report.quoted(phrase) + " cannot be asked for",
          "write "
              + SHORTEST_PHRASE
              + " to "
              + LONGEST_PHRASE
              + " characters of ASCII with no blanks around them");
    } else if (phrases.contains(phrase)) {
      report.add(text, "the same phrase twice");
    } else {
      phrases.add(phrase);
    }
  }

  private void wait(Tree.Text text) {
    Matcher matcher = WAIT.matcher(text.value());
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration read =
          matcher.group(2).equals("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
      if (!read.isZero() && read.compareTo(LONGEST_WAIT) <= 0) {
        wait = read;
        return;
      }
    }
    report.add(
        text,
        Report.quoted(text.value()) + " cannot be waited",
        "write seconds or minutes, `1s` to `10m`");
  }
}
