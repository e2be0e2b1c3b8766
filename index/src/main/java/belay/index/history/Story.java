package belay.index.history;

import belay.index.journal.Entry;
import belay.index.journal.JournalRecord.Answer;
import belay.index.journal.JournalRecord.Intent;
import belay.index.journal.JournalRecord.Outcome;
import belay.rules.judge.Decision;
import org.jspecify.annotations.Nullable;

/** A line and what came of it. */
record Story(Entry entry, Intent intent, @Nullable Answer answer, @Nullable Outcome outcome) {

  /** Whether what the line does was done. */
  enum Done {
    NO(0),
    YES(1),
    /** A person was asked and said yes. */
    ACCEPTED(2);

    /** What the index keeps. */
    final int code;

    Done(int code) {
      this.code = code;
    }
  }

  Story with(Answer more) {
    return new Story(entry, intent, more, outcome);
  }

  Story with(Outcome more) {
    return new Story(entry, intent, answer, more);
  }

  Done done() {
    boolean accepted = answer != null && answer.how() == Answer.How.ACCEPTED;
    if (outcome != null && (outcome.status() == 126 || outcome.status() == 127)) {
      // Not executable, not found (POSIX.1-2024 2.8.2).
      return Done.NO;
    }
    if (accepted) {
      return Done.ACCEPTED;
    }
    boolean stopped = intent.decision() == Decision.BLOCK || intent.decision() == Decision.CONFIRM;
    // An outcome says that it ran after all, as when only observing.
    return stopped && outcome == null ? Done.NO : Done.YES;
  }
}
