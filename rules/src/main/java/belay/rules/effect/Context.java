package belay.rules.effect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who runs the commands, where, how surely, and how deep we are. */
record Context(
    List<String> wrappers,
    Origin.Place place,
    Certainty certainty,
    int depth,
    Set<String> expanding,
    boolean forEachFound) {

  static final Context TOP =
      new Context(List.of(), new Origin.Place.Here(), Certainty.CERTAIN, 0, Set.of(), false);

  Context likely() {
    return certainty == Certainty.CERTAIN
        ? new Context(wrappers, place, Certainty.LIKELY, depth, expanding, forEachFound)
        : this;
  }

  Context inside(String wrapper, Origin.Place where) {
    List<String> longer = new ArrayList<>(wrappers);
    longer.add(wrapper);
    return new Context(longer, where, certainty, depth + 1, expanding, forEachFound);
  }

  Context expanding(String name) {
    Set<String> more = new HashSet<>(expanding);
    more.add(name);
    return new Context(wrappers, place, certainty, depth + 1, more, forEachFound);
  }

  Context eachFound() {
    return new Context(wrappers, place, certainty, depth, expanding, true);
  }
}
