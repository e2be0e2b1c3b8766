package belay.rules.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules about one kind of effect on one kind of target, in their order. Those that must find
 * certain names are found by these names, so that a thousand rules about a thousand directories
 * cost what one costs.
 */
final class RuleIndex {

  /**
   * A rule at its place in the order.
   *
   * @param at from 0
   */
  private record Placed(int at, Rule rule) {}

  /** A directory that rules begin with, and those below it. */
  private static final class Node {
    private final Map<String, Node> children = new HashMap<>();
    private final List<Placed> rules = new ArrayList<>();
  }

  private final List<Rule> all = new ArrayList<>();
  private final List<Placed> others = new ArrayList<>();
  private final List<Rule> otherRules = new ArrayList<>();
  private final Node root = new Node();
  private final Map<String, List<Placed>> byLast = new HashMap<>();
  private final Map<String, List<Placed>> byName = new HashMap<>();
  private final Map<String, List<Placed>> bySystem = new HashMap<>();
  private final Map<String, List<Placed>> byProgram = new HashMap<>();

  void add(Rule rule) {
    Placed placed = new Placed(all.size(), rule);
    all.add(rule);
    List<Condition> parts =
        rule.when() instanceof Condition.All(List<Condition> each) ? each : List.of(rule.when());
    if (isNamed(parts, placed) || isOfOne(parts, placed)) {
      return;
    }
    others.add(placed);
    otherRules.add(rule);
  }

  /** Whether a path or a name finds it. */
  private boolean isNamed(List<Condition> parts, Placed placed) {
    for (Condition part : parts) {
      if (part instanceof Condition.PathMatches(List<PathPattern> patterns)
          && patterns.stream().allMatch(PathPattern::hasLiteral)) {
        patterns.forEach(pattern -> add(pattern, placed));
        return true;
      }
      if (part instanceof Condition.NameMatches(List<NamePattern> names)
          && put(names, byName, placed)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a system or program finds it, which many rules may share. */
  private boolean isOfOne(List<Condition> parts, Placed placed) {
    for (Condition part : parts) {
      boolean found =
          switch (part) {
            case Condition.SystemIs(List<NamePattern> systems) -> put(systems, bySystem, placed);
            case Condition.ProgramIs(List<NamePattern> programs) ->
                put(programs, byProgram, placed);
            case Condition.All _, Condition.Any _, Condition.Not _, Condition.Simple _ -> false;
          };
      if (found) {
        return true;
      }
    }
    return false;
  }

  /** Whether all of the patterns are plain names, by which the rule is found from now on. */
  private static boolean put(List<NamePattern> names, Map<String, List<Placed>> by, Placed placed) {
    if (!names.stream().allMatch(NamePattern::isPlain)) {
      return false;
    }
    names.forEach(name -> by.computeIfAbsent(name.toString(), _ -> new ArrayList<>()).add(placed));
    return true;
  }

  private void add(PathPattern pattern, Placed placed) {
    String last = pattern.literalEnd();
    if (last != null) {
      byLast.computeIfAbsent(last, _ -> new ArrayList<>()).add(placed);
      return;
    }
    Node node = root;
    for (String component : pattern.literalBeginning()) {
      node = node.children.computeIfAbsent(component, _ -> new Node());
    }
    node.rules.add(placed);
  }

  /** All of them. */
  List<Rule> all() {
    return all;
  }

  /** Those that may speak of one of these, and perhaps some more. */
  List<Rule> about(List<Case> cases) {
    if (otherRules.size() == all.size()) {
      return all;
    }
    List<Placed> found = new ArrayList<>();
    for (Case each : cases) {
      for (PathName path : each.paths()) {
        along(path, found);
      }
      String name = each.name();
      if (name != null) {
        found.addAll(byName.getOrDefault(name, List.of()));
      }
      String system = each.system();
      if (system != null) {
        found.addAll(bySystem.getOrDefault(system, List.of()));
      }
      found.addAll(byProgram.getOrDefault(each.effect().origin().program(), List.of()));
    }
    return found.isEmpty() ? otherRules : inOrder(found);
  }

  private void along(PathName path, List<Placed> found) {
    List<String> components = path.components();
    if (!components.isEmpty()) {
      found.addAll(byLast.getOrDefault(components.getLast(), List.of()));
    }
    @Nullable Node node = root;
    for (int i = 0; node != null; i++) {
      found.addAll(node.rules);
      node = i < components.size() ? node.children.get(components.get(i)) : null;
    }
  }

  private List<Rule> inOrder(List<Placed> found) {
    Set<Integer> seen = new HashSet<>();
    List<Placed> out = new ArrayList<>(others);
    for (Placed placed : found) {
      if (seen.add(placed.at)) {
        out.add(placed);
      }
    }
    out.sort(Comparator.comparingInt(Placed::at));
    return out.stream().map(Placed::rule).toList();
  }
}
