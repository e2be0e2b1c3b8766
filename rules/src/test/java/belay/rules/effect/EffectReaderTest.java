package belay.rules.effect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Lines and what they would do, in {@code lines.txt}: a line behind {@code $}, then an effect a
 * line. With {@code -Dbelay.rewrite=true} the file is written anew, for the difference to be read.
 */
class EffectReaderTest {

  private static final Path CASES = Path.of("src/test/resources/belay/effect/lines.txt");

  private static final FixedShell SHELL =
      FixedShell.complete(
          Dialect.BASH,
          "/w",
          "/home/u",
          Map.of(
              "IMG", List.of("/srv/web1.img"),
              "FLAGS", List.of("-rf x"),
              "GLOB", List.of("*.img"),
              "LIST", List.of("one", "two words")),
          Map.of("wipe", "dd if=/x of=/y/z", "s", "sudo ", "k", "rm -r", "rm", "rm -i"),
          Map.of("fun", "fun () { rm -rf \"$1/data\"; }"));

  private record Case(String line, List<String> expected) {}

  private static List<Case> cases() throws IOException {
    List<Case> out = new ArrayList<>();
    for (String row : Files.readAllLines(CASES)) {
      if (row.startsWith("$ ")) {
        out.add(new Case(row.substring(2).replace("⏎", "\n"), new ArrayList<>()));
      } else if (!row.isBlank() && !row.startsWith("#")) {
        out.getLast().expected().add(row);
      }
    }
    return out;
  }

  private static List<String> read(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    Reading reading =
        new EffectReader(CommandModels.builtIn())
            .read(Parser.parse(bytes, Dialect.BASH), bytes, SHELL);
    return reading.effects().stream().map(effect -> shown(effect, bytes)).toList();
  }

  private static String shown(Effect effect, byte[] line) {
    Span span = effect.origin().span();
    String place =
        switch (effect.origin().place()) {
          case Origin.Place.Here _ -> "";
          case Origin.Place.Remote(Value host) -> " on " + host.display();
          case Origin.Place.Inside(String what) -> " inside " + what;
        };
    return "%s %s %s, %s %s, by %s%s%s%s at `%s`"
        .formatted(
            effect.kind().key(),
            effect.target().key(),
            effect.target().display(),
            effect.reach().name().toLowerCase(Locale.ROOT),
            effect.certainty().name().toLowerCase(Locale.ROOT),
            effect.origin().program(),
            effect.origin().wrappers().isEmpty() ? "" : " in " + effect.origin().wrappers(),
            place,
            effect.origin().emptied().isEmpty() ? "" : " emptied " + effect.origin().emptied(),
            new String(line, span.from(), span.length(), StandardCharsets.UTF_8))
        .replace("\n", "⏎");
  }

  @TestFactory
  Stream<DynamicTest> everyLineDoesWhatItsCaseSays() throws IOException {
    if (Boolean.getBoolean("belay.rewrite")) {
      List<String> rows = new ArrayList<>();
      for (Case known : cases()) {
        rows.add("$ " + known.line().replace("\n", "⏎"));
        rows.addAll(read(known.line()));
      }
      Files.write(CASES, rows);
    }
    return cases().stream()
        .map(
            known ->
                DynamicTest.dynamicTest(
                    known.line(), () -> assertEquals(known.expected(), read(known.line()))));
  }

  @Test
  void aFileThatTheShellShowsIsReadWhereItIsSourced() {
    ShellView shell =
        new ShellView() {
          @Override
          public Dialect dialect() {
            return SHELL.dialect();
          }

          @Override
          public @Nullable String directory() {
            return SHELL.directory();
          }

          @Override
          public @Nullable String home() {
            return SHELL.home();
          }

          @Override
          public Variable variable(String name) {
            return SHELL.variable(name);
          }

          @Override
          public @Nullable String alias(String word) {
            return null;
          }

          @Override
          public @Nullable String function(String name) {
            return null;
          }

          @Override
          public @Nullable String script(String path) {
            return switch (path) {
              case "/w/clean.sh" -> "cd /srv; rm \"$1\"; . ./clean.sh x";
              case "/srv/clean.sh" -> ". clean.sh";
              default -> null;
            };
          }
        };
    byte[] line = "source clean.sh a; rm b; . missing.sh".getBytes(StandardCharsets.UTF_8);
    Reading reading =
        new EffectReader(CommandModels.builtIn())
            .read(Parser.parse(line, Dialect.BASH), line, shell);
    assertEquals(
        List.of("/srv/a", "/srv/b"),
        reading.effects().stream().map(effect -> effect.target().display()).toList());
  }

  @Test
  void aLoopOverManyNamesIsBounded() {
    assertEquals(100, read("for i in {1..500}; do rm /x/$i; done").size());
  }

  @Test
  void deepNestingIsSaidAndEnds() {
    StringBuilder line = new StringBuilder("rm x");
    for (int i = 0; i < 40; i++) {
      line.insert(0, "sudo ");
    }
    byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
    Reading reading =
        new EffectReader(CommandModels.builtIn())
            .read(Parser.parse(bytes, Dialect.BASH), bytes, SHELL);
    assertTrue(reading.effects().isEmpty());
    assertFalse(reading.unread().isEmpty());
  }

  @Test
  void aFunctionThatCallsItselfEnds() {
    assertEquals(1, read("f() { rm a; f; }; f").size());
    assertEquals(1, read("g() { rm b; h; }; h() { g; }; g").size());
  }

  @Test
  void namesTellsAllThatALineMentions() {
    byte[] line =
        "a $b | c \"${d:-$e}\" > $f; $(g $h) && i() { j; }".getBytes(StandardCharsets.UTF_8);
    Names names = Names.of(Parser.parse(line, Dialect.BASH));
    assertEquals(Set.of("b", "d", "e", "f", "h"), names.variables());
    assertEquals(Set.of("a", "c", "g", "j"), names.commandWords());
    assertTrue(names.definesFunctions());
  }
}
