package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CasesTest {

  @TestFactory
  Stream<DynamicTest> everyCaseOfBashReadsAsTheTableSays() throws IOException {
    return readAsTheTableSays(Dialect.BASH);
  }

  @TestFactory
  Stream<DynamicTest> everyCaseOfZshReadsAsTheTableSays() throws IOException {
    return readAsTheTableSays(Dialect.ZSH);
  }

  private static Stream<DynamicTest> readAsTheTableSays(Dialect dialect) throws IOException {
    if (Boolean.getBoolean("belay.rewrite")) {
      Cases.rewrite(dialect);
    }
    List<Cases.Case> cases = Cases.of(dialect);
    assertFalse(cases.size() < 100, "the table of " + dialect + " is too short to be whole");
    return cases.stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.shown(),
                    () -> {
                      Script script = Parser.parse(one.line(), dialect, true);
                      assertAll(
                          () -> assertEquals(one.status(), Outline.status(script), "status"),
                          () -> assertEquals(one.outline(), Outline.of(script), "tree"));
                    }));
  }

  /**
   * zsh's check ends lines that are cut short as it likes, and reports most others in the same
   * words as mistakes, so only bash is asked to tell incomplete from wrong.
   */
  @ParameterizedTest
  @EnumSource
  void theRealShellAgreesOnEveryCase(Dialect dialect, @TempDir Path directory)
      throws IOException, InterruptedException {
    RealShell shell = RealShell.of(dialect, directory);
    List<String> disagreements = new ArrayList<>();
    for (Cases.Case one : Cases.of(dialect)) {
      RealShell.Opinion opinion = shell.opinion(one.line());
      String expected = one.status().split(" ", 2)[0];
      String said =
          switch (opinion) {
            case ACCEPT -> "accept";
            case INCOMPLETE -> dialect == Dialect.BASH ? "incomplete" : "refuse";
            case REJECT -> dialect == Dialect.BASH ? "reject" : "refuse";
          };
      if (dialect == Dialect.ZSH && !expected.equals("accept")) {
        expected = "refuse";
      }
      boolean agrees = expected.equals(said);
      if (agrees == (one.shell() != null)) {
        disagreements.add(
            one.shown() + "\n  we: " + one.status() + ", " + dialect.shellName() + ": " + opinion);
      }
    }
    assertEquals(List.of(), disagreements, String.join("\n", disagreements));
  }
}
