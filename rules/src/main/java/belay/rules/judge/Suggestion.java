package belay.rules.judge;

import belay.rules.syntax.Quoted;
import belay.rules.syntax.Text;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rule's command to type instead, with what is known put in as words of a shell. */
final class Suggestion {

  private static final Set<Condition.Spelling> WHOLE = EnumSet.of(Condition.Spelling.KNOWN);

  private Suggestion() {}

  /**
   * The command; null where there is none, or where not all of the target's name is known: half a
   * command is worse than none.
   */
  static @Nullable String of(@Nullable Phrase run, Case about) {
    if (run == null || !about.spelling().equals(WHOLE)) {
      return null;
    }
    String command =
        run.say(
            blank ->
                switch (blank) {
                  case TARGET -> Quoted.word(about.subject());
                  case NAME -> Quoted.word(Wording.baseName(about.subject()));
                  case PROGRAM -> Quoted.word(about.effect().origin().program());
                  // A pack that has others is refused when it is read.
                  case THING, EFFECT, EVIDENCE, KIND, SIZE, VARIABLES, PLACE -> "";
                });
    return Text.printable(command).equals(command) ? command : null;
  }
}
