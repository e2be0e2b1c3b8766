package belay.rules.effect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Effects and doubts as they are found, each kept once. */
final class Findings {

  /** A loop over a thousand names has a thousand effects; beyond, one more tells nothing new. */
  private static final int MOST = 2000;

  private record Key(EffectKind kind, Target target, Origin.Place place) {}

  private final Map<Key, Effect> effects = new LinkedHashMap<>();
  private final Set<String> unread = new LinkedHashSet<>();

  void add(Effect effect) {
    Key key = new Key(effect.kind(), effect.target(), effect.origin().place());
    Effect before = effects.get(key);
    if (before == null) {
      if (effects.size() < MOST) {
        effects.put(key, effect);
      } else {
        unread("only the first " + MOST + " effects are kept");
      }
    } else if (isStronger(effect, before)) {
      effects.put(key, effect);
    }
  }

  private static boolean isStronger(Effect effect, Effect before) {
    return effect.certainty().compareTo(before.certainty()) < 0
        || effect.certainty() == before.certainty() && effect.reach().compareTo(before.reach()) > 0;
  }

  void unread(String why) {
    if (unread.size() < 20) {
      unread.add(why);
    }
  }

  Reading reading() {
    return new Reading(new ArrayList<>(effects.values()), List.copyOf(unread));
  }
}
