package belay.rules.pack;

import belay.rules.effect.EffectKind;
import belay.rules.judge.Condition;
import belay.rules.judge.Decision;
import belay.rules.judge.Inquiry;
import belay.rules.judge.Phrase;
import belay.rules.judge.Rule;
import belay.rules.judge.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one pack file. */
final class PackParser {

  static final List<String> PACK_KEYS =
      List.of("pack", "version", "title", "sets", "probes", "rules");

  static final List<String> RULE_KEYS =
      List.of(
          "id",
          "title",
          "when",
          "severity",
          "action",
          "challenge",
          "pass",
          "message",
          "instead",
          "examples");

  static final Map<String, Severity> SEVERITIES =
      ConditionParser.words(Severity.values(), Severity::key);

  static final Map<String, Decision> ACTIONS =
      ConditionParser.words(
          new Decision[] {Decision.NOTE, Decision.CONFIRM, Decision.BLOCK}, Decision::key);

  private static final Map<String, Boolean> CHALLENGES = challenges();

  private static final Map<String, Boolean> YES_OR_NO = Map.of("yes", true, "no", false);

  static final Pattern PACK_NAME = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)*");
  static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern PROBE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");
  static final Pattern VERSION = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");

  private final String file;
  private final Report report;
  private final Map<String, List<String>> sets = new LinkedHashMap<>();
  private final Map<String, Inquiry> inquiries = new LinkedHashMap<>();
  private final List<Rule> rules = new ArrayList<>();
  private final List<Example> examples = new ArrayList<>();
  private @Nullable Pack pack;
  private Tree.@Nullable Text name;

  PackParser(Source source) {
    this.file = source.name();
    this.report = new Report(file);
    Tree root = TreeReader.read(source.text(), report);
    if (root != null) {
      pack(Fields.of(root, "a pack", report, PACK_KEYS));
    }
  }

  private static Map<String, Boolean> challenges() {
    Map<String, Boolean> out = new LinkedHashMap<>();
    out.put("yes", false);
    out.put("target", true);
    return out;
  }

  Report report() {
    return report;
  }

  List<Rule> rules() {
    return rules;
  }

  /** The probes it wants asked. */
  List<Inquiry> inquiries() {
    return List.copyOf(inquiries.values());
  }

  List<Example> examples() {
    return examples;
  }

  /** What was read, or null where the file does not even say its name. */
  @Nullable Pack pack() {
    return pack;
  }

  /** Where the pack's name stands, or null. */
  Tree.@Nullable Text name() {
    return name;
  }

  private void pack(Fields fields) {
    name = fields.requireText("pack");
    Tree.Text version = fields.requireText("version");
    Tree.Text title = fields.requireText("title");
    checked(name, PACK_NAME, "lower-case words with dots between, such as `team.storage`");
    checked(version, VERSION, "three numbers, such as `1.0.0`");
    Tree setNodes = fields.get("sets");
    if (setNodes != null) {
      sets(Fields.open(setNodes, "`sets`", report));
    }
    Tree probeNodes = fields.get("probes");
    if (probeNodes != null) {
      Fields.open(probeNodes, "`probes`", report).entries().forEach(this::probe);
    }
    Tree ruleNodes = fields.require("rules");
    if (ruleNodes instanceof Tree.Sequence list) {
      Set<String> ids = new LinkedHashSet<>();
      list.items().forEach(node -> rule(node, ids));
    } else if (ruleNodes != null) {
      report.add(ruleNodes, "`rules` must be a list", "begin each rule with `- id: NAME`");
    }
    if (name != null && version != null && title != null) {
      pack = new Pack(name.value(), version.value(), title.value(), rules.size(), file);
    }
  }

  private void checked(Tree.@Nullable Text node, Pattern form, String wanted) {
    if (node != null && !node.value().isBlank() && !form.matcher(node.value()).matches()) {
      report.add(node, Report.quoted(node.value()) + " does not fit here", "write " + wanted);
    }
  }

  private void sets(Fields fields) {
    fields
        .entries()
        .forEach(
            (key, entry) -> {
              List<String> patterns = new ArrayList<>();
              for (Tree.Text text : Fields.texts(entry.value(), "a set", report)) {
                if (ConditionParser.isPattern(text, report)) {
                  patterns.add(text.value());
                }
              }
              sets.put(key, List.copyOf(patterns));
            });
  }

  private void probe(String key, Fields.Entry entry) {
    if (!PROBE.matcher(key).matches()) {
      report.add(
          entry.key(),
          "a probe by the name " + Report.quoted(key),
          "write a plain name, such as `rotation`: a pack names a probe, who administers the"
              + " machine installs it");
    }
    Fields fields =
        Fields.of(entry.value(), "a probe", report, List.of("effects", "targets", "title"));
    fields.require("effects");
    Set<EffectKind> effects = fields.words("effects", ConditionParser.EFFECTS);
    fields.require("targets");
    Set<String> targets = fields.words("targets", ConditionParser.TARGETS);
    Tree.Text _ = fields.text("title");
    inquiries.put(key, new Inquiry(key, effects, targets));
  }

  private void rule(Tree node, Set<String> ids) {
    Fields fields = Fields.of(node, "a rule", report, RULE_KEYS);
    Tree.Text id = fields.requireText("id");
    Tree.Text title = fields.requireText("title");
    Tree when = fields.require("when");
    fields.require("severity");
    fields.require("action");
    Severity severity = fields.word("severity", SEVERITIES);
    Decision action = fields.word("action", ACTIONS);
    Tree.Text challenge = fields.text("challenge");
    boolean typesTarget =
        challenge != null
            && Boolean.TRUE.equals(Fields.word(challenge, "challenge", CHALLENGES, report));
    Tree.Text message = fields.requireText("message");
    Tree.Text instead = fields.text("instead");
    Tree exampleNode = fields.require("examples");
    checked(id, ID, "lower-case words with dashes between");
    if (id != null && !ids.add(id.value())) {
      report.add(id, "a second rule " + Report.quoted(id.value()), "give it a name of its own");
    }
    if (challenge != null && action != null && action != Decision.CONFIRM) {
      report.add(
          challenge,
          "a challenge where nothing is confirmed",
          "remove it or write `action: confirm`");
    }
    Tree.Text pass = fields.text("pass");
    boolean passable =
        pass == null || !Boolean.FALSE.equals(Fields.word(pass, "pass", YES_OR_NO, report));
    if (pass != null && action != null && action != Decision.BLOCK) {
      report.add(pass, "a pass where nothing is blocked", "remove it or write `action: block`");
    }
    String fullId = (name == null ? "?" : name.value()) + "/" + (id == null ? "?" : id.value());
    if (exampleNode != null && action != null) {
      examples.addAll(
          new ExampleParser(fullId, action, inquiries.keySet(), report).parse(exampleNode));
    }
    Phrase says = message == null ? null : PhraseParser.parse(message, report);
    Phrase advises = instead == null ? null : PhraseParser.parse(instead, report);
    When parsed = when == null ? null : when(when);
    if (title != null && severity != null && action != null && says != null && parsed != null) {
      rules.add(
          new Rule(
              fullId,
              title.value(),
              parsed.effects(),
              parsed.targets(),
              parsed.condition(),
              severity,
              action,
              passable,
              typesTarget,
              says,
              advises));
    }
  }

  /** The part of a condition that rules are laid out by, and the rest. */
  private record When(Set<EffectKind> effects, Set<String> targets, Condition condition) {}

  private When when(Tree node) {
    ConditionParser conditions = new ConditionParser(sets, inquiries.keySet(), report);
    Fields fields = conditions.fields(node);
    fields.require("effects");
    Set<EffectKind> effects = fields.words("effects", ConditionParser.EFFECTS);
    Set<String> targets = fields.words("targets", ConditionParser.TARGETS);
    return new When(
        effects,
        fields.get("targets") == null ? Set.copyOf(ConditionParser.TARGETS.values()) : targets,
        conditions.parse(fields, Set.of("effects", "targets")));
  }
}
