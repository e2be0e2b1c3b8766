package belay.rules.pack;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A mapping of the file, read key by key; whatever does not fit is reported where it stands. */
final class Fields {

  private final Node node;
  private final Report report;
  private final Map<String, Entry> entries;

  /** A key and its value as they stand in the file. */
  record Entry(ScalarNode key, Node value) {}

  private Fields(Node node, Report report, Map<String, Entry> entries) {
    this.node = node;
    this.report = report;
    this.entries = entries;
  }

  /** A mapping whose keys are the author's own. */
  static Fields open(Node node, String what, Report report) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
          report.add(tuple.getKeyNode(), "a key that is no word");
        } else if (entries.putIfAbsent(key.getValue(), new Entry(key, tuple.getValueNode()))
            != null) {
          report.add(key, "key " + Report.quoted(key.getValue()) + " stands here twice");
        }
      }
    } else {
      report.add(node, what + " must be a mapping, not " + describe(node), "write `key: value`");
    }
    return new Fields(node, report, entries);
  }

  /** A mapping that may have these keys and no others. */
  static Fields of(Node node, String what, Report report, Collection<String> keys) {
    Fields fields = open(node, what, report);
    for (Entry entry : fields.entries.values()) {
      if (!keys.contains(entry.key().getValue())) {
        report.unknown(entry.key(), "key", entry.key().getValue(), keys);
      }
    }
    return fields;
  }

  Node node() {
    return node;
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  @Nullable Node get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  /** The value under {@code key}; its absence is reported. */
  @Nullable Node require(String key) {
    Node value = get(key);
    if (value == null && isMapping()) {
      report.add(node, "key " + Report.quoted(key) + " is missing");
    }
    return value;
  }

  /** The text under {@code key}, or null where there is none. */
  @Nullable ScalarNode text(String key) {
    Node value = get(key);
    return value == null ? null : scalar(value, Report.quoted(key), report);
  }

  @Nullable ScalarNode requireText(String key) {
    Node value = require(key);
    if (value == null) {
      return null;
    }
    ScalarNode text = scalar(value, Report.quoted(key), report);
    if (text != null && text.getValue().isBlank()) {
      report.add(text, Report.quoted(key) + " is empty");
    }
    return text;
  }

  /** One of {@code words}, or null with the reason reported; absence is no fault. */
  <E> @Nullable E word(String key, Map<String, E> words) {
    ScalarNode text = text(key);
    return text == null ? null : word(text, key, words, report);
  }

  /** One word or a list of words, each of {@code words}; empty where the key is absent. */
  <E> Set<E> words(String key, Map<String, E> words) {
    Set<E> out = new LinkedHashSet<>();
    for (ScalarNode each : texts(key)) {
      E value = word(each, key, words, report);
      if (value != null && !out.add(value)) {
        report.add(each, Report.quoted(each.getValue()) + " stands here twice");
      }
    }
    return out;
  }

  /** One text or a list of texts; empty where the key is absent. */
  List<ScalarNode> texts(String key) {
    Node value = get(key);
    return value == null ? List.of() : texts(value, Report.quoted(key), report);
  }

  static List<ScalarNode> texts(Node value, String what, Report report) {
    List<ScalarNode> out = new ArrayList<>();
    for (Node each : items(value)) {
      ScalarNode text = scalar(each, what, report);
      if (text != null) {
        out.add(text);
      }
    }
    if (value instanceof SequenceNode && items(value).isEmpty()) {
      report.add(value, what + " is an empty list");
    }
    return out;
  }

  /** The items of a list; a value that is no list is one item. */
  static List<Node> items(Node value) {
    return value instanceof SequenceNode sequence ? sequence.getValue() : List.of(value);
  }

  static @Nullable ScalarNode scalar(Node value, String what, Report report) {
    if (value instanceof ScalarNode scalar) {
      return scalar;
    }
    report.add(value, what + " must be text, not " + describe(value));
    return null;
  }

  static <E> @Nullable E word(ScalarNode text, String key, Map<String, E> words, Report report) {
    E value = words.get(text.getValue());
    if (value == null) {
      report.unknown(
          text, "value for " + Report.quoted(key) + ":", text.getValue(), words.keySet());
    }
    return value;
  }

  private static String describe(Node node) {
    return switch (node.getNodeType()) {
      case SCALAR -> "text";
      case SEQUENCE -> "a list";
      case MAPPING -> "a mapping";
      case ANCHOR -> "an alias";
    };
  }
}
