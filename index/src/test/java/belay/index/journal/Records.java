package belay.index.journal;

import belay.rules.judge.Decision;
import java.util.List;

/** Records for tests. */
final class Records {

  private Records() {}

  static JournalRecord.Intent intent(String command) {
    return new JournalRecord.Intent(
        "4121-77",
        "bash",
        "ada",
        "dom0",
        "/srv/xen",
        "/dev/pts/3",
        command,
        Decision.ALLOW,
        List.of(),
        List.of(),
        412);
  }
}
