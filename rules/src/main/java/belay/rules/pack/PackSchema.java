package belay.rules.pack;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The form of a pack file as a JSON Schema (draft 2020-12), for editors: made of the words that the
 * parser knows. What is more than form (that a set is there, that an example holds) only the parser
 * says.
 */
public final class PackSchema {

  private static final Map<String, Object> TEXT = ordered("type", "string", "minLength", 1);

  private static final Map<String, Object> TEXTS = oneOrMore(TEXT);

  /** Patterns of names: texts, or regular expressions. */
  private static final Map<String, Object> NAMES = Map.of("$ref", "#/$defs/names");

  private static final Map<String, Object> TRUTH = Map.of("enum", List.of(true, false, "unknown"));

  private PackSchema() {}

  /** The schema: maps, lists, texts, numbers and truth values. */
  public static Map<String, Object> schema() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    out.put("title", "Belay rule pack");
    out.putAll(
        object(
            PackParser.PACK_KEYS,
            List.of("pack", "version", "title"),
            key ->
                switch (key) {
                  case "pack" -> form(PackParser.PACK_NAME.pattern());
                  case "version" -> form(Version.FORM.pattern());
                  case "needs" ->
                      object(
                          Needs.KEYS, List.of(), need -> need.equals("packs") ? mapOf(TEXT) : TEXT);
                  case "maintainers" -> TEXTS;
                  case "sets" -> mapOf(TEXTS);
                  case "probes" -> mapOf(probe());
                  case "rules" -> ordered("type", "array", "items", rule());
                  default -> TEXT;
                }));
    out.put("$defs", ordered("condition", condition(), "names", names()));
    return out;
  }

  private static Map<String, Object> probe() {
    return object(
        List.of("effects", "targets", "title"),
        List.of("effects", "targets"),
        key ->
            switch (key) {
              case "effects" -> words(ConditionParser.EFFECTS.keySet());
              case "targets" -> words(ConditionParser.TARGETS.keySet());
              default -> TEXT;
            });
  }

  private static Map<String, Object> rule() {
    return object(
        PackParser.RULE_KEYS,
        List.of("id", "title", "when", "severity", "action", "message", "examples"),
        key ->
            switch (key) {
              case "id" -> form(PackParser.ID.pattern());
              case "when" ->
                  Map.of("allOf", List.of(reference(), Map.of("required", List.of("effects"))));
              case "severity" -> word(PackParser.SEVERITIES.keySet());
              case "action" -> word(PackParser.ACTIONS.keySet());
              case "challenge" -> oneOrMore(challenge());
              case "instead" -> Map.of("anyOf", List.of(TEXT, advice()));
              case "links" -> oneOrMore(form("https://.+"));
              // What YAML 1.1 takes for truth values may be written so.
              case "pass", "general" -> Map.of("enum", List.of("yes", "no", true, false));
              case "examples" -> examples();
              default -> TEXT;
            });
  }

  private static Map<String, Object> challenge() {
    return Map.of(
        "anyOf",
        List.of(
            Map.of("enum", List.of("yes", "target", "second-person", true)),
            object(
                List.of("phrase", "wait"),
                List.of(),
                key -> key.equals("wait") ? form(DemandParser.WAIT.pattern()) : TEXT)));
  }

  private static Map<String, Object> advice() {
    return object(List.of("say", "run"), List.of(), _ -> TEXT);
  }

  private static Map<String, Object> reference() {
    return Map.of("$ref", "#/$defs/condition");
  }

  private static Map<String, Object> condition() {
    return object(
        ConditionParser.KEYS,
        List.of(),
        key ->
            switch (key) {
              case "effects" -> words(ConditionParser.EFFECTS.keySet());
              case "targets" -> words(ConditionParser.TARGETS.keySet());
              case "path" -> object(List.of("under", "matches", "regex"), List.of(), _ -> TEXTS);
              case "directory" ->
                  Map.of(
                      "anyOf",
                      List.of(TEXTS, object(List.of("under", "matches"), List.of(), _ -> TEXTS)));
              case "time" -> oneOrMore(time());
              case "origin" -> words(ConditionParser.CALLERS.keySet());
              case "reach" -> words(ConditionParser.REACHES.keySet());
              case "trait" -> words(ConditionParser.TRAITS.keySet());
              case "certainty" -> words(ConditionParser.CERTAINTIES.keySet());
              case "spelling" -> words(ConditionParser.SPELLINGS.keySet());
              case "where" -> words(ConditionParser.PLACES.keySet());
              case "is" -> words(ConditionParser.THINGS.keySet());
              case "facts" ->
                  object(
                      List.copyOf(ConditionParser.ABOUT.keySet()),
                      List.of(),
                      _ -> oneOrMore(TRUTH));
              case "probes" -> mapOf(oneOrMore(TRUTH));
              case "emptied" -> Map.of("type", "boolean");
              case "all", "any" -> several(reference());
              case "not" -> reference();
              default -> NAMES;
            });
  }

  private static Map<String, Object> names() {
    return oneOrMore(
        Map.of("anyOf", List.of(TEXT, object(List.of("regex"), List.of("regex"), _ -> TEXT))));
  }

  private static Map<String, Object> time() {
    return object(
        TimeParser.KEYS,
        List.of(),
        key ->
            switch (key) {
              case "days" -> words(TimeParser.DAYS.keySet());
              case "from", "to" -> form(TimeParser.CLOCK.pattern());
              default -> TEXT;
            });
  }

  private static Map<String, Object> circumstances() {
    return object(
        CircumstancesParser.KEYS,
        List.of(),
        key ->
            switch (key) {
              case "origin" -> word(ConditionParser.CALLERS.keySet());
              case "host" -> TEXTS;
              default -> TEXT;
            });
  }

  private static Map<String, Object> examples() {
    Map<String, Object> example =
        Map.of(
            "anyOf",
            List.of(
                TEXT,
                object(
                    ExampleParser.EXAMPLE_KEYS,
                    List.of("command"),
                    key ->
                        switch (key) {
                          case "shell" -> word(ExampleParser.DIALECTS.keySet());
                          case "facts" -> mapOf(thing());
                          case "variables" -> variables();
                          case "circumstances" -> circumstances();
                          default -> TEXT;
                        })));
    return object(
        ExampleParser.KEYS,
        List.of(),
        key ->
            switch (key) {
              case "facts" -> mapOf(thing());
              case "variables" -> variables();
              case "circumstances" -> circumstances();
              default -> ordered("type", "array", "items", example);
            });
  }

  private static Map<String, Object> variables() {
    return mapOf(Map.of("type", List.of("string", "number", "boolean", "null")));
  }

  private static Map<String, Object> thing() {
    return object(
        ExampleParser.THING_KEYS,
        List.of(),
        key ->
            switch (key) {
              case "kind" -> word(ConditionParser.THINGS.keySet());
              case "size" -> ordered("type", "integer", "minimum", 0);
              case "seen" -> TEXT;
              case "labels" -> TEXTS;
              case "probes" -> mapOf(TRUTH);
              default -> TRUTH;
            });
  }

  private static Map<String, Object> object(
      List<String> keys, List<String> required, Function<String, Map<String, Object>> of) {
    Map<String, Object> properties = new LinkedHashMap<>();
    keys.forEach(key -> properties.put(key, of.apply(key)));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("type", "object");
    out.put("properties", properties);
    out.put("additionalProperties", false);
    if (!required.isEmpty()) {
      out.put("required", required);
    }
    return out;
  }

  private static Map<String, Object> mapOf(Map<String, Object> values) {
    return ordered("type", "object", "additionalProperties", values);
  }

  private static Map<String, Object> form(String pattern) {
    return ordered("type", "string", "pattern", "^(?:" + pattern + ")$");
  }

  private static Map<String, Object> word(Collection<String> words) {
    return Map.of("enum", List.copyOf(words));
  }

  private static Map<String, Object> words(Collection<String> words) {
    return oneOrMore(word(words));
  }

  private static Map<String, Object> oneOrMore(Map<String, Object> item) {
    return Map.of("anyOf", List.of(item, several(item)));
  }

  private static Map<String, Object> several(Map<String, Object> item) {
    Map<String, Object> out = ordered("type", "array", "minItems", 1);
    out.put("items", item);
    return out;
  }

  /** In this order, so that the text is the same each time. */
  private static Map<String, Object> ordered(String a, Object x, String b, Object y) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(a, x);
    out.put(b, y);
    return out;
  }
}
