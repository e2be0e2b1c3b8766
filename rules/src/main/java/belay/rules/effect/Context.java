package belay.rules.effect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Under whose hands commands run.
 *
 * @param wrappers what they were peeled out of, outermost first
 * @param place where they run
 * @param certainty how surely they are reached
 * @param depth how many texts, functions and wrappers deep
 * @param expanding the aliases and functions that are being expanded, which do not expand again
 * @param emptied variables that turned out empty in the text they are read from
 * @param own they are read by the shell the line was typed into: its aliases and functions hold
 */
record Context(
    List<String> wrappers,
    Origin.Place place,
    Certainty certainty,
    int depth,
    Set<String> expanding,
    List<String> emptied,
    boolean own) {

  private static final int DEEPEST = 16;

  static final Context TOP =
      new Context(
          List.of(), new Origin.Place.Here(), Certainty.CERTAIN, 0, Set.of(), List.of(), true);

  Context {
    wrappers = List.copyOf(wrappers);
    expanding = Set.copyOf(expanding);
    emptied = List.copyOf(emptied);
  }

  boolean isDeepest() {
    return depth >= DEEPEST;
  }

  /** It depends on a value or condition that is not known. */
  Context likely() {
    return certainty == Certainty.CERTAIN
        ? new Context(wrappers, place, Certainty.LIKELY, depth, expanding, emptied, own)
        : this;
  }

  Context deeper() {
    return new Context(wrappers, place, certainty, depth + 1, expanding, emptied, own);
  }

  Context inside(String wrapper, Origin.Place where) {
    List<String> longer = new ArrayList<>(wrappers);
    longer.add(wrapper);
    return new Context(longer, where, certainty, depth + 1, expanding, emptied, own);
  }

  /** Read by another shell than the one the line was typed into. */
  Context foreign() {
    return own ? new Context(wrappers, place, certainty, depth, expanding, emptied, false) : this;
  }

  /** In a text that these variables left something out of. */
  Context emptied(List<String> names) {
    if (names.isEmpty()) {
      return this;
    }
    List<String> more = new ArrayList<>(emptied);
    more.addAll(names);
    return new Context(wrappers, place, certainty, depth, expanding, more, own);
  }

  Context expanding(String name) {
    Set<String> more = new HashSet<>(expanding);
    more.add(name);
    return new Context(wrappers, place, certainty, depth + 1, more, emptied, own);
  }
}
