package belay.rules.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that would take all time or memory in the world if they were followed to the end. */
final class HostileLinesTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final int MOST_EFFECTS = 2000;

  private static Reading read(String line, Dialect dialect) {
    FixedShell shell =
        FixedShell.complete(
            dialect,
            "/w",
            "/home/u",
            Map.of("A", List.of("one", "two words"), "S", List.of("a b*")),
            Map.of("twice", "twice; twice2 ", "twice2", "twice; echo ", "open", "for i in"),
            Map.of("loop", "loop () { loop | loop; rm \"$@\"; }", "bad", "bad () { ( }"));
    byte[] bytes = Text.encode(line);
    return new EffectReader(CommandModels.builtIn())
        .read(Parser.parse(bytes, dialect), bytes, shell);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "for a in {1..100}; do for b in {1..100}; do for c in {1..100}; do rm $a$b$c; done; done;"
            + " done",
        "x=aaaaaaaa; for i in {1..60}; do x=$x$x; done; rm $x",
        "x=aaaaaaaa; for i in {1..60}; do x+=$x; done; rm $x",
        "A=(a b); for i in {1..60}; do A=(\"${A[@]}\" \"${A[@]}\"); done; rm \"${A[@]}\"",
        "A=(a b); for i in {1..60}; do A+=(${A[@]}); done; rm \"${A[@]}\"",
        "x='rm a'; for i in {1..60}; do x=\"$x;$x\"; done; eval \"$x\"",
        "f() { g; g; g; g; }; g() { h; h; h; h; }; h() { i; i; i; i; }; i() { j; j; j; j; };"
            + " j() { k; k; k; k; }; k() { l; l; l; l; }; l() { rm x; rm y; }; f; f; f; f",
        "rm {1..1000}{1..1000}{1..1000}",
        "rm {1..999999999999} {9999999999999999999..1}",
        "for ((;;)); do rm x; done",
        "for ((i=0; i<1000000000; i++)); do rm $i; done",
        "set -- {1..500}; for a; do for b; do rm $a$b; done; done",
        "while :; do eval 'while :; do rm x; done'; done",
        "for i in {1..100}; do for j in {1..100}; do echo rm {1..50}; done; done | sh",
        "a=b; b=a; rm $((a)) $((1/0)) $((1<<99)) $((9**99)) ${x:99999999999999999999}",
        "twice x; twice2 y; open; loop x; bad y",
      })
  void aHostileLineIsReadInBoundedTimeAndMemory(String line) {
    for (Dialect dialect : Dialect.values()) {
      Reading reading = assertTimeoutPreemptively(LONG, () -> read(line, dialect), line);
      assertTrue(reading.effects().size() <= MOST_EFFECTS, line);
      for (Effect effect : reading.effects()) {
        assertTrue(effect.target().display().length() < 1 << 18, line);
      }
    }
  }

  /** A program without a model is asked for its verb: a pattern that recurses would overflow. */
  @Test
  void aWordOfManyPartsIsNoVerb() {
    String parts = "a-".repeat(200_000);
    for (String line :
        List.of("x " + parts, "x " + parts + "delete y", "x delete" + parts + " y")) {
      for (Dialect dialect : Dialect.values()) {
        assertTrue(read(line, dialect).effects().isEmpty());
      }
    }
    assertEquals(1, read("x db-of-a-shop-delete y", Dialect.BASH).effects().size());
  }

  @Test
  void whatIsNotFollowedToItsEndIsSaid() {
    Reading reading =
        read("for a in {1..99}; do for b in {1..99}; do rm $a$b; done; done", Dialect.BASH);
    assertFalse(reading.unread().isEmpty());
  }

  /** Lines torn and put together at random: nonsense must be read too, and never throw. */
  @Test
  void nonsenseIsReadWithoutComplaint() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("src/test/resources/belay/effect/lines.txt")).stream()
            .filter(line -> line.startsWith("$ "))
            .map(line -> line.substring(2).replace("⏎", "\n"))
            .toList();
    Random random = new Random(4711);
    int effects = 0;
    for (int i = 0; i < 10_000; i++) {
      StringBuilder line = new StringBuilder(lines.get(random.nextInt(lines.size())));
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        String other = lines.get(random.nextInt(lines.size()));
        int from = random.nextInt(other.length());
        int to = from + random.nextInt(other.length() - from + 1);
        int at = random.nextInt(line.length() + 1);
        line.replace(
            at, Math.min(line.length(), at + random.nextInt(6)), other.substring(from, to));
      }
      Dialect dialect = i % 2 == 0 ? Dialect.BASH : Dialect.ZSH;
      effects += read(line.toString(), dialect).effects().size();
    }
    assertTrue(effects > 5_000, "most of it still does something: " + effects);
  }
}
