package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema for editors says of packs what the parser says, as far as it can. */
final class PackSchemaTest {

  private static final Map<String, Object> SCHEMA = PackSchema.schema();

  /** What a validator would object to: of JSON Schema as much as our schema uses. */
  private static List<String> objections(Object schemaNode, @Nullable Object value, String at) {
    List<String> out = new ArrayList<>();
    Map<?, ?> schema = (Map<?, ?>) schemaNode;
    for (Map.Entry<?, ?> entry : schema.entrySet()) {
      Object wanted = entry.getValue();
      boolean fits =
          switch ((String) entry.getKey()) {
            case "$schema", "title", "$defs", "properties", "items" -> true;
            case "$ref" -> {
              Map<?, ?> definitions = (Map<?, ?>) Objects.requireNonNull(SCHEMA.get("$defs"));
              String name = ((String) wanted).substring("#/$defs/".length());
              out.addAll(objections(Objects.requireNonNull(definitions.get(name)), value, at));
              yield true;
            }
            case "enum" -> ((List<?>) wanted).contains(value);
            case "type" -> types(wanted).anyMatch(type -> isOfType(type, value));
            case "minLength" -> !(value instanceof String text) || !text.isEmpty();
            case "minItems" -> !(value instanceof List<?> list) || !list.isEmpty();
            case "minimum" -> !(value instanceof Number number) || number.longValue() >= 0;
            case "pattern" ->
                !(value instanceof String text)
                    || Pattern.compile((String) wanted).matcher(text).find();
            case "required" ->
                !(value instanceof Map<?, ?> map) || map.keySet().containsAll((List<?>) wanted);
            case "anyOf" ->
                ((List<?>) wanted).stream().anyMatch(each -> objections(each, value, at).isEmpty());
            case "allOf" ->
                ((List<?>) wanted).stream().allMatch(each -> objections(each, value, at).isEmpty());
            case "additionalProperties" -> {
              members(schema, wanted, value, at, out);
              yield true;
            }
            default -> throw new IllegalStateException("not known here: " + entry.getKey());
          };
      if (!fits) {
        out.add(at + ": " + entry.getKey());
      }
    }
    if (schema.get("items") != null && value instanceof List<?> list) {
      for (Object item : list) {
        out.addAll(objections(Objects.requireNonNull(schema.get("items")), item, at + "[]"));
      }
    }
    return out;
  }

  private static void members(
      Map<?, ?> schema, Object others, @Nullable Object value, String at, List<String> out) {
    if (!(value instanceof Map<?, ?> map)) {
      return;
    }
    Map<?, ?> properties = schema.get("properties") instanceof Map<?, ?> known ? known : Map.of();
    map.forEach(
        (key, member) -> {
          Object of = properties.get(key);
          if (of != null) {
            out.addAll(objections(of, member, at + "/" + key));
          } else if (others.equals(false)) {
            out.add(at + ": no `" + key + "`");
          } else {
            out.addAll(objections(others, member, at + "/" + key));
          }
        });
  }

  private static Stream<String> types(Object wanted) {
    return wanted instanceof List<?> list
        ? list.stream().map(String.class::cast)
        : Stream.of((String) wanted);
  }

  private static boolean isOfType(String type, @Nullable Object value) {
    return switch (type) {
      case "object" -> value instanceof Map;
      case "array" -> value instanceof List;
      case "string" -> value instanceof String;
      case "integer" -> value instanceof Integer || value instanceof Long;
      case "number" -> value instanceof Number;
      case "boolean" -> value instanceof Boolean;
      case "null" -> value == null;
      default -> throw new IllegalStateException(type);
    };
  }

  private static List<String> objectionsTo(String pack) {
    return objections(SCHEMA, new Load(LoadSettings.builder().build()).loadFromString(pack), "");
  }

  static Stream<Source> shipped() {
    return PackReader.builtInSources().stream();
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void theShippedPacksAreOfTheForm(Source pack) {
    assertEquals(List.of(), objectionsTo(pack.text()));
  }

  private static final String PACK =
      """
      pack: team.a
      version: 1.0.0
      title: T
      rules:
        - id: r
          title: T
          when: {effects: delete, facts: {live: [true, unknown]}}
          severity: high
          action: block
          message: M
          examples: {block: [rm a], silent: [{command: ls, shell: zsh}]}
      """;

  @ParameterizedTest
  @CsvSource({
    "pack: team.a, pack: Team A",
    "1.0.0, '1.0'",
    "severity, severty",
    "high, dire",
    "effects: delete, effects: deletes",
    "effects: delete, targets: path",
    "live, alive",
    "'[true, unknown]', maybe",
    "block: [rm a], blocked: [rm a]",
    "shell: zsh, shell: fish",
    "'    title: T\n', ''",
  })
  void whatTheParserRefusesInFormTheSchemaRefusesToo(String sound, String broken) {
    assertEquals(List.of(), objectionsTo(PACK));
    String pack = PACK.replace(sound, broken);
    assertFalse(PACK.equals(pack));
    assertFalse(objectionsTo(pack).isEmpty());
    assertEquals(
        PackResult.Rejected.class, PackReader.read(List.of(new Source("a", pack))).getClass());
  }

  @Test
  void thePublishedFileIsTheSchemaOfThisParser() throws IOException {
    String text =
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(SCHEMA) + "\n";
    assertEquals(text, Files.readString(Path.of("../docs/pack.schema.json")));
  }
}
