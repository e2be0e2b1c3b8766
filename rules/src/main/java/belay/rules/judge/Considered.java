package belay.rules.judge;

import java.util.List;

/**
 * A rule that was asked about one thing that an effect falls on.
 *
 * @param effect which effect of the line, from 0
 * @param rule its full id
 * @param title what it is about
 * @param decision what it asks for where it speaks
 * @param subject the thing, printable
 * @param objections why it said nothing, printable; none where it spoke
 */
public record Considered(
    int effect,
    String rule,
    String title,
    Decision decision,
    String subject,
    List<String> objections) {

  public Considered {
    objections = List.copyOf(objections);
  }

  /** Whether the rule spoke. */
  public boolean spoke() {
    return objections.isEmpty();
  }
}
