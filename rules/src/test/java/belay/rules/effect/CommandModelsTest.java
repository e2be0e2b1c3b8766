package belay.rules.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandModelsTest {

  private static final FixedShell SHELL =
      FixedShell.complete(Dialect.BASH, "/w", "/home/u", Map.of(), Map.of(), Map.of());

  static List<String> effects(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return new EffectReader(CommandModels.builtIn())
        .read(Parser.parse(bytes, Dialect.BASH), bytes, SHELL).effects().stream()
            .map(
                effect ->
                    effect.kind().key()
                        + " "
                        + (effect.target() instanceof Target.Repository(Value where, String what)
                            ? what + " of " + where.display()
                            : effect.target() instanceof Target.Unknown
                                ? "something"
                                : effect.target().display())
                        + (effect.reach() == Reach.ONE
                            ? ""
                            : " " + effect.reach().name().toLowerCase(Locale.ROOT)))
            .toList();
  }

  @TestFactory
  Stream<DynamicTest> everyModelDoesWhatItsExamplesSay() {
    return CommandModels.builtIn().all().entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().examples().stream()
                    .map(
                        example ->
                            DynamicTest.dynamicTest(
                                entry.getKey() + ": " + example.line(),
                                () ->
                                    assertEquals(
                                        example.effects(),
                                        effects(example.line()),
                                        example.place()))));
  }

  @Test
  void everyModelHasAnExample() {
    CommandModels.builtIn()
        .all()
        .forEach((program, model) -> assertFalse(model.examples().isEmpty(), program));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "- source: x(1)|f:1:3: a model needs `programs`",
        "- programs: [x]|f:1:3: a model needs `source`: the man page it was read from",
        "- {programs: [x], source: y, shorts: a}|f:1:30: `shorts` is not one of",
        "- {programs: [x], source: y, does: [{delet: all}]}"
            + "|f:1:37: `delet` is neither an effect nor a condition",
        "- {programs: [x], source: y, does: [{delete: every}]}|f:1:46: `every` is no place",
        "- {programs: [x], source: y, does: [{delete: all, reach: wide}]}"
            + "|f:1:58: `wide` is no reach",
        "- {programs: [x], source: y, does: [{delete: all, matches: '('}]}"
            + "|f:1:60: this is no RE2 pattern",
        "- {programs: [x, x], source: y}|f:1:14: `x` has a model already",
        "a: b|f:1:1: a list is wanted here",
      })
  void aMistakeInAModelIsNamedWithItsPlace(String text, String message) {
    ModelParser.BadModel refused =
        assertThrows(ModelParser.BadModel.class, () -> ModelParser.parse("f", text));
    String said = String.valueOf(refused.getMessage());
    assertEquals(message, said.substring(0, Math.min(said.length(), message.length())));
  }
}
