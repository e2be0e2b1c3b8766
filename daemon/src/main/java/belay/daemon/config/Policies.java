package belay.daemon.config;

import belay.rules.judge.Mode;
import belay.rules.judge.Wildcard;
import belay.rules.pack.Diagnostic;
import belay.rules.pack.PackReader;
import belay.rules.pack.PolicyFile;
import belay.rules.pack.PolicyReader;
import belay.rules.pack.Sheet;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code policy.yaml} of the machine's directories. One that is broken, or could be somebody
 * else's word than root's, never replaces what it said when it was last sound; of one that never
 * was, nobody knows what it demands, so everything is locked until it is mended.
 */
final class Policies {

  private final Layers layers;
  private final String user;
  private final Set<String> groups;
  private final Map<Path, PolicyFile> lastGood = new HashMap<>();

  /**
   * Those of some layers.
   *
   * @param user the login name of whom they bind
   * @param groups the names of his groups
   */
  Policies(Layers layers, String user, Set<String> groups) {
    this.layers = layers;
    this.user = user;
    this.groups = Set.copyOf(groups);
  }

  /**
   * What they say now.
   *
   * @param sheets what that is as settings of the machine, before all others
   */
  record Read(Governance governance, List<Standing.Layered> sheets) {}

  Read read() {
    List<PolicyFile> policies = new ArrayList<>();
    List<Wildcard> granted = new ArrayList<>();
    List<String> complaints = new ArrayList<>();
    List<Standing.Layered> sheets = new ArrayList<>();
    for (Path directory : layers.system()) {
      Path file = directory.resolve("policy.yaml");
      boolean own = directory.equals(layers.system().getFirst());
      int before = complaints.size();
      PolicyFile policy = policy(file, own, complaints);
      if (policy == null) {
        if (complaints.size() > before) {
          complaints.add(
              "`"
                  + file
                  + "`: until it is mended, every setting and rule is locked, and nothing can be"
                  + " passed");
          sheets.add(sheet(locked(file.toString())));
        }
        continue;
      }
      policies.add(policy);
      sheets.add(sheet(sheetOf(policy)));
      if (own) {
        policy.grants().stream()
            .filter(grant -> grant.people().has(user, groups))
            .forEach(grant -> granted.addAll(grant.rules()));
      }
    }
    return new Read(new Governance(policies, granted, complaints), sheets);
  }

  private static Standing.Layered sheet(Sheet sheet) {
    return new Standing.Layered(Layer.SYSTEM, sheet, false);
  }

  /** Null where there is none, or none that can be believed, which is told. */
  private @Nullable PolicyFile policy(Path file, boolean own, List<String> complaints) {
    try {
      if (own) {
        String objection = Ownership.objection(file).orElse(null);
        if (objection != null) {
          complaints.add(
              "`"
                  + file
                  + "` is not believed: "
                  + objection
                  + "; `chown root:root` and `chmod go-w` mend it"
                  + stays(file));
          return lastGood.get(file);
        }
      }
      PolicyReader.Result result = PolicyReader.read(PackReader.source(file));
      if (result.diagnostics().isEmpty()) {
        lastGood.put(file, result.policy());
        return result.policy();
      }
      for (Diagnostic diagnostic : result.diagnostics()) {
        complaints.add(diagnostic + stays(file));
      }
      return lastGood.get(file);
    } catch (NoSuchFileException _) {
      lastGood.remove(file);
      return null;
    } catch (IOException e) {
      complaints.add("`" + file + "` cannot be read: " + e.getMessage() + stays(file));
      return lastGood.get(file);
    }
  }

  private String stays(Path file) {
    return lastGood.containsKey(file) ? " (the last good policy stays in force)" : "";
  }

  private static Sheet sheetOf(PolicyFile policy) {
    Map<String, Sheet.Entry> settings = new HashMap<>();
    List<Sheet.Lock> locks = new ArrayList<>();
    PolicyFile.Floor floor = policy.mode();
    if (floor != null && floor.mode() != Mode.OBSERVE) {
      String key = Setting.MODE.key();
      settings.put(
          key, new Sheet.Entry(floor.mode().name().toLowerCase(Locale.ROOT), floor.line()));
      locks.add(new Sheet.Lock.OfSetting(key, floor.line()));
    }
    for (PolicyFile.Required required : policy.required()) {
      locks.add(new Sheet.Lock.OfRules(new Wildcard(required.pack() + "/*"), required.line()));
    }
    return new Sheet(policy.file(), settings, List.of(), locks);
  }

  /** Every setting and rule is as it is built in, or stricter. */
  static Sheet locked(String file) {
    List<Sheet.Lock> locks = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      locks.add(new Sheet.Lock.OfSetting(setting.key(), 1));
    }
    locks.add(new Sheet.Lock.OfRules(new Wildcard("*"), 1));
    return new Sheet(file, Map.of(), List.of(), locks);
  }
}
