package belay.rules.pack;

import belay.rules.effect.Certainty;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Reach;
import belay.rules.effect.Trait;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.judge.Circumstances;
import belay.rules.judge.Condition;
import belay.rules.judge.NamePattern;
import belay.rules.judge.PathPattern;
import belay.rules.judge.Regex;
import belay.rules.judge.Wildcard;
import belay.rules.syntax.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads a {@code when:}. */
final class ConditionParser {

  static final Map<String, EffectKind> EFFECTS = words(EffectKind.values(), EffectKind::key);

  static final Map<String, Fact.About> ABOUT = words(Fact.About.values(), Fact.About::key);

  static final Map<String, Facts.Kind> THINGS = words(Facts.Kind.values(), Facts.Kind::key);

  static final Map<String, Truth> TRUTHS = words(Truth.values(), ConditionParser::lowerCase);

  /** {@link belay.rules.effect.Target#key} of every target. */
  static final Map<String, String> TARGETS =
      words(
          new String[] {
            "path",
            "device",
            "volume",
            "guest",
            "host",
            "service",
            "process",
            "repository",
            "database",
            "cluster",
            "cloud",
            "unknown"
          },
          Function.identity());

  static final Map<String, Reach> REACHES = words(Reach.values(), ConditionParser::lowerCase);

  static final Map<String, Trait> TRAITS = words(Trait.values(), Trait::key);

  static final Map<String, Certainty> CERTAINTIES =
      words(Certainty.values(), ConditionParser::lowerCase);

  static final Map<String, Condition.Spelling> SPELLINGS =
      words(Condition.Spelling.values(), Condition.Spelling::key);

  static final Map<String, Condition.Where> PLACES =
      words(Condition.Where.values(), Condition.Where::key);

  private static final Map<String, Boolean> YES_OR_NO = Map.of("true", true, "false", false);

  static final List<String> KEYS =
      List.of(
          "effects",
          "targets",
          "path",
          "name",
          "system",
          "resource",
          "trait",
          "words",
          "program",
          "wrapper",
          "reach",
          "certainty",
          "spelling",
          "where",
          "is",
          "facts",
          "labels",
          "probes",
          "emptied",
          "user",
          "host",
          "directory",
          "time",
          "origin",
          "all",
          "any",
          "not");

  static final Map<String, Circumstances.Caller> CALLERS =
      words(Circumstances.Caller.values(), Circumstances.Caller::key);

  private static final int LONGEST_PATTERN = 1000;

  private final Map<String, List<String>> sets;
  private final Set<String> probes;
  private final Report report;

  ConditionParser(Map<String, List<String>> sets, Set<String> probes, Report report) {
    this.sets = sets;
    this.probes = probes;
    this.report = report;
  }

  /** The words of an enumeration as packs write them, in its order. */
  static <E> Map<String, E> words(E[] values, Function<E, String> key) {
    Map<String, E> out = new LinkedHashMap<>();
    Arrays.stream(values).forEach(value -> out.put(key.apply(value), value));
    return out;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The mapping of a {@code when:}, its keys checked. */
  Fields fields(Tree node) {
    return Fields.of(node, "a condition", report, KEYS);
  }

  /** Everything in {@code fields} but the keys in {@code taken}. */
  Condition parse(Fields fields, Set<String> taken) {
    List<Condition> parts = new ArrayList<>();
    for (Map.Entry<String, Fields.Entry> entry : fields.entries().entrySet()) {
      if (!taken.contains(entry.getKey())) {
        add(fields, entry.getKey(), entry.getValue().value(), parts);
      }
    }
    return parts.size() == 1 ? parts.getFirst() : new Condition.All(parts);
  }

  private Condition parse(Tree node) {
    Fields fields = fields(node);
    if (fields.isMapping() && fields.entries().isEmpty()) {
      report.add(node, "an empty condition");
    }
    return parse(fields, Set.of());
  }

  private void add(Fields fields, String key, Tree value, List<Condition> parts) {
    switch (key) {
      case "effects" -> parts.add(new Condition.EffectIs(fields.words(key, EFFECTS)));
      case "targets" -> parts.add(new Condition.TargetIs(fields.words(key, TARGETS)));
      case "path" -> path(value, parts);
      case "name" -> parts.add(new Condition.NameMatches(names(value)));
      case "system" -> parts.add(new Condition.SystemIs(names(value)));
      case "resource" -> parts.add(new Condition.ResourceIs(names(value)));
      case "trait" -> parts.add(new Condition.TraitIs(fields.words(key, TRAITS)));
      case "words" -> parts.add(new Condition.WordIs(names(value)));
      case "program" -> parts.add(new Condition.ProgramIs(names(value)));
      case "wrapper" -> parts.add(new Condition.WrapperIs(names(value)));
      case "reach" -> parts.add(new Condition.ReachIs(fields.words(key, REACHES)));
      case "certainty" -> parts.add(new Condition.CertaintyIs(fields.words(key, CERTAINTIES)));
      case "spelling" -> parts.add(new Condition.SpellingIs(fields.words(key, SPELLINGS)));
      case "where" -> parts.add(new Condition.PlaceIs(fields.words(key, PLACES)));
      case "is" -> parts.add(new Condition.ThingIs(fields.words(key, THINGS)));
      case "facts" -> facts(value, parts);
      case "labels" -> parts.add(new Condition.LabelIs(names(value)));
      case "probes" -> probes(value, parts);
      case "emptied" -> {
        Boolean wanted = fields.word(key, YES_OR_NO);
        if (wanted != null) {
          parts.add(new Condition.Emptied(wanted));
        }
      }
      case "user" -> parts.add(new Condition.UserIs(names(value)));
      case "host" -> parts.add(new Condition.HostIs(names(value)));
      case "directory" -> parts.add(new Condition.DirectoryIs(directories(value)));
      case "time" -> parts.add(new Condition.TimeIs(TimeParser.parse(value, report)));
      case "origin" -> parts.add(new Condition.CallerIs(fields.words(key, CALLERS)));
      case "all" -> parts.add(new Condition.All(several(value)));
      case "any" -> parts.add(new Condition.Any(several(value)));
      case "not" -> parts.add(new Condition.Not(parse(value)));
      // Reported when the keys were checked.
      default -> {}
    }
  }

  private List<Condition> several(Tree value) {
    List<Condition> out = new ArrayList<>();
    for (Tree each : Fields.items(value)) {
      out.add(parse(each));
    }
    if (out.isEmpty()) {
      report.add(value, "an empty list of conditions");
    }
    return out;
  }

  private void facts(Tree value, List<Condition> parts) {
    Fields facts = Fields.of(value, "`facts`", report, ABOUT.keySet());
    for (String key : facts.entries().keySet()) {
      Fact.About about = ABOUT.get(key);
      if (about != null) {
        parts.add(new Condition.FactIs(about, facts.words(key, TRUTHS)));
      }
    }
  }

  private void probes(Tree value, List<Condition> parts) {
    Fields asked = Fields.open(value, "`probes`", report);
    for (Map.Entry<String, Fields.Entry> entry : asked.entries().entrySet()) {
      if (probes.contains(entry.getKey())) {
        parts.add(new Condition.ProbeSays(entry.getKey(), asked.words(entry.getKey(), TRUTHS)));
      } else {
        report.unknown(entry.getValue().key(), "probe", entry.getKey(), probes);
      }
    }
  }

  private void path(Tree value, List<Condition> parts) {
    Fields path = Fields.of(value, "`path`", report, List.of("under", "matches", "regex"));
    if (path.isMapping() && path.entries().isEmpty()) {
      report.add(value, "`path` needs `under`, `matches` or `regex`");
    }
    List<PathPattern> patterns = new ArrayList<>();
    texts(path, "under").forEach(glob -> patterns.add(PathPattern.under(glob)));
    texts(path, "matches").forEach(glob -> patterns.add(PathPattern.matching(glob)));
    List<Condition> either = new ArrayList<>();
    if (!patterns.isEmpty()) {
      either.add(new Condition.PathMatches(patterns));
    }
    if (path.get("regex") != null) {
      List<Regex> expressions = new ArrayList<>();
      path.texts("regex").forEach(text -> regex(text).ifPresent(expressions::add));
      either.add(new Condition.PathHas(expressions));
    }
    parts.add(either.size() == 1 ? either.getFirst() : new Condition.Any(either));
  }

  private List<PathPattern> directories(Tree value) {
    List<PathPattern> out = new ArrayList<>();
    if (value instanceof Tree.Mapping) {
      Fields fields = Fields.of(value, "`directory`", report, List.of("under", "matches"));
      texts(fields, "under").forEach(glob -> out.add(PathPattern.under(glob)));
      texts(fields, "matches").forEach(glob -> out.add(PathPattern.matching(glob)));
    } else {
      globs(Fields.texts(value, "`directory`", report))
          .forEach(glob -> out.add(PathPattern.under(glob)));
    }
    return out;
  }

  /** Patterns of names, some of which may be {@code {regex: …}}. */
  private List<NamePattern> names(Tree value) {
    List<NamePattern> out = new ArrayList<>();
    List<Tree> items = Fields.items(value);
    if (items.isEmpty()) {
      report.add(value, "an empty list of patterns");
    }
    for (Tree each : items) {
      if (each instanceof Tree.Mapping) {
        Fields fields = Fields.of(each, "a pattern", report, List.of("regex"));
        Tree.Text text = fields.requireText("regex");
        if (text != null) {
          regex(text).ifPresent(out::add);
        }
      } else {
        globs(Fields.texts(each, "a pattern", report)).forEach(glob -> out.add(new Wildcard(glob)));
      }
    }
    return out;
  }

  private Optional<Regex> regex(Tree.Text text) {
    if (text.value().isEmpty() || text.value().length() > LONGEST_PATTERN) {
      boolean _ = isPattern(text, report);
      return Optional.empty();
    }
    try {
      return Optional.of(Regex.of(text.value()));
    } catch (IllegalArgumentException e) {
      report.add(
          text,
          "the regular expression " + Report.quoted(text.value()) + " cannot be read",
          Text.printable(String.valueOf(e.getMessage())) + "; its syntax is that of RE2");
      return Optional.empty();
    }
  }

  private List<String> texts(Fields fields, String key) {
    return globs(fields.texts(key));
  }

  /** The globs, each {@code $name} replaced by the set of that name. */
  private List<String> globs(List<Tree.Text> texts) {
    List<String> out = new ArrayList<>();
    for (Tree.Text text : texts) {
      String pattern = text.value();
      if (pattern.startsWith("$")) {
        List<String> set = sets.get(pattern.substring(1));
        if (set == null) {
          report.unknown(text, "set", pattern.substring(1), sets.keySet());
        } else {
          out.addAll(set);
        }
      } else if (isPattern(text, report)) {
        out.add(pattern);
      }
    }
    return out;
  }

  static boolean isPattern(Tree.Text text, Report report) {
    String pattern = text.value();
    if (pattern.isEmpty()) {
      report.add(text, "an empty pattern matches nothing");
    } else if (pattern.length() > LONGEST_PATTERN) {
      report.add(
          text,
          String.format("a pattern of %,d characters", pattern.length()),
          String.format("at most %,d are read", LONGEST_PATTERN));
    } else if (pattern.startsWith("~")) {
      report.add(
          text,
          "`~` stands for nothing here: a pack does not know whose home it is",
          "use `facts: {home: true}`");
    } else {
      return true;
    }
    return false;
  }
}
