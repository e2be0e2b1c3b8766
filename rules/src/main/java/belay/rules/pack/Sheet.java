package belay.rules.pack;

import belay.rules.judge.Decision;
import belay.rules.judge.Severity;
import belay.rules.judge.Wildcard;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one settings file says, as {@link SheetReader} reads it.
 *
 * @param file what diagnostics call it
 * @param settings by their keys, in the file's order
 * @param changes what {@code rules:} says, in the file's order
 * @param locks what {@code locked:} says
 */
public record Sheet(
    String file, Map<String, Entry> settings, List<Change> changes, List<Lock> locks) {

  public Sheet {
    changes = List.copyOf(changes);
    locks = List.copyOf(locks);
  }

  /** A file that says nothing. */
  public static Sheet empty(String file) {
    return new Sheet(file, Map.of(), List.of(), List.of());
  }

  /**
   * The value of a setting.
   *
   * @param value a list's words with spaces between, a mapping as {@code a: b; c: d}
   */
  public record Entry(String value, int line) {}

  /**
   * Another action or severity of rules.
   *
   * @param rules a rule's id or a pattern of ids
   * @param action null to leave it; {@link Decision#ALLOW} turns the rule off
   * @param severity null to leave it
   */
  public record Change(
      Wildcard rules, @Nullable Decision action, @Nullable Severity severity, int line) {}

  /** What layers further on may tighten and not loosen. */
  public sealed interface Lock {

    int line();

    /** A setting. */
    record OfSetting(String key, int line) implements Lock {}

    /** Rules of such ids. */
    record OfRules(Wildcard rules, int line) implements Lock {}
  }
}
