package belay.rules.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What is questioned and what is let through where nothing is known of the machine; see
 * docs/judgement.md.
 */
final class JudgementTest {

  /** Lines of our own: {@code speak} or {@code quiet}, a blank, the line, newlines as ⏎. */
  private static final Path LINES = Path.of("src/test/resources/belay/judgement/lines.txt");

  private static final double LEAST_SPOKEN = 0.97;
  private static final double MOST_FALSE_ALARMS = 0.01;

  private final Bystander bystander = new Bystander();

  @TestFactory
  Stream<DynamicTest> everyLineIsQuestionedOrLetThroughAsItDeserves() throws IOException {
    return Files.readAllLines(LINES).stream()
        .filter(row -> !row.isBlank() && !row.startsWith("#"))
        .map(
            row -> {
              String expected = row.substring(0, row.indexOf(' '));
              String line = row.substring(row.indexOf(' ') + 1).replace("⏎", "\n");
              return DynamicTest.dynamicTest(
                  row,
                  () -> {
                    Bystander.Opinion opinion = bystander.about(line);
                    assertEquals(expected, opinion.speaks() ? "speak" : "quiet", opinion.why());
                  });
            });
  }

  /** A command line and what a reader would have done with it: speak, quiet or either. */
  private record Labelled(String command, String expect) {}

  /**
   * Measures against a file that does not belong to the project: {@code -Dbelay.labelled=FILE}, one
   * object with {@code command} and {@code expect} a line.
   */
  @Test
  void linesThatAReaderLabelledAreJudgedAsTheReaderWould() throws IOException {
    String file = System.getProperty("belay.labelled");
    assumeTrue(file != null, "no -Dbelay.labelled");
    List<String> missed = new ArrayList<>();
    List<String> alarms = new ArrayList<>();
    int speak = 0;
    int quiet = 0;
    for (String row : Files.readAllLines(Path.of(file))) {
      Labelled labelled = new Gson().fromJson(row, Labelled.class);
      Bystander.Opinion opinion = bystander.about(labelled.command());
      String told = labelled.command() + "\n    " + opinion.why();
      switch (labelled.expect()) {
        case "speak" -> {
          speak++;
          if (!opinion.speaks()) {
            missed.add(told);
          }
        }
        case "quiet" -> {
          quiet++;
          if (opinion.speaks()) {
            alarms.add(told);
          }
        }
        default -> {}
      }
    }
    String report =
        "questioned %d of %d that should be, and %d of %d that should not%nmissed:%n  %s%nfalse alarms:%n  %s"
            .formatted(
                speak - missed.size(),
                speak,
                alarms.size(),
                quiet,
                String.join("\n  ", missed),
                String.join("\n  ", alarms));
    System.out.println(report);
    assertTrue(missed.size() <= (1 - LEAST_SPOKEN) * speak, report);
    assertTrue(alarms.size() <= MOST_FALSE_ALARMS * quiet, report);
  }
}
