package belay.rules.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import belay.rules.effect.CommandModels.Example;
import belay.rules.effect.CommandModels.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every model says by examples what it makes of command lines, and keeps its word. */
final class ShippedModelsTest {

  @Test
  void theShippedModelsAreSound() {
    List<Problem> problems = new ArrayList<>();
    CommandModels.of(CommandModels.builtInSources(), problems, new ArrayList<>());
    assertEquals(List.of(), problems);
  }

  @TestFactory
  Stream<DynamicTest> anExampleMeansWhatItSays() {
    List<Example> examples = new ArrayList<>();
    CommandModels models =
        CommandModels.of(CommandModels.builtInSources(), new ArrayList<>(), examples);
    assertFalse(examples.isEmpty());
    return examples.stream()
        .map(
            example ->
                DynamicTest.dynamicTest(
                    example.file() + ":" + example.line() + " " + example.command(),
                    () -> assertEquals(example.meaning(), meaning(models, example.command()))));
  }

  private static String meaning(CommandModels models, String line) {
    List<Field> fields = MeaningText.fields(line);
    String program = fields.getFirst().value().display();
    return MeaningText.of(models.read(program, fields.subList(1, fields.size())));
  }
}
