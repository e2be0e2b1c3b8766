package belay.tests.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the compiler and the architecture test cannot see: the words of the sources. */
final class HouseRulesTest {

  /** The words stand apart so that this file does not break its own rules. */
  @ParameterizedTest
  @ValueSource(strings = {"Thread" + ".sleep", "@" + "Disabled", "TO" + "DO", "FIX" + "ME"})
  void aSourceNeverSays(String word) throws IOException {
    assertEquals(List.of(), sources(text -> text.contains(word)));
  }

  @Test
  void noSourceHasMoreThanSevenHundredLines() throws IOException {
    assertEquals(List.of(), sources(text -> text.lines().count() > 700));
  }

  @Test
  void aNameSaysMoreThanUtilHelperManagerOrImpl() throws IOException {
    var empty = Pattern.compile("(Utils?|Helper|Manager|Impl)\\.java$");
    assertEquals(
        List.of(),
        Tree.files(".java").stream()
            .map(Tree::name)
            .filter(name -> empty.matcher(name).find())
            .toList());
  }

  @Test
  void everyPackageOfProductionIntroducesItself() throws IOException {
    Set<Path> packages = new TreeSet<>();
    for (Path file : Tree.files(".java")) {
      if (Tree.name(file).contains("src/main/")) {
        packages.add(file.getParent());
      }
    }
    assertFalse(packages.isEmpty());
    List<String> silent = new ArrayList<>();
    for (Path directory : packages) {
      Path info = directory.resolve("package-info.java");
      if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
        silent.add(Tree.name(directory));
      }
    }
    assertEquals(List.of(), silent);
  }

  private static List<String> sources(Predicate<String> at) throws IOException {
    List<String> found = new ArrayList<>();
    List<Path> files = Tree.files(".java");
    assertFalse(files.isEmpty());
    for (Path file : files) {
      if (at.test(Files.readString(file))) {
        found.add(Tree.name(file));
      }
    }
    return found;
  }
}
