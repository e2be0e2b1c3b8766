package belay.rules.judge;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules about one kind of effect on one kind of target, in their order. Those that must find
 * certain names are found by these names, so that a thousand rules about a thousand directories
 * cost what one costs.
 */
final class RuleIndex {

  /** A directory that rules begin with, and those below it. */
  private static final class Node {
    private final Map<String, Node> children = new HashMap<>();
    private final List<Integer> rules = new ArrayList<>();
  }

  private final List<Rule> all = new ArrayList<>();

  /** The places in the order of those that no name finds. */
  private final BitSet others = new BitSet();

  private final Node root = new Node();
  private final Map<String, List<Integer>> byLast = new HashMap<>();
  private final Map<String, List<Integer>> byExtension = new HashMap<>();
  private final Map<String, List<Integer>> byStart = new HashMap<>();
  private final Map<String, List<Integer>> byComponent = new HashMap<>();
  private final Map<String, List<Integer>> byName = new HashMap<>();
  private final Map<String, List<Integer>> bySystem = new HashMap<>();
  private final Map<String, List<Integer>> byProgram = new HashMap<>();

  void add(Rule rule) {
    int at = all.size();
    all.add(rule);
    List<Condition> parts =
        rule.when() instanceof Condition.All(List<Condition> each) ? each : List.of(rule.when());
    if (!isNamed(parts, at) && !isOfOne(parts, at)) {
      others.set(at);
    }
  }

  /** Whether a path or a name finds it. */
  private boolean isNamed(List<Condition> parts, int at) {
    for (Condition part : parts) {
      if (part instanceof Condition.PathMatches(List<PathPattern> patterns)
          && patterns.stream().allMatch(PathPattern::hasLiteral)) {
        patterns.forEach(pattern -> add(pattern, at));
        return true;
      }
      if (part instanceof Condition.NameMatches(List<NamePattern> names)
          && put(names, byName, at)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a system or program finds it, which many rules may share. */
  private boolean isOfOne(List<Condition> parts, int at) {
    for (Condition part : parts) {
      boolean found =
          switch (part) {
            case Condition.SystemIs(List<NamePattern> systems) -> put(systems, bySystem, at);
            case Condition.ProgramIs(List<NamePattern> programs) -> put(programs, byProgram, at);
            case Condition.All _, Condition.Any _, Condition.Not _, Condition.Simple _ -> false;
          };
      if (found) {
        return true;
      }
    }
    return false;
  }

  /** Whether all of the patterns are plain names, by which the rule is found from now on. */
  private static boolean put(List<NamePattern> names, Map<String, List<Integer>> by, int at) {
    if (!names.stream().allMatch(NamePattern::isPlain)) {
      return false;
    }
    names.forEach(name -> by.computeIfAbsent(name.toString(), _ -> new ArrayList<>()).add(at));
    return true;
  }

  private void add(PathPattern pattern, int at) {
    String last = pattern.literalEnd();
    if (last != null) {
      byLast.computeIfAbsent(last, _ -> new ArrayList<>()).add(at);
      return;
    }
    List<String> beginning = pattern.literalBeginning();
    if (beginning.isEmpty()) {
      String extension = pattern.literalExtension();
      String start = pattern.literalStart();
      String within = pattern.literalWithin();
      if (extension != null) {
        byExtension.computeIfAbsent(extension, _ -> new ArrayList<>()).add(at);
      } else if (start != null) {
        byStart.computeIfAbsent(start, _ -> new ArrayList<>()).add(at);
      } else if (within != null) {
        byComponent.computeIfAbsent(within, _ -> new ArrayList<>()).add(at);
      }
      return;
    }
    Node node = root;
    for (String component : beginning) {
      node = node.children.computeIfAbsent(component, _ -> new Node());
    }
    node.rules.add(at);
  }

  /** All of them. */
  List<Rule> all() {
    return all;
  }

  /** Those that may speak of one of these, and perhaps some more, in their order. */
  List<Rule> about(List<Case> cases) {
    if (others.cardinality() == all.size()) {
      return all;
    }
    BitSet found = (BitSet) others.clone();
    for (Case each : cases) {
      for (PathName path : each.paths()) {
        along(path, found);
      }
      String name = each.name();
      if (name != null) {
        add(byName.get(name), found);
      }
      String system = each.system();
      if (system != null) {
        add(bySystem.get(system), found);
      }
      add(byProgram.get(each.effect().origin().program()), found);
    }
    List<Rule> out = new ArrayList<>(found.cardinality());
    for (int at = found.nextSetBit(0); at >= 0; at = found.nextSetBit(at + 1)) {
      out.add(all.get(at));
    }
    return out;
  }

  private static void add(@Nullable List<Integer> places, BitSet found) {
    if (places != null) {
      places.forEach(found::set);
    }
  }

  private void along(PathName path, BitSet found) {
    List<String> components = path.components();
    if (!components.isEmpty()) {
      String last = components.getLast();
      add(byLast.get(last), found);
      int dot = last.lastIndexOf('.');
      if (dot >= 0) {
        add(byExtension.get(last.substring(dot + 1)), found);
      }
      if (last.length() >= PathPattern.START) {
        add(byStart.get(last.substring(0, PathPattern.START)), found);
      }
    }
    for (String component : components) {
      add(byComponent.get(component), found);
    }
    @Nullable Node node = root;
    for (int i = 0; node != null; i++) {
      add(node.rules, found);
      node = i < components.size() ? node.children.get(components.get(i)) : null;
    }
  }
}
