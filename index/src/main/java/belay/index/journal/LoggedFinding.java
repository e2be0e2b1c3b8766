package belay.index.journal;

import belay.rules.judge.Finding;
import belay.rules.judge.NearMiss;
import belay.rules.judge.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a {@link Finding}.
 *
 * @param habitual the target the user usually means, for a near miss, else null
 */
public record LoggedFinding(
    String rule,
    Severity severity,
    String message,
    String target,
    List<String> evidence,
    @Nullable String habitual) {

  public LoggedFinding {
    evidence = List.copyOf(evidence);
  }

  public static LoggedFinding of(Finding finding) {
    NearMiss nearMiss = finding.nearMiss();
    return new LoggedFinding(
        finding.rule(),
        finding.severity(),
        finding.message(),
        finding.target(),
        finding.evidence(),
        nearMiss == null ? null : nearMiss.habitual());
  }
}
