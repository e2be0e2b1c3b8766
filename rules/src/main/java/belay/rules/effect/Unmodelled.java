package belay.rules.effect;

import belay.rules.effect.Meaning.Mark;
import belay.rules.effect.Meaning.Sort;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a program nobody has modelled says of itself: {@code argocd app delete web}. Programs with
 * subcommands name what they do first, and those that destroy something say so in a few words of
 * English. Never certain, and never said of a program whose operands are texts or files: those have
 * models, if only to say that they do nothing.
 */
final class Unmodelled {

  /** Also as a part of a compound: {@code db:drop}, {@code vm.destroy}, {@code delete_queue}. */
  private static final String VERB =
      "(?:delete|destroy|purge|terminate|drop|wipe|erase|nuke|decommission|deprovision)";

  private static final Pattern DESTROYS =
      Pattern.compile("(?:[a-z0-9]+[-:._])*" + VERB + "(?:[-:_][a-z0-9_:-]+)?");

  private static final Pattern SUBCOMMAND = Pattern.compile("[a-z][a-z0-9._:/-]*");

  /** How deep subcommands are nested in programs that people use: {@code gcloud compute … …}. */
  private static final int DEEPEST = 4;

  /** {@code wipe} and {@code drop}; and no verb has words without end. */
  private static final int SHORTEST = 4;

  private static final int LONGEST = 128;

  private static final Set<String> SILENT =
      Set.of(
          "-h",
          "--help",
          "help",
          "--version",
          "--dry-run",
          "--dryrun",
          "--noop",
          "--simulate",
          "--what-if",
          "--whatif",
          "--check",
          "--plan",
          "--preview");

  private Unmodelled() {}

  /** Whether a word could be the one that says it. */
  static boolean isTelling(String word) {
    return word.length() >= SHORTEST
        && word.length() <= LONGEST
        && DESTROYS.matcher(word).matches();
  }

  /** What it would do; nothing where its first words do not say. */
  static Meaning read(String program, List<Field> arguments) {
    Field verb = null;
    Field target = null;
    List<String> names = new ArrayList<>();
    int operands = 0;
    boolean isValue = false;
    for (Field field : arguments) {
      String word = field.known();
      if (word != null && (SILENT.contains(word) || word.startsWith("--dry-run="))) {
        return Meaning.NOTHING;
      }
      if (word != null && word.startsWith("-")) {
        // Whether it takes a value, nobody knows: `--transition-type wipe`.
        isValue = word.startsWith("--") && word.length() > 2 && word.indexOf('=') < 0;
        continue;
      }
      if (verb != null) {
        target = target == null ? field : target;
      } else if (operands++ < DEEPEST && word != null) {
        if (isTelling(word)) {
          verb = isValue ? null : field;
        } else if (SUBCOMMAND.matcher(word).matches()) {
          names.add(word);
        } else {
          // A file or a text: what stands behind it is no subcommand.
          operands = DEEPEST;
        }
      }
      isValue = false;
    }
    return verb == null ? Meaning.NOTHING : meaning(program, names, verb, target);
  }

  private static Meaning meaning(
      String program, List<String> names, Field verb, @Nullable Field target) {
    Value value =
        target != null ? target.value() : Value.of(names.isEmpty() ? "something" : names.getLast());
    return new Meaning(
        List.of(
            new Mark(
                EffectKind.DESTROY,
                Sort.CLOUD,
                program,
                value,
                null,
                Reach.ONE,
                Certainty.LIKELY,
                null,
                target != null ? target : verb)),
        List.of());
  }
}
