package belay.rules.effect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The shapes a model file is made of. */
final class ModelYaml {

  private ModelYaml() {}

  /** Something is wrong at a place in the file. */
  static final class Unsound extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Node node;

    Unsound(Node node, String reason) {
      super(reason);
      this.node = node;
    }

    Node node() {
      return node;
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /** Something that takes text apart and says in its exception what is wrong with it. */
  interface Taking {
    void take(String text);
  }

  /** Keys and values in order; all keys are among {@code allowed} where that is not empty. */
  static Map<String, Node> mapping(Node node, Set<String> allowed) throws Unsound {
    if (!(node instanceof MappingNode mapping)) {
      throw new Unsound(node, "here stand keys with values");
    }
    Map<String, Node> out = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = scalar(tuple.getKeyNode());
      if (!allowed.isEmpty() && !allowed.contains(key)) {
        throw new Unsound(
            tuple.getKeyNode(),
            "`" + key + "` is not known here; known are " + allowed.stream().sorted().toList());
      }
      if (out.put(key, tuple.getValueNode()) != null) {
        throw new Unsound(tuple.getKeyNode(), "`" + key + "` stands here twice");
      }
    }
    return out;
  }

  static Node needed(Map<String, Node> keys, String key, Node node) throws Unsound {
    Node value = keys.get(key);
    if (value == null) {
      throw new Unsound(node, "`" + key + "` is missing");
    }
    return value;
  }

  static String scalar(Node node) throws Unsound {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new Unsound(node, "here stands one text");
  }

  static boolean flag(@Nullable Node node) throws Unsound {
    if (node == null) {
      return false;
    }
    return switch (scalar(node)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new Unsound(node, "here stands `true` or `false`");
    };
  }

  static int number(Node node) throws Unsound {
    String text = scalar(node);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new Unsound(node, "`" + text + "` is no number");
    }
  }

  /** A list, or a single item for a list of one. */
  static List<Node> items(@Nullable Node node) {
    if (node == null) {
      return List.of();
    }
    return node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
  }

  /** A list of texts, or one text of words. */
  static List<String> words(@Nullable Node node) throws Unsound {
    List<String> out = new ArrayList<>();
    for (Node item : items(node)) {
      for (String word : scalar(item).split("\\s+", -1)) {
        if (!word.isEmpty()) {
          out.add(word);
        }
      }
    }
    return out;
  }

  /** The constant of that name in lower case, with dashes. */
  static <E extends Enum<E>> E constant(Class<E> type, String name, Node node) throws Unsound {
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String known = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (known.equals(name)) {
        return constant;
      }
      names.add(known);
    }
    throw new Unsound(node, "`" + name + "` is none of " + names);
  }

  static void take(Node node, Taking taking) throws Unsound {
    try {
      taking.take(scalar(node));
    } catch (IllegalArgumentException e) {
      throw new Unsound(node, String.valueOf(e.getMessage()));
    }
  }
}
