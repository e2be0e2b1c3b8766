package belay.index.history;

import belay.index.journal.JournalRecord.Answer;
import belay.rules.judge.Decision;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A command of the past.
 *
 * @param n its number in the journal
 * @param time when it was entered, or null for an imported one whose file did not say
 * @param command printable
 * @param exact as it was entered but for secrets, as {@link belay.rules.syntax.Text} decodes it;
 *     not for a terminal
 * @param directory printable, or null if not known
 * @param exit the exit status; none while it runs, where it did not run, and for imported ones
 * @param micros how long it ran
 * @param decision null for imported ones
 * @param answer what became of the question, null where none was asked or answered
 * @param host empty if not known
 * @param user empty if not known
 */
public record Hit(
    long n,
    @Nullable Instant time,
    String command,
    String exact,
    @Nullable String directory,
    OptionalInt exit,
    OptionalLong micros,
    @Nullable Decision decision,
    Answer.@Nullable How answer,
    String host,
    String user) {}
