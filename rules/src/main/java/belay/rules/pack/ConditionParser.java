package belay.rules.pack;

import belay.rules.effect.Certainty;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Reach;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.judge.Condition;
import belay.rules.judge.PathPattern;
import belay.rules.judge.Wildcard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
          "all",
          "any",
          "not");

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
      case "path" -> parts.add(path(value));
      case "name" -> parts.add(new Condition.NameMatches(wildcards(fields, key)));
      case "system" -> parts.add(new Condition.SystemIs(wildcards(fields, key)));
      case "program" -> parts.add(new Condition.ProgramIs(wildcards(fields, key)));
      case "wrapper" -> parts.add(new Condition.WrapperIs(wildcards(fields, key)));
      case "reach" -> parts.add(new Condition.ReachIs(fields.words(key, REACHES)));
      case "certainty" -> parts.add(new Condition.CertaintyIs(fields.words(key, CERTAINTIES)));
      case "spelling" -> parts.add(new Condition.SpellingIs(fields.words(key, SPELLINGS)));
      case "where" -> parts.add(new Condition.PlaceIs(fields.words(key, PLACES)));
      case "is" -> parts.add(new Condition.ThingIs(fields.words(key, THINGS)));
      case "facts" -> facts(value, parts);
      case "labels" -> parts.add(new Condition.LabelIs(wildcards(fields, key)));
      case "probes" -> probes(value, parts);
      case "emptied" -> {
        Boolean wanted = fields.word(key, YES_OR_NO);
        if (wanted != null) {
          parts.add(new Condition.Emptied(wanted));
        }
      }
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

  private Condition path(Tree value) {
    Fields path = Fields.of(value, "`path`", report, List.of("under", "matches"));
    List<PathPattern> patterns = new ArrayList<>();
    patterns(path, "under").forEach(glob -> patterns.add(PathPattern.under(glob)));
    patterns(path, "matches").forEach(glob -> patterns.add(PathPattern.matching(glob)));
    if (path.isMapping() && path.entries().isEmpty()) {
      report.add(value, "`path` needs `under` or `matches`");
    }
    return new Condition.PathMatches(patterns);
  }

  private List<Wildcard> wildcards(Fields fields, String key) {
    return patterns(fields, key).stream().map(Wildcard::new).toList();
  }

  /** The texts under a key, each {@code $name} replaced by the set of that name. */
  private List<String> patterns(Fields fields, String key) {
    List<String> out = new ArrayList<>();
    for (Tree.Text text : fields.texts(key)) {
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
