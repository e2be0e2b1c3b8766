package belay.rules.effect;

import static belay.rules.effect.ModelYaml.constant;
import static belay.rules.effect.ModelYaml.flag;
import static belay.rules.effect.ModelYaml.items;
import static belay.rules.effect.ModelYaml.mapping;
import static belay.rules.effect.ModelYaml.scalar;

import belay.rules.effect.Meaning.Sort;
import belay.rules.effect.ModelYaml.Unsound;
import belay.rules.effect.Need.Gate;
import belay.rules.effect.Run.Alteration;
import belay.rules.effect.Selector.Destination;
import belay.rules.effect.Selector.Operands;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads what a model says about one program or subcommand whose options are known. */
final class ModelParts {

  private static final Set<String> GATE_KEYS = Set.of("when", "also", "unless");
  private static final Set<String> DEED_KEYS =
      Set.of("sort", "named", "remote", "reach", "certainty", "resource", "traits");
  private static final Set<String> RUN_KEYS = Set.of("as", "arguments", "change");

  private final OptionTable options;
  private final Destination destination;

  /**
   * @param into names options whose value is the directory that things are put into
   * @param exactly names options that say the destination is no directory
   */
  ModelParts(OptionTable options, @Nullable Node into, @Nullable Node exactly) throws Unsound {
    this.options = options;
    this.destination = new Destination(optionList(into), optionList(exactly));
  }

  private List<Option> optionList(@Nullable Node node) throws Unsound {
    List<Option> out = new ArrayList<>();
    for (Node item : items(node)) {
      out.add(option(scalar(item), item));
    }
    return out;
  }

  private Option option(String name, Node node) throws Unsound {
    String bare =
        name.equals("-") ? name : name.startsWith("--") ? name.substring(2) : name.substring(1);
    Option option = options.named(bare);
    if (option == null) {
      throw new Unsound(node, "`" + name + "` is not among the options");
    }
    return option;
  }

  Deed deed(Node node) throws Unsound {
    Map<String, Node> keys = mapping(node, Set.of());
    Map.Entry<String, Node> first = first(keys, node);
    EffectKind kind = constant(EffectKind.class, first.getKey(), node);
    only(keys, DEED_KEYS, first.getKey());
    Sort sort = Sort.PATH;
    String system = "";
    Node sorted = keys.get("sort");
    if (sorted != null) {
      String[] words = scalar(sorted).split(" ", 2);
      sort = constant(Sort.class, words[0], sorted);
      system = words.length > 1 ? words[1] : "";
    }
    Node named = keys.get("named");
    Node certainty = keys.get("certainty");
    Node resource = keys.get("resource");
    return new Deed(
        kind,
        selector(first.getValue()),
        sort,
        system,
        named == null ? null : selector(named),
        flag(keys.get("remote")),
        reaches(keys.get("reach")),
        certainty == null
            ? Certainty.CERTAIN
            : constant(Certainty.class, scalar(certainty), certainty),
        resource == null ? null : selector(resource),
        traits(keys.get("traits")),
        gate(keys));
  }

  private static Map.Entry<String, Node> first(Map<String, Node> keys, Node node) throws Unsound {
    for (Map.Entry<String, Node> entry : keys.entrySet()) {
      return entry;
    }
    throw new Unsound(node, "here stands what is done and to what");
  }

  private Map<Reach, List<Need>> reaches(@Nullable Node node) throws Unsound {
    Map<Reach, List<Need>> out = new LinkedHashMap<>();
    if (node == null) {
      return out;
    }
    if (node instanceof ScalarNode) {
      out.put(constant(Reach.class, scalar(node), node), List.of());
      return out;
    }
    for (Map.Entry<String, Node> entry : mapping(node, Set.of()).entrySet()) {
      out.put(constant(Reach.class, entry.getKey(), node), needs(entry.getValue()));
    }
    return out;
  }

  private Map<Trait, List<Need>> traits(@Nullable Node node) throws Unsound {
    Map<Trait, List<Need>> out = new EnumMap<>(Trait.class);
    if (node instanceof ScalarNode) {
      out.put(constant(Trait.class, scalar(node), node), List.of());
    } else if (node != null) {
      for (Map.Entry<String, Node> entry : mapping(node, Set.of()).entrySet()) {
        out.put(constant(Trait.class, entry.getKey(), node), needs(entry.getValue()));
      }
    }
    return out;
  }

  Run run(Node node) throws Unsound {
    Map<String, Node> keys = mapping(node, Set.of());
    Map.Entry<String, Node> first = first(keys, node);
    Run.Kind kind = constant(Run.Kind.class, first.getKey(), node);
    only(keys, RUN_KEYS, first.getKey());
    Node suffix = keys.get("as");
    Node arguments = keys.get("arguments");
    List<Alteration> changes = new ArrayList<>();
    for (Node item : items(keys.get("change"))) {
      String[] words = scalar(item).split(" ", 2);
      Alteration.Sort sort = constant(Alteration.Sort.class, words[0], item);
      boolean bare =
          switch (sort) {
            case FED, FED_BRACES, SOMEWHERE -> true;
            case REMOTE, INSIDE, DIRECTORY, FOUND -> false;
          };
      if (words.length == 1 && !bare) {
        throw new Unsound(item, "`" + words[0] + "` needs something behind it");
      }
      changes.add(new Alteration(sort, words.length == 1 ? null : selector(words[1], item)));
    }
    return new Run(
        kind,
        suffix == null ? "" : scalar(suffix),
        selector(first.getValue()),
        arguments == null ? null : selector(arguments),
        changes,
        gate(keys));
  }

  private static void only(Map<String, Node> keys, Set<String> allowed, String first)
      throws Unsound {
    for (Map.Entry<String, Node> entry : keys.entrySet()) {
      String key = entry.getKey();
      if (!key.equals(first) && !allowed.contains(key) && !GATE_KEYS.contains(key)) {
        Set<String> known = new TreeSet<>(allowed);
        known.addAll(GATE_KEYS);
        throw new Unsound(entry.getValue(), "`" + key + "` is not known here; known are " + known);
      }
    }
  }

  private Gate gate(Map<String, Node> keys) throws Unsound {
    return new Gate(needs(keys.get("when")), needs(keys.get("also")), needs(keys.get("unless")));
  }

  List<Need> needs(@Nullable Node node) throws Unsound {
    List<Need> out = new ArrayList<>();
    for (Node item : items(node)) {
      out.add(need(scalar(item), item));
    }
    return out;
  }

  private Need need(String text, Node node) throws Unsound {
    if (text.endsWith(" loses data")) {
      return new Need.LosesData(
          selector(text.substring(0, text.length() - " loses data".length()), node));
    }
    int has = text.indexOf(" has ");
    if (has >= 0) {
      return new Need.Holds(
          selector(text.substring(0, has), node), pattern(text.substring(has + 5), node));
    }
    int tilde = text.indexOf(" ~ ");
    if (tilde >= 0) {
      return new Need.Matches(
          selector(text.substring(0, tilde), node), pattern(text.substring(tilde + 3), node));
    }
    return text.startsWith("-")
        ? new Need.Has(option(text, node))
        : new Need.Some(selector(text, node));
  }

  private static Pattern pattern(String text, Node node) throws Unsound {
    try {
      return Pattern.compile(text, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new Unsound(node, "`" + text + "` is no pattern: " + e.getDescription());
    }
  }

  private Selector selector(Node node) throws Unsound {
    return selector(scalar(node), node);
  }

  private Selector selector(String text, Node node) throws Unsound {
    if (text.contains(" else ")) {
      List<Selector> choices = new ArrayList<>();
      for (String choice : text.split(" else ", -1)) {
        choices.add(selector(choice, node));
      }
      return new Selector.Else(choices);
    }
    for (String how : List.of(" like ", " unlike ")) {
      int at = text.indexOf(how);
      if (at >= 0) {
        return new Selector.Like(
            selector(text.substring(0, at), node),
            pattern(text.substring(at + how.length()), node),
            how.equals(" like "));
      }
    }
    int behind = text.indexOf(" behind ");
    if (behind >= 0 && !text.startsWith("all behind ")) {
      return new Selector.Behind(
          selector(text.substring(0, behind), node), pattern(text.substring(behind + 8), node));
    }
    if (text.startsWith("lost by ")) {
      return new Selector.Lost(selector(text.substring("lost by ".length()), node));
    }
    if (text.startsWith("=")) {
      return new Selector.Constant(text.substring(1));
    }
    if (text.contains(" and ")) {
      List<Selector> parts = new ArrayList<>();
      for (String part : text.split(" and ", -1)) {
        parts.add(selector(part, node));
      }
      return new Selector.Both(parts);
    }
    if (text.startsWith("-")) {
      Option option = option(text, node);
      if (option.takes() == Option.Takes.NOTHING) {
        throw new Unsound(node, "`" + text + "` takes no value");
      }
      return new Selector.OptionValues(option);
    }
    if (text.startsWith("key ")) {
      return new Selector.Key(text.substring(4) + "=");
    }
    if (text.startsWith("all behind ")) {
      return new Selector.AllBehind(option(text.substring("all behind ".length()), node));
    }
    if (text.equals("after --")) {
      return new Selector.AfterDashes();
    }
    if (text.startsWith("after ")) {
      return new Selector.After(text.substring(6));
    }
    int all = Integer.MAX_VALUE;
    return switch (text) {
      case "operands" -> new Operands(0, 0, all);
      case "first" -> new Operands(0, 0, 1);
      case "second" -> new Operands(1, 0, 1);
      case "third" -> new Operands(2, 0, 1);
      case "fourth" -> new Operands(3, 0, 1);
      case "last" -> new Operands(-1, 0, 1);
      case "rest" -> new Operands(1, 0, all);
      case "from third" -> new Operands(2, 0, all);
      case "from fourth" -> new Operands(3, 0, all);
      case "front" -> new Operands(0, 1, all);
      case "destination" -> destination;
      case "sources" -> new Selector.Sources(destination);
      case "input" -> new Selector.Input();
      case "nothing" -> new Selector.Else(List.of());
      default -> throw new Unsound(node, "`" + text + "` picks no arguments");
    };
  }
}
