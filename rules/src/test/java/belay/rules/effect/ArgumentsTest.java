package belay.rules.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import belay.rules.effect.CommandModels.Problem;
import belay.rules.effect.CommandModels.Source;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How options and operands are told apart; each row is one way a program reads its arguments. */
final class ArgumentsTest {

  private static final String PERMUTING =
      """
      - programs: p
        source: made up
        options: a,all o,output= c,color[=] verbose version-sort
        effects:
          - {delete: operands}
          - {overwrite: -o}
          - {append: -c}
          - {wipe: "=all", when: [-a]}
        examples: ""
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x -a y | delete x; delete y; wipe all",
        "-ao f x | delete x; overwrite f; wipe all",
        "-aof x | delete x; overwrite f; wipe all",
        "-of -o g | overwrite f; overwrite g",
        "--output=f --out g --o=h | overwrite f; overwrite g; overwrite h",
        "--output=e x | delete x; overwrite e",
        "--ver x | delete x",
        "-c x | delete x",
        "-cred x | delete x; append red",
        "--color=red --color x | delete x; append red",
        "-- -a --all | delete -a; delete --all",
        "x - y | delete x; delete -; delete y",
        "-o | nothing",
        "-z x | delete x",
        "--zoo=1 x | delete x",
        "--output=$F | overwrite …",
        "-o$F x$G | delete x…; overwrite …",
        "$F -a | delete …; wipe all",
        "-$F x | delete x",
        "--$F x | delete x",
      })
  void gnuProgramsTakeOptionsAnywhere(String line, String meaning) {
    assertEquals(meaning, read(PERMUTING, line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x -a y | delete x; delete -a; delete y",
        "-a x -- y | delete x; delete --; delete y; wipe all",
        "-- -a | delete -a",
      })
  void otherProgramsStopAtTheFirstOperand(String line, String meaning) {
    assertEquals(meaning, read(PERMUTING.replace("source:", "until: 1\n  source:"), line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-all x | delete x; wipe all",
        "-output=f | overwrite f",
        "-output f x | delete x; overwrite f",
        "--output f | overwrite f",
        "-a x | delete x; wipe all",
      })
  void someProgramsHaveWordsBehindOneDash(String line, String meaning) {
    assertEquals(
        meaning, read(PERMUTING.replace("source:", "reading: [single-dash]\n  source:"), line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ao f x | delete x; overwrite f; wipe all",
        "-ao f x | delete x; overwrite f; wipe all",
        "oz f x | delete x; overwrite f",
      })
  void tarTakesLettersWithoutADash(String line, String meaning) {
    assertEquals(meaning, read(PERMUTING.replace("source:", "reading: [bundle]\n  source:"), line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-x x | delete -x; delete x",
        "-ax y | delete y; wipe all",
      })
  void chmodTakesUnknownLettersForAMode(String line, String meaning) {
    assertEquals(
        meaning,
        read(PERMUTING.replace("source:", "reading: [others-are-operands]\n  source:"), line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--region x y | delete y",
        "--region=x y | delete y",
        "--region --all y | delete y; wipe all",
        "-r x y | delete y",
      })
  void someProgramsGiveEveryOptionAValue(String line, String meaning) {
    assertEquals(
        meaning,
        read(PERMUTING.replace("source:", "reading: [others-take-values]\n  source:"), line));
  }

  private static String read(String model, String line) {
    List<Problem> problems = new ArrayList<>();
    CommandModels models =
        CommandModels.of(List.of(new Source("t.yaml", model)), problems, new ArrayList<>());
    assertEquals(List.of(), problems);
    return MeaningText.of(models.read("p", MeaningText.fields(line)));
  }
}
