package belay.daemon.server;

import belay.daemon.config.Config;
import belay.daemon.config.Directories;
import belay.daemon.fact.Knowledge;
import belay.daemon.fact.Labels;
import belay.daemon.fact.Programs;
import belay.rules.judge.Wildcard;
import java.util.List;

/** What looking at the machine rests on, as it is configured. */
final class Settled {

  private static final String SYSTEM_PROBES = "/etc/belay/probes";

  private Settled() {}

  static Knowledge by(Config config, Directories directories, RulesInForce rules) {
    return new Knowledge(
        new Labels(config.labels()),
        config.protectedBranches().stream().map(Wildcard::new).toList(),
        List.of(SYSTEM_PROBES, directories.config().resolve("probes").toString()),
        rules::inquiries,
        Programs.local());
  }
}
