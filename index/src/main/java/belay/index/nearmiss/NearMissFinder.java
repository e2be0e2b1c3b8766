package belay.index.nearmiss;

import belay.index.history.Deed;
import belay.index.history.History;
import belay.index.history.Hit;
import belay.index.journal.LoggedEffect;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.judge.NearMiss;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks the history whether a destructive command hits a target that is a slip away from the one it
 * habitually hits.
 *
 * <p>Distance alone is worth nothing: one distinct {@code rm} in seven is within two edits of an
 * earlier one. So the edit must be one that fingers or eyes make, the other target must be a habit,
 * this one must not be one, and nothing may show that the siblings are being worked through.
 */
public final class NearMissFinder {

  /** Runs, and days with runs, that make a habit. */
  private static final int HABIT = 2;

  /** Siblings done within this time are one piece of work. */
  private static final Duration WORK = Duration.ofHours(2);

  /** So many siblings done in one piece of work show that the next is meant, too. */
  private static final int ITERATION = 2;

  /** What can stand in a line unquoted and stands for itself in every shell. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,=-]*");

  private final History history;

  public NearMissFinder(History history) {
    this.history = history;
  }

  /**
   * The near misses of a line, most likely first.
   *
   * @param line as {@link Text} decodes it
   * @param effects what the line would do
   */
  public List<NearMiss> find(String line, List<Effect> effects, Instant now) throws IOException {
    Set<String> inLine = new HashSet<>();
    for (Effect effect : effects) {
      String target = target(effect);
      if (target != null) {
        inLine.add(target);
      }
    }
    List<Ranked> found = new ArrayList<>();
    Set<String> asked = new HashSet<>();
    for (Effect effect : effects) {
      String target = target(effect);
      if (target != null && isDestructive(effect.kind()) && asked.add(effect.kind() + target)) {
        Ranked ranked = find(line, effect, target, inLine, now);
        if (ranked != null) {
          found.add(ranked);
        }
      }
    }
    found.sort(LIKELIEST_FIRST);
    return found.stream().map(Ranked::nearMiss).toList();
  }

  private record Ranked(NearMiss nearMiss, boolean sameProgram) {}

  private static final Comparator<Ranked> LIKELIEST_FIRST =
      Comparator.comparing(Ranked::sameProgram, Comparator.reverseOrder())
          .thenComparingInt(ranked -> ranked.nearMiss.distance())
          .thenComparingInt(ranked -> -ranked.nearMiss.habitualCount());

  private @Nullable Ranked find(
      String line, Effect effect, String typed, Set<String> inLine, Instant now)
      throws IOException {
    LoggedEffect logged = LoggedEffect.of(effect);
    var way = new Deed.Way(effect.kind(), logged.targetKind(), logged.place());
    List<Deed> deeds = history.near(way, typed, Slip.FARTHEST);
    Deed done = null;
    int recent = 0;
    int family = 0;
    for (Deed deed : deeds) {
      family += deed.runs();
      if (deed.target().equals(typed)) {
        done = deed;
      } else if (isRecent(deed, now)) {
        recent++;
      }
    }
    if (recent >= ITERATION || (done != null && done.accepted())) {
      return null;
    }
    int typedCount = done == null ? 0 : done.runs();
    Deed best = null;
    for (Deed deed : deeds) {
      if (!deed.target().equals(typed)
          && isHabit(deed, family)
          && !isComparable(typedCount, deed.runs())
          && !inLine.contains(deed.target())
          && Slip.isLikely(typed, deed.target())
          && (best == null || likelier(effect, typed).compare(deed, best) < 0)) {
        best = deed;
      }
    }
    return best == null ? null : nearMiss(line, effect, typed, typedCount, best);
  }

  private static Comparator<Deed> likelier(Effect effect, String typed) {
    return Comparator.comparing(
            (Deed deed) -> deed.programs().contains(effect.origin().program()),
            Comparator.reverseOrder())
        .thenComparingInt(deed -> Slip.distance(typed, deed.target()))
        .thenComparingInt(deed -> -deed.runs());
  }

  private Ranked nearMiss(String line, Effect effect, String typed, int typedCount, Deed habit)
      throws IOException {
    Instant last = habit.last();
    return new Ranked(
        new NearMiss(
            effect,
            typed,
            habit.target(),
            history.find(habit.lastNumber()).map(Hit::command).orElse(""),
            habit.runs(),
            typedCount,
            last == null ? Instant.EPOCH : last,
            Slip.distance(typed, habit.target()),
            suggestion(line, effect.origin().span(), typed, habit.target())),
        habit.programs().contains(effect.origin().program()));
  }

  /** Done on several days, and at least as often as all other siblings together. */
  private static boolean isHabit(Deed deed, int family) {
    return deed.runs() >= HABIT && deed.days() >= HABIT && deed.runs() * 2 >= family;
  }

  private static boolean isComparable(int typedCount, int habitualCount) {
    return typedCount * 4 > habitualCount;
  }

  private static boolean isRecent(Deed deed, Instant now) {
    Instant last = deed.last();
    return last != null && last.plus(WORK).isAfter(now);
  }

  private static boolean isDestructive(EffectKind kind) {
    return switch (kind) {
      case OVERWRITE, TRUNCATE, DELETE, FORMAT, REPARTITION, WIPE, MOVE, STOP, DETACH, DESTROY ->
          true;
      case APPEND, ATTRIBUTES, REVOKE, REWRITE, PUBLISH, DROP, EXECUTE -> false;
    };
  }

  /** The whole name of a path, device, guest or volume; null for other targets and partly known. */
  private static @Nullable String target(Effect effect) {
    Value value =
        switch (effect.target()) {
          case Target.Path(Value path, Value _) -> path;
          case Target.Device(Value path) -> path;
          case Target.Volume(String _, Value name) -> name;
          case Target.Guest(String _, Value name) -> name;
          case Target.Host _,
              Target.Service _,
              Target.Processes _,
              Target.Repository _,
              Target.DatabaseObject _,
              Target.ClusterObject _,
              Target.CloudResource _,
              Target.Unknown _ ->
              null;
        };
    String name = value == null ? null : value.known();
    if (name == null || name.isEmpty()) {
      return null;
    }
    return Text.isUtf8(name) ? name : Text.printable(name);
  }

  /**
   * The line with the habitual target where the typed one stands, which is looked for whole and, as
   * it may be relative, without the directories both have in common; null where neither stands
   * there once, or quoting would have to be thought about.
   */
  static @Nullable String suggestion(String line, Span span, String typed, String habitual) {
    byte[] bytes = Text.encode(line);
    if (span.to() > bytes.length) {
      return null;
    }
    String words = Text.decode(bytes, span.from(), span.to());
    int common = 0;
    for (int i = 0; i < Math.min(typed.length(), habitual.length()); i++) {
      if (typed.charAt(i) != habitual.charAt(i)) {
        break;
      }
      common = typed.charAt(i) == '/' ? i + 1 : common;
    }
    String from = typed;
    String to = habitual;
    if (!words.contains(from)) {
      from = typed.substring(common);
      to = habitual.substring(common);
    }
    int at = words.indexOf(from);
    if (from.isEmpty()
        || at < 0
        || words.indexOf(from, at + 1) >= 0
        || !PLAIN.matcher(from).matches()
        || !PLAIN.matcher(to).matches()) {
      return null;
    }
    return Text.decode(bytes, 0, span.from())
        + words.substring(0, at)
        + to
        + words.substring(at + from.length())
        + Text.decode(bytes, span.to(), bytes.length);
  }
}
