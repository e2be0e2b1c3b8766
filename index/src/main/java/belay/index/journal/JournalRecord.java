package belay.index.journal;

import belay.rules.judge.Decision;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened. All text that came from a shell is as {@link belay.rules.syntax.Text}
 * decodes it, so that every byte of a command survives.
 */
public sealed interface JournalRecord {

  /** The daemon began. */
  record Started(String version, long pid) implements JournalRecord {}

  /** The daemon ended in order. */
  record Stopped() implements JournalRecord {}

  /** Opening found a last record that was not written to its end and put it aside. */
  record Repaired(long droppedBytes, String savedAs) implements JournalRecord {}

  /**
   * Records could not be written. It bears the number of the last of them.
   *
   * @param lost how many
   * @param reason why, for a person
   */
  record Gap(long lost, String reason) implements JournalRecord {}

  /** A shell said hello. */
  record SessionOpened(
      String session, String shell, String shellVersion, long pid, String tty, String historyFile)
      implements JournalRecord {}

  /**
   * A line was entered and judged.
   *
   * @param directory where, or null if not known
   * @param command the line, redacted before it is written
   * @param micros how long the judgement took
   */
  record Intent(
      String session,
      String shell,
      String user,
      String host,
      @Nullable String directory,
      String tty,
      String command,
      Decision decision,
      List<LoggedFinding> findings,
      List<LoggedEffect> effects,
      long micros)
      implements JournalRecord {
    public Intent {
      findings = List.copyOf(findings);
      effects = List.copyOf(effects);
    }
  }

  /**
   * The person was asked and this came of it.
   *
   * @param intent the number of the {@link Intent}
   * @param typed what was typed, printable
   */
  record Answer(long intent, How how, String typed) implements JournalRecord {

    /** How a question ended. */
    public enum How {
      ACCEPTED,
      REFUSED,
      INTERRUPTED,
      END_OF_INPUT,
      HUNG_UP,
      TIMED_OUT,
      /** It would have been blocked, and ran by a pass, which is used up. */
      PASSED,
      /** Nobody was asked, and it ran: what was said beforehand allowed it. */
      POLICY_ALLOWED,
      /** Nobody was asked, and it did not run. */
      POLICY_REFUSED;

      /** The name used in JSON. */
      public String key() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /**
   * A line ran to its end.
   *
   * @param intent the number of the {@link Intent}
   * @param status the shell's exit status
   * @param micros how long it ran
   */
  record Outcome(long intent, int status, long micros) implements JournalRecord {}

  /**
   * A command taken over from a shell's own history file.
   *
   * @param source the file
   * @param original when it was entered, or null where the file does not say
   * @param command redacted before it is written
   * @param micros how long it ran, where the file says
   */
  record Imported(
      String source,
      @Nullable Instant original,
      String command,
      OptionalLong micros,
      List<LoggedEffect> effects)
      implements JournalRecord {
    public Imported {
      effects = List.copyOf(effects);
    }
  }

  /**
   * Something was given leave, or leave was taken back.
   *
   * @param what {@code pass}, {@code allow} or {@code disallow}
   * @param rule whose
   * @param detail the line, or what else says how far it goes; redacted before it is written
   */
  record Leave(String what, String rule, String detail) implements JournalRecord {}

  /** Written by a newer Belay: kept and passed over. */
  record Other(String kind) implements JournalRecord {}
}
