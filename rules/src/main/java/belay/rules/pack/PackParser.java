package belay.rules.pack;

import belay.rules.effect.EffectKind;
import belay.rules.judge.Advice;
import belay.rules.judge.Condition;
import belay.rules.judge.Decision;
import belay.rules.judge.Demand;
import belay.rules.judge.Inquiry;
import belay.rules.judge.Phrase;
import belay.rules.judge.Rule;
import belay.rules.judge.Severity;
import belay.rules.syntax.Text;
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
      List.of(
          "pack", "version", "title", "needs", "licence", "maintainers", "sets", "probes", "rules");

  /** Of the files beside a manifest. */
  static final List<String> PART_KEYS = List.of("sets", "rules");

  static final List<String> RULE_KEYS =
      List.of(
          "id",
          "title",
          "when",
          "severity",
          "action",
          "challenge",
          "pass",
          "general",
          "message",
          "instead",
          "links",
          "examples");

  static final Map<String, Severity> SEVERITIES =
      ConditionParser.words(Severity.values(), Severity::key);

  static final Map<String, Decision> ACTIONS =
      ConditionParser.words(
          new Decision[] {Decision.NOTE, Decision.CONFIRM, Decision.BLOCK}, Decision::key);

  private static final Map<String, Boolean> YES_OR_NO = Map.of("yes", true, "no", false);

  static final Pattern PACK_NAME = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)*");
  static final Pattern ID = Pattern.compile("[a-z][a-z0-9-]*");
  private static final Pattern PROBE = Pattern.compile("[a-z][a-z0-9_-]{0,63}");
  private static final Pattern LINK = Pattern.compile("https://[^\\s<>\"'`\\p{Cntrl}]{1,500}");

  private final List<Report> reports = new ArrayList<>();
  private Report report;
  private final Map<String, List<String>> sets = new LinkedHashMap<>();
  private final Map<String, Inquiry> inquiries = new LinkedHashMap<>();
  private final List<Rule> rules = new ArrayList<>();
  private final List<Example> examples = new ArrayList<>();
  private final Contradictions contradictions = new Contradictions();
  private Needs needs;
  private @Nullable Pack pack;
  private Tree.@Nullable Text name;

  PackParser(Source source) {
    this.report = new Report(source.name());
    this.needs = Needs.none(report);
    reports.add(report);
    Tree root = TreeReader.read(source.text(), report);
    if (root != null) {
      pack(Fields.of(root, "a pack", report, PACK_KEYS), source.parts());
    }
  }

  /** The report on the file that the pack begins with. */
  Report report() {
    return reports.getFirst();
  }

  /** All that is wrong, file by file. */
  List<Diagnostic> diagnostics() {
    return reports.stream().flatMap(each -> each.diagnostics().stream()).toList();
  }

  /** What the pack needs. */
  Needs needs() {
    return needs;
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

  private void pack(Fields fields, List<Source> parts) {
    name = fields.requireText("pack");
    Tree.Text versionText = fields.requireText("version");
    Tree.Text title = fields.requireText("title");
    checked(name, PACK_NAME, "lower-case words with dots between, such as `team.storage`");
    Version version = versionText == null ? null : version(versionText);
    Tree needed = fields.get("needs");
    if (needed != null) {
      needs = Needs.parse(needed, report);
    }
    Tree.Text licence = fields.text("licence");
    List<String> maintainers =
        fields.texts("maintainers").stream().map(text -> Text.printable(text.value())).toList();
    Tree setNodes = fields.get("sets");
    if (setNodes != null) {
      sets(Fields.open(setNodes, "`sets`", report));
    }
    Tree probeNodes = fields.get("probes");
    if (probeNodes != null) {
      Fields.open(probeNodes, "`probes`", report).entries().forEach(this::probe);
    }
    Set<String> ids = new LinkedHashSet<>();
    Tree ruleNodes = parts.isEmpty() ? fields.require("rules") : fields.get("rules");
    if (ruleNodes != null) {
      rules(ruleNodes, ids);
    }
    Report first = report;
    parts.forEach(part -> part(part, ids));
    report = first;
    if (name != null && version != null && title != null) {
      pack =
          new Pack(
              name.value(),
              version,
              title.value(),
              rules.size(),
              report.file(),
              licence == null ? null : Text.printable(licence.value()),
              maintainers,
              needs.ranges());
    }
  }

  private @Nullable Version version(Tree.Text text) {
    Version version = Version.parse(text.value()).orElse(null);
    if (version == null && !text.value().isBlank()) {
      report.add(
          text,
          Report.quoted(text.value()) + " does not fit here",
          "write three numbers, such as `1.0.0`");
    }
    return version;
  }

  private void rules(Tree node, Set<String> ids) {
    if (node instanceof Tree.Sequence list) {
      list.items().forEach(each -> rule(each, ids));
    } else {
      report.add(node, "`rules` must be a list", "begin each rule with `- id: NAME`");
    }
  }

  /** A file beside the manifest. Its sets are its own. */
  private void part(Source source, Set<String> ids) {
    report = new Report(source.name());
    reports.add(report);
    Tree root = TreeReader.read(source.text(), report);
    if (root == null) {
      return;
    }
    Map<String, List<String>> common = Map.copyOf(sets);
    Fields fields = Fields.of(root, "a file of a pack", report, PART_KEYS);
    Tree setNodes = fields.get("sets");
    if (setNodes != null) {
      sets(Fields.open(setNodes, "`sets`", report));
    }
    Tree ruleNodes = fields.require("rules");
    if (ruleNodes != null) {
      rules(ruleNodes, ids);
    }
    sets.clear();
    sets.putAll(common);
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
    int before = report.count();
    Fields fields = Fields.of(node, "a rule", report, RULE_KEYS);
    Tree.Text id = fields.requireText("id");
    Tree.Text title = fields.requireText("title");
    Tree when = fields.require("when");
    fields.require("severity");
    fields.require("action");
    Severity severity = fields.word("severity", SEVERITIES);
    Decision action = fields.word("action", ACTIONS);
    Tree challenge = fields.get("challenge");
    Demand demand = challenge == null ? Demand.YES : DemandParser.parse(challenge, report);
    Tree.Text message = fields.requireText("message");
    Tree instead = fields.get("instead");
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
    Tree.Text general = fields.text("general");
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
    Advice advice = instead == null ? Advice.NONE : advice(instead);
    List<String> links = links(fields);
    When parsed = when == null ? null : when(when);
    if (title != null && severity != null && action != null && says != null && parsed != null) {
      Rule rule =
          new Rule(
              fullId,
              title.value(),
              parsed.effects(),
              parsed.targets(),
              parsed.condition(),
              severity,
              action,
              passable,
              general != null
                  && Boolean.TRUE.equals(Fields.word(general, "general", YES_OR_NO, report)),
              demand,
              says,
              advice,
              links);
      if (report.count() == before) {
        contradictions.check(rule, when == null ? node : when, report);
      }
      rules.add(rule);
    }
  }

  private Advice advice(Tree node) {
    if (node instanceof Tree.Text text) {
      return new Advice(PhraseParser.parse(text, report), null);
    }
    Fields fields = Fields.of(node, "`instead`", report, List.of("say", "run"));
    Tree.Text say = fields.text("say");
    Tree.Text run = fields.text("run");
    if (fields.isMapping() && say == null && run == null) {
      report.add(node, "advice of nothing", "write `say` or `run`");
    }
    return new Advice(
        say == null ? null : PhraseParser.parse(say, report),
        run == null ? null : PhraseParser.command(run, report));
  }

  private List<String> links(Fields fields) {
    List<String> out = new ArrayList<>();
    for (Tree.Text text : fields.texts("links")) {
      if (LINK.matcher(text.value()).matches()) {
        out.add(text.value());
      } else {
        report.add(
            text,
            Report.quoted(text.value()) + " is no link",
            "write an address that begins with `https://`");
      }
    }
    return out;
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
