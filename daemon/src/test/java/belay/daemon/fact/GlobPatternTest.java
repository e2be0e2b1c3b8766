package belay.daemon.fact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.Value.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The truth is bash's own pathname expansion over the same files. */
final class GlobPatternTest {

  private static final List<String> FILES =
      List.of(
          ".hidden",
          "a",
          "ab",
          "abc",
          "b.img",
          "web1.img",
          "web2.img",
          "web10.img",
          "WEB.IMG",
          "x y",
          "[lit]",
          "back\\slash",
          "star*",
          "ä.img",
          "web1.img.bak",
          "-dash",
          "a]b",
          "a-b",
          "!bang",
          "dir/one.img",
          "dir/.two",
          "dir/sub/three.img",
          "other/one.img");

  @TempDir static Path directory = Path.of("");

  private static boolean made;

  private static void make() throws IOException {
    if (!made) {
      for (String file : FILES) {
        Path path = directory.resolve(file);
        Files.createDirectories(path.resolveSibling("."));
        Files.writeString(path, "");
      }
      Files.createSymbolicLink(directory.resolve("link"), Path.of("dir"));
      made = true;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "*.img",
        "web?.img",
        "web[12].img",
        "web[!1]*.img",
        "web[^1]*.img",
        ".*",
        ".h*",
        "[[:upper:]]*",
        "[a-c]*",
        "*[[:digit:]]*",
        "\\*",
        "star\\*",
        "*\\**",
        "\\[lit\\]",
        "[[]*",
        "*]*",
        "[]]*",
        "a[]-]b",
        "a[-]b",
        "?",
        "??",
        "*/*",
        "*/*.img",
        "dir/*",
        "link/*",
        "*/",
        "**",
        "d*/s*/*",
        "@(a|ab|abc)",
        "web@(1|2).img",
        "web?(1).img",
        "web+([0-9]).img",
        "!(*.img)",
        "*(a|b)",
        "web*(1|0).img",
        "[!a-z]*",
        "x\\ y",
        "x?y",
        "[",
        "nothing*",
        "*ä*",
        "?.img",
        "[ä].img",
        "back\\\\*",
        "./*.img",
        "*.[iI][mM][gG]",
        "!(a|b*|w*)",
        "+(a|b|c)"
      })
  void namesAreThoseThatBashExpandsTo(String pattern) throws Exception {
    make();
    Process bash =
        new ProcessBuilder(
                "bash",
                "--norc",
                "-O",
                "extglob",
                "-O",
                "nullglob",
                "-c",
                "LC_ALL=C.UTF-8; cd -- \"$1\" || exit; for f in "
                    + pattern
                    + "; do printf '%s\\n' \"$f\"; done",
                "bash",
                directory.toString())
            .redirectErrorStream(true)
            .start();
    List<String> expected =
        new String(bash.getInputStream().readAllBytes(), UTF_8)
            .lines()
            .map(name -> directory.resolve(name).normalize().toString())
            .filter(name -> Files.exists(Path.of(name)))
            .filter(name -> name.startsWith(directory + "/"))
            .sorted()
            .toList();
    assertEquals(0, bash.waitFor());
    List<Piece> pieces = List.of(new Piece.Known(directory + "/"), new Piece.Pattern(pattern));
    List<String> found =
        new Expansion(Machine.local(), () -> false)
            .of(pieces).stream().map(Expansion.Match::path).sorted().toList();
    if (pattern.equals("**")) {
      // Goes through directories in zsh, and in bash with globstar.
      assertTrue(found.containsAll(expected));
      assertTrue(found.contains(directory + "/dir/sub/three.img"));
    } else {
      assertEquals(expected, found);
    }
  }

  @Test
  void knownTextInAPatternStandsForItself() throws IOException {
    make();
    List<Piece> pieces = List.of(new Piece.Known(directory + "/star*"), new Piece.Pattern("*"));
    assertEquals(
        List.of(directory + "/star*"),
        new Expansion(Machine.local(), () -> false)
            .of(pieces).stream().map(Expansion.Match::path).toList());
  }

  @Test
  void whatZshAddsIsMatchedToo() {
    assertTrue(GlobPattern.of("web<1-20>.img").matches("web12.img"));
    assertFalse(GlobPattern.of("web<1-20>.img").matches("web.img"));
    assertTrue(GlobPattern.of("(web|db)1.img").matches("db1.img"));
    assertTrue(GlobPattern.of("*.img(.om[1])").matches("web1.img"));
    assertFalse(GlobPattern.of("*.img(.om[1])").matches("web1.raw"));
  }

  @Test
  void aPatternMadeToTakeForeverStopsAndCountsAsMatched() {
    assertTrue(GlobPattern.of("+(+(+(+(a))))b").matches("a".repeat(60)));
  }
}
