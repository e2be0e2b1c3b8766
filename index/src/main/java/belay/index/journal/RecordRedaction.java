package belay.index.journal;

import java.util.List;

/** Takes the secrets out of every text of a record that a person or program wrote. */
final class RecordRedaction {

  private RecordRedaction() {}

  static JournalRecord of(JournalRecord record) {
    return switch (record) {
      case JournalRecord.Intent intent ->
          new JournalRecord.Intent(
              intent.session(),
              intent.shell(),
              intent.user(),
              intent.host(),
              intent.directory(),
              intent.tty(),
              Redactor.redact(intent.command()),
              intent.decision(),
              intent.findings().stream().map(RecordRedaction::of).toList(),
              effects(intent.effects()),
              intent.micros());
      case JournalRecord.Imported imported ->
          new JournalRecord.Imported(
              imported.source(),
              imported.original(),
              Redactor.redact(imported.command()),
              imported.micros(),
              effects(imported.effects()));
      case JournalRecord.Leave(String what, String rule, String detail) ->
          new JournalRecord.Leave(what, rule, Redactor.redact(detail));
      case JournalRecord.Answer(long intent, JournalRecord.Answer.How how, String typed) ->
          new JournalRecord.Answer(intent, how, Redactor.redact(typed));
      case JournalRecord.Started _,
          JournalRecord.Stopped _,
          JournalRecord.Repaired _,
          JournalRecord.Gap _,
          JournalRecord.SessionOpened _,
          JournalRecord.Outcome _,
          JournalRecord.Other _ ->
          record;
    };
  }

  private static LoggedFinding of(LoggedFinding finding) {
    String habitual = finding.habitual();
    return new LoggedFinding(
        finding.rule(),
        finding.severity(),
        Redactor.redact(finding.message()),
        Redactor.redact(finding.target()),
        finding.evidence().stream().map(Redactor::redact).toList(),
        habitual == null ? null : Redactor.redact(habitual));
  }

  private static List<LoggedEffect> effects(List<LoggedEffect> effects) {
    return effects.stream()
        .map(
            effect ->
                new LoggedEffect(
                    effect.kind(),
                    effect.targetKind(),
                    Redactor.redact(effect.target()),
                    effect.exact(),
                    effect.program(),
                    effect.place()))
        .toList();
  }
}
