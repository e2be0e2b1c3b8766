package belay.rules.judge;

import java.util.List;

/** The judgement of one line. Findings stand strongest first. */
public sealed interface Verdict {

  List<Finding> findings();

  /** It runs, nothing is said; findings are of use to the curious only. */
  record Allow(List<Finding> findings) implements Verdict {
    public Allow {
      findings = List.copyOf(findings);
    }
  }

  /** It runs, the first finding is said in one line. */
  record Note(List<Finding> findings) implements Verdict {
    public Note {
      findings = List.copyOf(findings);
    }
  }

  /** It runs if the person passes the challenge. */
  record Confirm(List<Finding> findings, Challenge challenge) implements Verdict {
    public Confirm {
      findings = List.copyOf(findings);
    }
  }

  /** It does not run. */
  record Block(List<Finding> findings) implements Verdict {
    public Block {
      findings = List.copyOf(findings);
    }
  }

  /** The verdict without its reasons. */
  default Decision decision() {
    return switch (this) {
      case Allow _ -> Decision.ALLOW;
      case Note _ -> Decision.NOTE;
      case Confirm _ -> Decision.CONFIRM;
      case Block _ -> Decision.BLOCK;
    };
  }
}
