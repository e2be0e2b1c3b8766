package belay.daemon.config;

import belay.rules.judge.Decision;
import belay.rules.judge.Rule;
import belay.rules.judge.Severity;
import belay.rules.pack.Sheet;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the layers' settings come to: each may tighten what those before it say, and loosen what
 * they have not locked. See docs/configuration.md.
 *
 * @param values of every setting
 * @param layered the sheets in the order of the layers, for the rules
 * @param refused what a layer wanted and was not given, in words
 * @param complaints values that are none, in words
 * @param governance what the machine's policies demand
 */
public record Standing(
    Map<Setting, Value> values,
    List<Layered> layered,
    List<String> refused,
    List<String> complaints,
    Governance governance) {

  public Standing {
    layered = List.copyOf(layered);
    refused = List.copyOf(refused);
    complaints = List.copyOf(complaints);
  }

  /**
   * A value in force.
   *
   * @param from file and line, a variable, or nothing where it is built in
   */
  public record Value(String text, Layer layer, String from) {}

  /**
   * A sheet of a layer.
   *
   * @param disarms whether it may loosen rules that let nobody by
   */
  public record Layered(Layer layer, Sheet sheet, boolean disarms) {}

  /**
   * A rule as the layers leave it.
   *
   * @param rule null where it is off
   * @param from the file and line that changed it last; null where none did
   * @param refused what a layer wanted and was not given
   */
  public record Outcome(@Nullable Rule rule, @Nullable String from, List<String> refused) {
    public Outcome {
      refused = List.copyOf(refused);
    }
  }

  /** What these sheets come to, with the environment as the last of the user's. */
  static Standing of(List<Layered> sheets, Map<String, String> environment) {
    Map<Setting, Value> values = new EnumMap<>(Setting.class);
    Map<Setting, String> locks = new EnumMap<>(Setting.class);
    List<String> refused = new ArrayList<>();
    List<String> complaints = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      values.put(setting, new Value(setting.fallback(), Layer.BUILT_IN, ""));
    }
    for (Layered each : sheets) {
      Sheet sheet = each.sheet();
      for (Setting setting : Setting.values()) {
        Sheet.Entry entry = sheet.settings().get(setting.key());
        if (entry != null) {
          String from = sheet.file() + ":" + entry.line();
          take(
              setting,
              new Value(entry.value(), each.layer(), from),
              values,
              locks,
              refused,
              complaints);
        }
      }
      for (Sheet.Lock lock : sheet.locks()) {
        if (lock instanceof Sheet.Lock.OfSetting(String key, int line)) {
          for (Setting setting : Setting.values()) {
            if (setting.key().equals(key)) {
              locks.putIfAbsent(setting, sheet.file() + ":" + line);
            }
          }
        }
      }
    }
    for (Setting setting : Setting.values()) {
      String value = environment.get(setting.variable());
      if (value != null && !value.isEmpty()) {
        take(
            setting,
            new Value(value, Layer.USER, setting.variable()),
            values,
            locks,
            refused,
            complaints);
      }
    }
    return new Standing(values, sheets, refused, complaints, Governance.NONE);
  }

  private static void take(
      Setting setting,
      Value wanted,
      Map<Setting, Value> values,
      Map<Setting, String> locks,
      List<String> refused,
      List<String> complaints) {
    Value now = values.getOrDefault(setting, wanted);
    if (!Meaning.isUnderstood(setting, wanted.text())) {
      complaints.add(
          "`"
              + wanted.from()
              + "`: `"
              + setting.key()
              + ": "
              + wanted.text()
              + "` is not understood, `"
              + now.text()
              + "` is used; it is "
              + setting.meaning());
      return;
    }
    String lock = locks.get(setting);
    if (lock == null || !Meaning.loosens(setting, now.text(), wanted.text())) {
      values.put(setting, wanted);
      return;
    }
    String joined = Meaning.stricter(setting, now.text(), wanted.text());
    values.put(
        setting,
        joined.equals(now.text()) ? now : new Value(joined, wanted.layer(), wanted.from()));
    refused.add(
        "`"
            + wanted.from()
            + "`: `"
            + setting.key()
            + ": "
            + wanted.text()
            + "` would loosen what `"
            + lock
            + "` locks; `"
            + joined
            + "` is in force");
  }

  /** Why the user cannot set {@code setting} so; null where nothing stands against it. */
  public @Nullable String refusal(Setting setting, String wanted) {
    List<Layered> above = layered.stream().filter(each -> each.layer() != Layer.USER).toList();
    return of(above, Map.of(setting.variable(), wanted)).refused().stream()
        .findFirst()
        .orElse(null);
  }

  /** What becomes of a rule. */
  public Outcome outcome(Rule rule) {
    Decision action = rule.action();
    Severity severity = rule.severity();
    String from = null;
    String lock = null;
    // A pass and an allowance would loosen it as well.
    boolean kept = false;
    List<String> refused = new ArrayList<>();
    for (Layered each : layered) {
      Sheet sheet = each.sheet();
      for (Sheet.Change change : sheet.changes()) {
        if (!change.rules().matches(rule.id())) {
          continue;
        }
        String at = sheet.file() + ":" + change.line();
        boolean looser =
            (change.action() != null && change.action().compareTo(action) < 0)
                || (change.severity() != null && change.severity().compareTo(severity) < 0);
        if (looser && lock != null) {
          refused.add(
              "`" + at + "` would loosen rule `" + rule.id() + "`, which `" + lock + "` locks");
        } else if (looser && !rule.passable() && !each.disarms()) {
          refused.add(
              "`"
                  + at
                  + "` would loosen rule `"
                  + rule.id()
                  + "`, which lets nobody by; only `/etc/belay/config.yaml` can");
        } else {
          action = change.action() == null ? action : change.action();
          severity = change.severity() == null ? severity : change.severity();
          from = at;
        }
      }
      String locked = lockOf(sheet, rule);
      if (locked != null) {
        lock = lock == null ? locked : lock;
        kept |= each.layer() == Layer.SYSTEM;
      }
    }
    return new Outcome(
        action == Decision.ALLOW
            ? null
            : rule.with(
                severity, action, rule.passable() && (!kept || governance.grants(rule.id()))),
        from,
        refused);
  }

  private static @Nullable String lockOf(Sheet sheet, Rule rule) {
    for (Sheet.Lock lock : sheet.locks()) {
      if (lock instanceof Sheet.Lock.OfRules(var rules, int line) && rules.matches(rule.id())) {
        return sheet.file() + ":" + line;
      }
    }
    return null;
  }
}
