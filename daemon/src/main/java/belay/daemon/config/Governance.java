package belay.daemon.config;

import belay.rules.judge.Wildcard;
import belay.rules.pack.PolicyFile;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the machine's policies come to. Each may only demand more than the one before; what loosens,
 * who may pass and who may approve, is said by the machine's own alone.
 *
 * @param policies those that were read, the machine's own first; see docs/policy.md
 * @param granted rules that this user may let by though they are required
 * @param complaints what is wrong with the files, in words
 */
public record Governance(
    List<PolicyFile> policies, List<Wildcard> granted, List<String> complaints) {

  /** Nobody demands anything. */
  static final Governance NONE = new Governance(List.of(), List.of(), List.of());

  public Governance {
    policies = List.copyOf(policies);
    granted = List.copyOf(granted);
    complaints = List.copyOf(complaints);
  }

  /** Whether a rule of a required pack may all the same be let by. */
  boolean grants(String rule) {
    return granted.stream().anyMatch(pattern -> pattern.matches(rule));
  }

  /** The fingerprints of the only keys that packs may be signed with; empty for any. */
  public Set<String> keys() {
    Set<String> out = new HashSet<>();
    boolean first = true;
    for (PolicyFile policy : policies) {
      if (!policy.keys().isEmpty()) {
        if (first) {
          out.addAll(policy.keys());
        } else {
          out.retainAll(policy.keys());
        }
        first = false;
      }
    }
    return out;
  }

  /** Whether any policy names the keys. */
  public boolean namesKeys() {
    return policies.stream().anyMatch(policy -> !policy.keys().isEmpty());
  }

  /** Whether a user may be a second person: every policy that names some must name him. */
  public boolean mayApprove(String user, Set<String> groups) {
    return policies.stream()
        .map(PolicyFile::approvers)
        .allMatch(people -> people.equals(PolicyFile.People.ANYBODY) || people.has(user, groups));
  }
}
