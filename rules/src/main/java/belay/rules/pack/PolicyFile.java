package belay.rules.pack;

import belay.rules.judge.Mode;
import belay.rules.judge.Wildcard;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator requires of every user of a machine, as {@link PolicyReader} reads it.
 *
 * @param file what diagnostics call it
 * @param required packs that must be in force
 * @param keys fingerprints of the only keys whose packs may be installed; empty for any
 * @param mode what the mode may not fall below, or null
 * @param grants who may let rules of required packs by
 * @param approvers who may be a second person; empty lists for anybody
 * @param retention how long the journal is to be kept, or null
 * @param audit where records are to go, or null
 */
public record PolicyFile(
    String file,
    List<Required> required,
    Set<String> keys,
    @Nullable Floor mode,
    List<Grant> grants,
    People approvers,
    @Nullable Duration retention,
    @Nullable String audit) {

  public PolicyFile {
    required = List.copyOf(required);
    keys = Set.copyOf(keys);
    grants = List.copyOf(grants);
  }

  /** One that says nothing. */
  public static PolicyFile empty(String file) {
    return new PolicyFile(file, List.of(), Set.of(), null, List.of(), People.ANYBODY, null, null);
  }

  /**
   * A pack that must be there.
   *
   * @param key the fingerprint that must have signed it, or null
   */
  public record Required(
      String pack, @Nullable VersionRange versions, @Nullable String key, int line) {}

  /** The least strict mode. */
  public record Floor(Mode mode, int line) {}

  /** Some people. */
  public record People(Set<String> users, Set<String> groups) {

    /** Not said. */
    public static final People ANYBODY = new People(Set.of(), Set.of());

    public People {
      users = Set.copyOf(users);
      groups = Set.copyOf(groups);
    }

    /** Whether a user is one of them, by name or by a group. */
    public boolean has(String user, Set<String> of) {
      return users.contains(user) || of.stream().anyMatch(groups::contains);
    }
  }

  /** Rules that some people may let by. */
  public record Grant(List<Wildcard> rules, People people) {
    public Grant {
      rules = List.copyOf(rules);
    }
  }
}
