package belay.daemon.fact;

import belay.rules.judge.Inquiry;
import belay.rules.judge.Wildcard;
import java.util.List;
import java.util.function.Supplier;

/**
 * What looking at a machine rests on besides the machine itself.
 *
 * @param labels what hosts, clusters and accounts are called
 * @param protectedBranches which branches nobody should lose
 * @param probeDirectories where the administrator installs the team's probes, first found first
 * @param inquiries which probes the packs in force want asked
 * @param programs runs the few programs that are asked: git, systemctl, virsh, …
 */
public record Knowledge(
    Labels labels,
    List<Wildcard> protectedBranches,
    List<String> probeDirectories,
    Supplier<List<Inquiry>> inquiries,
    Programs programs) {

  /** Nothing is configured, and no program is run. */
  public static final Knowledge NONE =
      new Knowledge(Labels.NONE, List.of(), List.of(), List::of, Programs.NONE);

  public Knowledge {
    protectedBranches = List.copyOf(protectedBranches);
    probeDirectories = List.copyOf(probeDirectories);
  }

  boolean isProtected(String branch) {
    return protectedBranches.stream().anyMatch(pattern -> pattern.matches(branch));
  }
}
