package belay.rules.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.CommandModels.Problem;
import belay.rules.effect.CommandModels.Source;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bad model is named with its place and reason, and the good ones beside it stay. */
final class BadModelsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "effects: [{deleet: operands}] | 5:13: `deleet` is none of [overwrite, truncate,",
        "effects: [{delete: operand}] | 5:22: `operand` picks no arguments",
        "effects: [{delete: operands, when: [-x]}] | 5:39: `-x` is not among the options",
        "effects: [{delete: -r}] | 5:22: `-r` takes no value",
        "effects: [{delete: operands, wen: [-r]}] | 5:37: `wen` is not known here",
        "effects: [{delete: operands, sort: pat}] | 5:38: `pat` is none of [path, volume,",
        "effects: [{delete: operands, reach: far}] | 5:39: `far` is none of [one, recursive,",
        "effects: [{delete: operands, when: ['first ~ (']}] | 5:39: `(` is no pattern:",
        "effects: [{}] | 5:13: here stands what is done and to what",
        "effects: [x] | 5:13: here stand keys with values",
        "runs: [{wrds: operands}] | 5:10: `wrds` is none of [words, text, code, stdin, opaque]",
        "runs: [{words: operands, change: [inside]}] | 5:37: `inside` needs something behind it",
        "letters: 'r:' | 5:12: `-r` takes a value in one place and none in another",
        "letters: ':::' | 5:12: `:::` is no string of option letters",
        "efects: [] | 5:3: `efects` is not known here",
        "until: many | 5:10: `many` is no number",
        "reading: [backwards] | 5:12: `backwards` is none of [raw, single-dash,",
        "abbreviates: perhaps | 5:16: here stands `true` or `false`",
        "commands: {b: {}, b: {}} | 5:21: `b` stands here twice",
        "commands: {a: {source: x}} | 5:18: `source` is not known here",
      })
  void aBadModelIsNamedWithItsPlace(String line, String problem) {
    List<Problem> problems = new ArrayList<>();
    CommandModels models = read(model("bad", line) + model("good", "until: 1"), problems);
    assertEquals(1, problems.size(), problems.toString());
    String said = problems.getFirst().toString();
    assertTrue(said.startsWith("t.yaml:" + problem), said);
    assertFalse(models.knows("bad"));
    assertTrue(models.knows("good"));
  }

  @Test
  void aModelNeedsItsSourceAndExamples() {
    List<Problem> problems = new ArrayList<>();
    read(
        "- programs: a\n  examples: ''\n- programs: b\n  source: b(1)\n- source: c(1)\n", problems);
    assertEquals(
        List.of(
            "t.yaml:1:3: `source` is missing",
            "t.yaml:3:3: `examples` is missing",
            "t.yaml:5:3: `programs` is missing"),
        problems.stream().map(Problem::toString).toList());
  }

  @Test
  void twoModelsForOneProgramAreAMistake() {
    List<Problem> problems = new ArrayList<>();
    read(model("a", "until: 1") + model("a", "until: 2"), problems);
    assertEquals(
        List.of("t.yaml:6:13: `a` has a model already"),
        problems.stream().map(Problem::toString).toList());
  }

  @Test
  void whatIsNoYamlIsNamedWithItsPlace() {
    List<Problem> problems = new ArrayList<>();
    read("- programs: [a\n", problems);
    assertEquals(2, problems.getFirst().line());
    assertTrue(problems.getFirst().reason().startsWith("this is not YAML: "));
  }

  @Test
  void aFileThatIsNoListIsNamed() {
    List<Problem> problems = new ArrayList<>();
    read("programs: a\n", problems);
    assertEquals("t.yaml:1:1: a model file is a list of models", problems.getFirst().toString());
  }

  @Test
  void anEmptyFileIsNamed() {
    List<Problem> problems = new ArrayList<>();
    read("", problems);
    assertEquals("t.yaml:1:1: a model file is a list of models", problems.getFirst().toString());
  }

  @Test
  void anExampleWithoutAMeaningIsNamed() {
    List<Problem> problems = new ArrayList<>();
    read("- programs: a\n  source: a(1)\n  examples: |\n    a b\n", problems);
    assertEquals("t.yaml:3:13: `a b` has no `=>`", problems.getFirst().toString());
  }

  private static String model(String program, String line) {
    return String.format(
        "- programs: %s\n  source: %s(1)\n  options: r,recursive o=\n  examples: ''\n  %s\n",
        program, program, line);
  }

  private static CommandModels read(String text, List<Problem> problems) {
    return CommandModels.of(List.of(new Source("t.yaml", text)), problems, new ArrayList<>());
  }
}
