package belay.rules.effect;

import belay.rules.effect.Value.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one reading of a line has come to so far. */
final class Findings {

  /** A loop over a thousand names has a thousand effects; beyond, one more tells nothing new. */
  private static final int MOST_EFFECTS = 2000;

  private static final int MOST_UNREAD = 20;

  /** Loops in loops in loops: what has not shown itself by then will not. */
  private static final int MOST_STEPS = 4000;

  private record Key(EffectKind kind, Target target, Origin.Place place) {}

  /**
   * What a piece stands for that find(1) or the like will fill in.
   *
   * @param value a directory, of which all below it is meant, or where only some of it is, the
   *     names as far as they are known
   */
  record Below(Value value, boolean limited) {

    /** One of the names. */
    Value name(Piece piece) {
      return limited ? value : under(value, piece);
    }

    private static Value under(Value directory, Piece piece) {
      String known = directory.known();
      Value slashed =
          known != null && known.endsWith("/") ? directory : directory.append(Value.of("/"));
      return slashed.append(new Value(List.of(piece)));
    }

    /** Only some of them. */
    static Value part(Value directory) {
      return under(
          directory, new Piece.Unknown("part of what is found below " + directory.display()));
    }
  }

  private final Map<Key, Effect> effects = new LinkedHashMap<>();
  private final Set<String> unread = new LinkedHashSet<>();
  private final Map<Piece, Below> found = new HashMap<>();
  private int steps;

  void add(Effect effect) {
    Key key = new Key(effect.kind(), effect.target(), effect.origin().place());
    Effect before = effects.get(key);
    if (before == null) {
      if (effects.size() < MOST_EFFECTS) {
        effects.put(key, effect);
      } else {
        unread("only the first " + MOST_EFFECTS + " effects are kept");
      }
    } else if (isStronger(effect, before)) {
      effects.put(key, effect);
    }
  }

  private static boolean isStronger(Effect effect, Effect before) {
    return effect.certainty().compareTo(before.certainty()) < 0
        || (effect.certainty() == before.certainty()
            && effect.reach().compareTo(before.reach()) > 0);
  }

  void unread(String why) {
    if (unread.size() < MOST_UNREAD) {
      unread.add(why);
    }
  }

  /** Whether there is time for one more command. */
  boolean step() {
    if (steps++ < MOST_STEPS) {
      return true;
    }
    unread("only the first " + MOST_STEPS + " commands are followed");
    return false;
  }

  boolean isExhausted() {
    return steps > MOST_STEPS;
  }

  /** A piece that stands for what is found; see {@link Below}. */
  Piece found(Value value, boolean limited) {
    Piece piece = new Piece.Unknown("what is found below " + value.display());
    found.put(piece, new Below(value, limited));
    return piece;
  }

  /** What {@link #found(Value, boolean)} was given, or null. */
  @Nullable Below below(Piece piece) {
    return found.isEmpty() ? null : found.get(piece);
  }

  /** The first that is in a value, or null. */
  @Nullable Below below(Value value) {
    for (Piece piece : value.pieces()) {
      Below below = below(piece);
      if (below != null) {
        return below;
      }
    }
    return null;
  }

  Reading reading() {
    return new Reading(new ArrayList<>(effects.values()), List.copyOf(unread));
  }
}
