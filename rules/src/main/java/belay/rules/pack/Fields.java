package belay.rules.pack;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A mapping of the file, read key by key; whatever does not fit is reported where it stands. */
final class Fields {

  private final Tree node;
  private final Report report;
  private final Map<String, Entry> entries;

  /** A key and its value as they stand in the file. */
  record Entry(Tree.Text key, Tree value) {}

  private Fields(Tree node, Report report, Map<String, Entry> entries) {
    this.node = node;
    this.report = report;
    this.entries = entries;
  }

  /** A mapping whose keys are the author's own. */
  static Fields open(Tree node, String what, Report report) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    if (node instanceof Tree.Mapping mapping) {
      for (Tree.Pair pair : mapping.pairs()) {
        if (!(pair.key() instanceof Tree.Text key)) {
          report.add(pair.key(), "a key that is no word");
        } else if (entries.putIfAbsent(key.value(), new Entry(key, pair.value())) != null) {
          report.add(key, "key " + Report.quoted(key.value()) + " stands here twice");
        }
      }
    } else {
      report.add(node, what + " must be a mapping, not " + describe(node), "write `key: value`");
    }
    return new Fields(node, report, entries);
  }

  /** A mapping that may have these keys and no others. */
  static Fields of(Tree node, String what, Report report, Collection<String> keys) {
    Fields fields = open(node, what, report);
    for (Entry entry : fields.entries.values()) {
      if (!keys.contains(entry.key().value())) {
        report.unknown(entry.key(), "key", entry.key().value(), keys);
      }
    }
    return fields;
  }

  Tree node() {
    return node;
  }

  boolean isMapping() {
    return node instanceof Tree.Mapping;
  }

  Map<String, Entry> entries() {
    return entries;
  }

  @Nullable Tree get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  /** The value under {@code key}; its absence is reported. */
  @Nullable Tree require(String key) {
    Tree value = get(key);
    if (value == null && isMapping()) {
      report.add(node, "key " + Report.quoted(key) + " is missing");
    }
    return value;
  }

  /** The text under {@code key}, or null where there is none. */
  Tree.@Nullable Text text(String key) {
    Tree value = get(key);
    return value == null ? null : scalar(value, Report.quoted(key), report);
  }

  Tree.@Nullable Text requireText(String key) {
    Tree value = require(key);
    if (value == null) {
      return null;
    }
    Tree.Text text = scalar(value, Report.quoted(key), report);
    if (text != null && text.value().isBlank()) {
      report.add(text, Report.quoted(key) + " is empty");
    }
    return text;
  }

  /** One of {@code words}, or null with the reason reported; absence is no fault. */
  <E> @Nullable E word(String key, Map<String, E> words) {
    Tree.Text text = text(key);
    return text == null ? null : word(text, key, words, report);
  }

  /** One word or a list of words, each of {@code words}; empty where the key is absent. */
  <E> Set<E> words(String key, Map<String, E> words) {
    Set<E> out = new LinkedHashSet<>();
    for (Tree.Text each : texts(key)) {
      E value = word(each, key, words, report);
      if (value != null && !out.add(value)) {
        report.add(each, Report.quoted(each.value()) + " stands here twice");
      }
    }
    return out;
  }

  /** One text or a list of texts; empty where the key is absent. */
  List<Tree.Text> texts(String key) {
    Tree value = get(key);
    return value == null ? List.of() : texts(value, Report.quoted(key), report);
  }

  static List<Tree.Text> texts(Tree value, String what, Report report) {
    List<Tree.Text> out = new ArrayList<>();
    for (Tree each : items(value)) {
      Tree.Text text = scalar(each, what, report);
      if (text != null) {
        out.add(text);
      }
    }
    if (value instanceof Tree.Sequence && items(value).isEmpty()) {
      report.add(value, what + " is an empty list");
    }
    return out;
  }

  /** The items of a list; a value that is no list is one item. */
  static List<Tree> items(Tree value) {
    return value instanceof Tree.Sequence sequence ? sequence.items() : List.of(value);
  }

  static Tree.@Nullable Text scalar(Tree value, String what, Report report) {
    if (value instanceof Tree.Text scalar) {
      return scalar;
    }
    report.add(value, what + " must be text, not " + describe(value));
    return null;
  }

  static <E> @Nullable E word(Tree.Text text, String key, Map<String, E> words, Report report) {
    E value = words.get(text.value());
    if (value == null) {
      report.unknown(text, "value for " + Report.quoted(key) + ":", text.value(), words.keySet());
    }
    return value;
  }

  private static String describe(Tree node) {
    return switch (node) {
      case Tree.Text _ -> "text";
      case Tree.Sequence _ -> "a list";
      case Tree.Mapping _ -> "a mapping";
    };
  }
}
