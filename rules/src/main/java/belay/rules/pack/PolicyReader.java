package belay.rules.pack;

import belay.rules.judge.Mode;
import belay.rules.judge.Wildcard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code policy.yaml}. */
public final class PolicyReader {

  private static final Map<String, Mode> MODES =
      ConditionParser.words(Mode.values(), mode -> mode.name().toLowerCase(Locale.ROOT));

  private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}=?");
  private static final Pattern DAYS = Pattern.compile("([1-9][0-9]{0,4})d");
  private static final Pattern TARGET = Pattern.compile("(file:/|https://|syslog:?).*");

  private final Report report;

  private PolicyReader(Report report) {
    this.report = report;
  }

  /**
   * What came of a file.
   *
   * @param policy what of it is sound
   * @param diagnostics what is not
   */
  public record Result(PolicyFile policy, List<Diagnostic> diagnostics) {
    public Result {
      diagnostics = List.copyOf(diagnostics);
    }
  }

  public static Result read(Source source) {
    Report report = new Report(source.name());
    PolicyFile policy = PolicyFile.empty(source.name());
    Tree root = source.text().isBlank() ? null : TreeReader.read(source.text(), report);
    if (root != null && !(root instanceof Tree.Text text && text.isNull())) {
      policy = new PolicyReader(report).read(source.name(), root);
    }
    return new Result(policy, report.diagnostics());
  }

  private PolicyFile read(String file, Tree root) {
    Fields fields =
        Fields.of(
            root,
            "a policy",
            report,
            List.of("require", "keys", "mode", "passes", "approvers", "journal", "audit"));
    Tree.Text mode = fields.text("mode");
    Mode floor = mode == null ? null : Fields.word(mode, "mode", MODES, report);
    return new PolicyFile(
        file,
        required(fields.get("require")),
        keys(fields),
        mode == null || floor == null ? null : new PolicyFile.Floor(floor, mode.line()),
        grants(fields.get("passes")),
        fields.get("approvers") == null
            ? PolicyFile.People.ANYBODY
            : people(Fields.of(approvers(fields), "`approvers`", report, PEOPLE)),
        retention(fields.get("journal")),
        audit(fields.get("audit")));
  }

  private static final List<String> PEOPLE = List.of("users", "groups");

  private static Tree approvers(Fields fields) {
    Tree tree = fields.get("approvers");
    return tree == null ? fields.node() : tree;
  }

  private List<PolicyFile.Required> required(@Nullable Tree tree) {
    List<PolicyFile.Required> out = new ArrayList<>();
    if (tree == null) {
      return out;
    }
    for (Map.Entry<String, Fields.Entry> each :
        Fields.open(tree, "`require`", report).entries().entrySet()) {
      Tree.Text pack = each.getValue().key();
      Tree value = each.getValue().value();
      if (value instanceof Tree.Text text) {
        out.add(new PolicyFile.Required(pack.value(), range(text), null, pack.line()));
        continue;
      }
      Fields fields = Fields.of(value, "a required pack", report, List.of("version", "key"));
      Tree.Text version = fields.text("version");
      Tree.Text key = fields.text("key");
      out.add(
          new PolicyFile.Required(
              pack.value(),
              version == null ? null : range(version),
              key == null || !isFingerprint(key) ? null : key.value(),
              pack.line()));
    }
    return out;
  }

  private @Nullable VersionRange range(Tree.Text text) {
    if (text.isNull() || text.value().equals("*")) {
      return null;
    }
    VersionRange range = VersionRange.parse(text.value()).orElse(null);
    if (range == null) {
      report.add(
          text,
          Report.quoted(text.value()) + " is no range of versions",
          "write `\">=1.2.0 <2.0.0\"`, or `\"*\"` for any");
    }
    return range;
  }

  private boolean isFingerprint(Tree.Text text) {
    if (FINGERPRINT.matcher(text.value()).matches()) {
      return true;
    }
    report.add(
        text,
        Report.quoted(text.value()) + " is no fingerprint",
        "`belay pack keygen` and `belay pack keys` print them: `SHA256:…`");
    return false;
  }

  private Set<String> keys(Fields fields) {
    Set<String> out = new HashSet<>();
    for (Tree.Text text : fields.texts("keys")) {
      if (isFingerprint(text)) {
        out.add(text.value());
      }
    }
    return out;
  }

  private List<PolicyFile.Grant> grants(@Nullable Tree tree) {
    List<PolicyFile.Grant> out = new ArrayList<>();
    if (tree == null) {
      return out;
    }
    for (Tree each : Fields.items(tree)) {
      Fields fields = Fields.of(each, "who may pass", report, List.of("rules", "users", "groups"));
      List<Wildcard> rules =
          fields.texts("rules").stream().map(text -> new Wildcard(text.value())).toList();
      PolicyFile.People people = people(fields);
      if (rules.isEmpty() && fields.isMapping()) {
        report.add(each, "`rules` is missing", "write `rules: core.git/*`");
      } else if (people.equals(PolicyFile.People.ANYBODY) && fields.isMapping()) {
        report.add(each, "nobody is named", "write `users:` or `groups:`");
      } else {
        out.add(new PolicyFile.Grant(rules, people));
      }
    }
    return out;
  }

  private static PolicyFile.People people(Fields fields) {
    return new PolicyFile.People(names(fields, "users"), names(fields, "groups"));
  }

  private static Set<String> names(Fields fields, String key) {
    Set<String> out = new HashSet<>();
    fields.texts(key).forEach(text -> out.add(text.value()));
    return out;
  }

  private @Nullable Duration retention(@Nullable Tree tree) {
    if (tree == null) {
      return null;
    }
    Tree.Text text =
        Fields.of(tree, "`journal`", report, List.of("retention")).requireText("retention");
    if (text == null) {
      return null;
    }
    Matcher days = DAYS.matcher(text.value());
    if (!days.matches()) {
      report.add(text, Report.quoted(text.value()) + " is no time", "write days: `400d`");
      return null;
    }
    return Duration.ofDays(Integer.parseInt(days.group(1)));
  }

  private @Nullable String audit(@Nullable Tree tree) {
    if (tree == null) {
      return null;
    }
    Tree.Text text = Fields.of(tree, "`audit`", report, List.of("to")).requireText("to");
    if (text == null || TARGET.matcher(text.value()).matches()) {
      return text == null ? null : text.value();
    }
    report.add(
        text,
        Report.quoted(text.value()) + " is no place for records",
        "write `file:/var/log/belay.jsonl`, `syslog` or `https://…`");
    return null;
  }
}
