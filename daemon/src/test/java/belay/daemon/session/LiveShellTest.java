package belay.daemon.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.Names;
import belay.rules.effect.ShellView.Variable;
import belay.rules.syntax.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LiveShellTest {

  private final List<List<String>> questions = new ArrayList<>();
  private final Map<String, HookMessage.Named> words = new HashMap<>();

  private LiveShell shell(Dialect dialect, Set<String> variables, Set<String> commandWords) {
    return new LiveShell(
        dialect,
        "/",
        "/",
        () -> new Names(variables, commandWords, false),
        words,
        false,
        wanted -> {
          questions.add(wanted);
          return wanted.stream()
              .filter(name -> !name.contains("none"))
              .collect(
                  Collectors.toMap(
                      name -> name, name -> new HookMessage.Named.Text("text of " + name)));
        });
  }

  @Test
  void aLineThatNamesNothingAsksNothing() {
    shell(Dialect.BASH, Set.of("A"), Set.of("ls")).directory();
    assertEquals(List.of(), questions);
  }

  @Test
  void allVariablesOfALineAreAskedForAtOnce() {
    LiveShell shell = shell(Dialect.BASH, Set.of("A", "B", "C"), Set.of());
    assertEquals(new Variable.Set(List.of("text of v:B")), shell.variable("B"));
    assertEquals(new Variable.Set(List.of("text of v:A")), shell.variable("A"));
    assertEquals(1, questions.size());
    assertEquals(Set.of("v:A", "v:B", "v:C"), Set.copyOf(questions.getFirst()));
  }

  @Test
  void whatCouldBeEvaluatedIsNotAskedFor() {
    LiveShell shell = shell(Dialect.BASH, Set.of("A[$(x)]", "@"), Set.of("$(x)", "a b"));
    assertInstanceOf(Variable.Unknown.class, shell.variable("A[$(x)]"));
    assertNull(shell.alias("$(x)"));
    assertEquals(List.of(), questions);
    shell.variable("A");
    shell.function("f");
    assertEquals(List.of(List.of("v:A"), List.of("f:f")), sorted(questions));
  }

  @Test
  void whatAWordStandsForIsRememberedForTheNextLine() {
    assertEquals("text of a:ll", shell(Dialect.BASH, Set.of(), Set.of("ll")).alias("ll"));
    assertNull(shell(Dialect.BASH, Set.of(), Set.of("none")).alias("none"));
    assertEquals("text of a:ll", shell(Dialect.BASH, Set.of(), Set.of("ll")).alias("ll"));
    assertNull(shell(Dialect.BASH, Set.of(), Set.of("none")).alias("none"));
    assertEquals(2, questions.size());
  }

  @Test
  void zshHasExpandedItsAliasesItself() {
    LiveShell shell = shell(Dialect.ZSH, Set.of(), Set.of("ll"));
    assertNull(shell.alias("ll"));
    assertEquals("text of f:ll", shell.function("ll"));
    assertEquals(List.of(List.of("f:ll")), questions);
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void ofAHundredThousandNamesAThousandAreAskedFor() {
    Set<String> many =
        IntStream.range(0, 100_000).mapToObj(i -> "V" + i).collect(Collectors.toSet());
    LiveShell shell = shell(Dialect.BASH, many, many);
    int known = 0;
    for (String name : many) {
      known += shell.variable(name) instanceof Variable.Set ? 1 : 0;
    }
    int asked = questions.stream().mapToInt(List::size).sum();
    assertTrue(known >= 256 && asked < 2_000, known + " known, " + asked + " asked for");
    assertTrue(questions.stream().allMatch(question -> question.size() < 300));
    // What was not asked for is unknown for this line, and not remembered as missing.
    assertNull(shell.alias("unasked"));
    assertNull(words.get("a:unasked"));
  }

  private static List<List<String>> sorted(List<List<String>> questions) {
    return questions.stream().map(question -> question.stream().sorted().toList()).toList();
  }
}
