package belay.rules.pack;

import belay.rules.judge.Decision;
import belay.rules.judge.Severity;
import belay.rules.judge.Wildcard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads settings files: {@code config.yaml} of the machine and of the user. */
public final class SheetReader {

  private static final String RULES = "rules";
  private static final String LOCKED = "locked";

  private static final Map<String, Decision> ACTIONS = actions();
  private static final Map<String, Severity> SEVERITIES =
      ConditionParser.words(Severity.values(), Severity::key);

  private final Collection<String> keys;
  private final Report report;
  private final Map<String, Sheet.Entry> settings = new LinkedHashMap<>();
  private final List<Sheet.Change> changes = new ArrayList<>();
  private final List<Sheet.Lock> locks = new ArrayList<>();

  private SheetReader(Source source, Collection<String> keys) {
    this.keys = keys;
    this.report = new Report(source.name());
    if (source.text().isBlank()) {
      return;
    }
    Tree root = TreeReader.read(source.text(), report);
    if (root != null) {
      read(root);
    }
  }

  /**
   * What came of a file.
   *
   * @param sheet what of it is sound
   * @param diagnostics what is not
   */
  public record Result(Sheet sheet, List<Diagnostic> diagnostics) {
    public Result {
      diagnostics = List.copyOf(diagnostics);
    }
  }

  /**
   * Reads a file.
   *
   * @param keys of the settings that there are
   */
  public static Result read(Source source, Collection<String> keys) {
    var reader = new SheetReader(source, keys);
    return new Result(
        new Sheet(source.name(), reader.settings, reader.changes, reader.locks),
        reader.report.diagnostics());
  }

  private static Map<String, Decision> actions() {
    Map<String, Decision> out = new LinkedHashMap<>(PackParser.ACTIONS);
    out.put("off", Decision.ALLOW);
    return out;
  }

  private void read(Tree root) {
    List<String> known = new ArrayList<>(keys);
    known.add(RULES);
    known.add(LOCKED);
    if (root instanceof Tree.Text text && text.isNull()) {
      return;
    }
    if (!(root instanceof Tree.Mapping mapping)) {
      report.add(root, "settings must be a mapping", "write `name: value`");
      return;
    }
    Fields.of(mapping, "settings", report, known);
    for (Tree.Pair pair : mapping.pairs()) {
      if (pair.key() instanceof Tree.Text key && known.contains(key.value())) {
        switch (key.value()) {
          case RULES -> changes(pair.value());
          case LOCKED -> locks(pair.value());
          default ->
              settings.putIfAbsent(key.value(), new Sheet.Entry(word(pair.value()), key.line()));
        }
      }
    }
  }

  private static String word(Tree value) {
    return switch (value) {
      case Tree.Text text -> text.value();
      case Tree.Sequence list ->
          list.items().stream().map(SheetReader::word).collect(Collectors.joining(" "));
      case Tree.Mapping mapping ->
          mapping.pairs().stream()
              .map(pair -> word(pair.key()) + ": " + word(pair.value()))
              .collect(Collectors.joining("; "));
    };
  }

  private void changes(Tree value) {
    if (!(value instanceof Tree.Mapping mapping)) {
      report.add(value, "`rules` must be a mapping", "write `core.git/*: confirm`");
      return;
    }
    for (Tree.Pair pair : mapping.pairs()) {
      Tree.Text id = Fields.scalar(pair.key(), "a rule's id", report);
      if (id != null) {
        Sheet.Change change = change(id, pair.value());
        if (change != null) {
          changes.add(change);
        }
      }
    }
  }

  private Sheet.@Nullable Change change(Tree.Text id, Tree value) {
    Wildcard rules = new Wildcard(id.value());
    if (value instanceof Tree.Text text) {
      Decision action = Fields.word(text, "action", ACTIONS, report);
      return action == null ? null : new Sheet.Change(rules, action, null, id.line());
    }
    if (!(value instanceof Tree.Mapping mapping)) {
      report.add(value, "what becomes of a rule must be a word or a mapping", "write `confirm`");
      return null;
    }
    Fields.of(mapping, "what becomes of a rule", report, List.of("action", "severity"));
    Decision action = null;
    Severity severity = null;
    for (Tree.Pair pair : mapping.pairs()) {
      if (pair.key() instanceof Tree.Text key && pair.value() instanceof Tree.Text text) {
        if (key.value().equals("action")) {
          action = Fields.word(text, "action", ACTIONS, report);
        } else if (key.value().equals("severity")) {
          severity = Fields.word(text, "severity", SEVERITIES, report);
        }
      }
    }
    return action == null && severity == null
        ? null
        : new Sheet.Change(rules, action, severity, id.line());
  }

  private void locks(Tree value) {
    for (Tree.Text text : Fields.texts(value, LOCKED, report)) {
      String what = text.value();
      if (what.startsWith(RULES)) {
        String pattern = what.substring(RULES.length()).replaceFirst("^\\s*:\\s*", "").strip();
        locks.add(
            new Sheet.Lock.OfRules(new Wildcard(pattern.isEmpty() ? "*" : pattern), text.line()));
      } else if (keys.contains(what)) {
        locks.add(new Sheet.Lock.OfSetting(what, text.line()));
      } else {
        List<String> known = new ArrayList<>(keys);
        known.add(RULES);
        report.unknown(text, "setting", what, known);
      }
    }
  }
}
