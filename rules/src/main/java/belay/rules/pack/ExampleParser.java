package belay.rules.pack;

import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Decision;
import belay.rules.syntax.Dialect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code examples:} of one rule. */
final class ExampleParser {

  private static final String ALLOW = "allow";
  private static final String SILENT = "silent";

  static final List<String> KEYS =
      List.of(
          "facts", "variables", "circumstances", "deny", "block", "confirm", "note", ALLOW, SILENT);

  static final Map<String, Dialect> DIALECTS =
      ConditionParser.words(Dialect.values(), Dialect::shellName);

  static final List<String> EXAMPLE_KEYS =
      List.of("command", "shell", "facts", "variables", "circumstances");

  /** Things that are no files are named by the kind of target and what it is called. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(volume|guest|host|service|process|repository|database|cluster|cloud):.+",
          Pattern.DOTALL);

  static final List<String> THING_KEYS = thingKeys();

  private final String rule;
  private final Decision action;
  private final Set<String> probes;
  private final Report report;

  ExampleParser(String rule, Decision action, Set<String> probes, Report report) {
    this.rule = rule;
    this.action = action;
    this.probes = probes;
    this.report = report;
  }

  private static List<String> thingKeys() {
    List<String> keys = new ArrayList<>(List.of("kind", "size", "seen", "labels", "probes"));
    keys.addAll(ConditionParser.ABOUT.keySet());
    return List.copyOf(keys);
  }

  List<Example> parse(Tree node) {
    Fields fields = Fields.of(node, "`examples`", report, KEYS);
    Map<String, Facts> facts = facts(fields.get("facts"));
    Map<String, @Nullable String> variables = variables(fields.get("variables"));
    Circumstances circumstances =
        CircumstancesParser.parse(fields.get("circumstances"), Circumstances.UNKNOWN, report);
    List<Example> out = new ArrayList<>();
    for (Map.Entry<String, Fields.Entry> entry : fields.entries().entrySet()) {
      Example.Expectation expectation = expectation(entry.getKey(), entry.getValue().key());
      if (expectation != null) {
        for (Tree each : Fields.items(entry.getValue().value())) {
          example(each, new Common(expectation, facts, variables, circumstances), out);
        }
      }
    }
    complete(fields);
    return out;
  }

  /** Both kinds must be there: a rule never seen silent is as unproven as one never heard. */
  private void complete(Fields fields) {
    boolean denied = action == Decision.BLOCK && fields.get("deny") != null;
    if (fields.get(action.key()) == null && !denied) {
      report.add(
          fields.node(),
          "no example of what the rule speaks about",
          "give at least one command under " + Report.quoted(action.key() + ":"));
    }
    if (fields.get(ALLOW) == null && fields.get(SILENT) == null) {
      report.add(
          fields.node(),
          "no example of what the rule is silent about",
          "give at least one command under `allow:`, or under `silent:` if other rules speak");
    }
  }

  private Example.@Nullable Expectation expectation(String key, Tree.Text at) {
    return switch (key) {
      case "deny", "block", "confirm", "note" -> {
        String meant = key.equals("deny") ? "block" : key;
        if (!meant.equals(action.key())) {
          report.add(
              at,
              Report.quoted(key)
                  + " examples in a rule whose action is "
                  + Report.quoted(action.key()),
              null);
        }
        yield new Example.Expectation.Speaks(action);
      }
      case ALLOW -> new Example.Expectation.Allowed();
      case SILENT -> new Example.Expectation.Silent();
      default -> null;
    };
  }

  /** What the examples of one list have in common. */
  private record Common(
      Example.Expectation expectation,
      Map<String, Facts> facts,
      Map<String, @Nullable String> variables,
      Circumstances circumstances) {}

  private void example(Tree node, Common common, List<Example> out) {
    Tree.Text command;
    Dialect dialect = Dialect.BASH;
    Map<String, Facts> facts = new LinkedHashMap<>(common.facts);
    Map<String, @Nullable String> variables = new LinkedHashMap<>(common.variables);
    Circumstances circumstances = common.circumstances;
    if (node instanceof Tree.Text scalar) {
      command = scalar;
    } else {
      Fields fields = Fields.of(node, "an example", report, EXAMPLE_KEYS);
      command = fields.requireText("command");
      Dialect named = fields.word("shell", DIALECTS);
      dialect = named == null ? dialect : named;
      facts.putAll(facts(fields.get("facts")));
      variables.putAll(variables(fields.get("variables")));
      circumstances = CircumstancesParser.parse(fields.get("circumstances"), circumstances, report);
    }
    if (command != null) {
      out.add(
          new Example(
              report.file(),
              command.line(),
              command.column(),
              rule,
              common.expectation,
              dialect,
              command.value().strip(),
              facts,
              variables,
              circumstances));
    }
  }

  private Map<String, @Nullable String> variables(@Nullable Tree node) {
    Map<String, @Nullable String> out = new LinkedHashMap<>();
    if (node != null) {
      for (Map.Entry<String, Fields.Entry> entry :
          Fields.open(node, "`variables`", report).entries().entrySet()) {
        Tree.Text value = Fields.scalar(entry.getValue().value(), "a variable", report);
        if (value != null) {
          out.put(entry.getKey(), value.isNull() ? null : value.value());
        }
      }
    }
    return out;
  }

  private Map<String, Facts> facts(@Nullable Tree node) {
    Map<String, Facts> out = new LinkedHashMap<>();
    if (node != null) {
      for (Map.Entry<String, Fields.Entry> entry :
          Fields.open(node, "`facts`", report).entries().entrySet()) {
        Tree.Text key = entry.getValue().key();
        if (!entry.getKey().startsWith("/") && !NAMED.matcher(entry.getKey()).matches()) {
          report.add(
              key,
              "facts about " + Report.quoted(entry.getKey()),
              "write the absolute name, the examples' directory is `/home/user`; or the kind of"
                  + " target before a name, as in `service:nginx`");
        }
        out.put(entry.getKey(), thing(entry.getKey(), entry.getValue().value()));
      }
    }
    return out;
  }

  /** Facts of a thing that was looked at: what is not said of it is not so. */
  private Facts thing(String name, Tree node) {
    Fields fields = Fields.of(node, "facts about a thing", report, THING_KEYS);
    Facts.Kind kind = fields.word("kind", ConditionParser.THINGS);
    if (kind == null) {
      kind = Facts.Kind.REGULAR_FILE;
    }
    Tree.Text seen = fields.text("seen");
    List<Fact> facts = new ArrayList<>();
    for (Fact.About about : Fact.About.values()) {
      Truth given = fields.word(about.key(), ConditionParser.TRUTHS);
      Truth truth = given == null ? unsaid(about, kind) : given;
      boolean told = truth != Truth.FALSE && about != Fact.About.EXISTS;
      facts.add(new Fact(about, truth, seen != null && told ? seen.value() : ""));
    }
    Set<String> labels = new LinkedHashSet<>();
    fields.texts("labels").forEach(label -> labels.add(label.value()));
    return new Facts(name, kind, size(fields), false, facts)
        .in(labels, labels.isEmpty() || seen == null ? List.of() : List.of(seen.value()))
        .probed(answers(fields));
  }

  private List<Facts.Probed> answers(Fields fields) {
    List<Facts.Probed> out = new ArrayList<>();
    Tree node = fields.get("probes");
    if (node != null) {
      Fields answers = Fields.of(node, "`probes`", report, probes);
      for (String probe : answers.entries().keySet()) {
        Truth truth = answers.word(probe, ConditionParser.TRUTHS);
        if (truth != null) {
          out.add(new Facts.Probed(probe, truth, ""));
        }
      }
    }
    return out;
  }

  private static Truth unsaid(Fact.About about, Facts.Kind kind) {
    if (kind == Facts.Kind.UNKNOWN) {
      return Truth.UNKNOWN;
    }
    return about == Fact.About.EXISTS && kind != Facts.Kind.MISSING ? Truth.TRUE : Truth.FALSE;
  }

  private OptionalLong size(Fields fields) {
    Tree.Text size = fields.text("size");
    if (size == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(size.value()));
    } catch (NumberFormatException _) {
      report.add(size, "`size` must be a number, not " + Report.quoted(size.value()));
      return OptionalLong.empty();
    }
  }
}
