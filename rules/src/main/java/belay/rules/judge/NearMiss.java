package belay.rules.judge;

import belay.rules.effect.Effect;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The command is a slip away from what this user habitually does, at a place that changes what it
 * hits.
 *
 * @param effect the effect whose target is in doubt
 * @param typed the target as typed and resolved
 * @param habitual the target the user usually means
 * @param habitualCommand the latest such command line, printable and redacted
 * @param habitualCount how often it was done
 * @param typedCount how often the typed target was hit the same way before
 * @param lastHabitual when it was done last
 * @param distance keystrokes between the two targets (Damerau-Levenshtein)
 * @param suggestion the typed line with the habitual target in place, or null where the target does
 *     not stand in the line as text
 */
public record NearMiss(
    Effect effect,
    String typed,
    String habitual,
    String habitualCommand,
    int habitualCount,
    int typedCount,
    Instant lastHabitual,
    int distance,
    @Nullable String suggestion) {}
