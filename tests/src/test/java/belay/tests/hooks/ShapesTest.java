package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lines of every shape, from {@code shapes.txt}: a stopped one does nothing, the others as ever.
 */
@Tag("acceptance")
final class ShapesTest {

  @TempDir Path home;

  /**
   * One shape.
   *
   * @param lines what stands before each Enter
   * @param ran what is in the file {@code ran} when they have run; {@code -} for those that do not
   */
  private record Shape(List<String> lines, String ran) {

    static Shape read(String row) {
      int words = row.indexOf(' ');
      int arrow = row.lastIndexOf(" => ");
      return new Shape(
          List.of(row.substring(words + 1, arrow).split("⏎", -1)), row.substring(arrow + 4));
    }

    String first(int count) {
      return String.join("\n", lines.subList(0, count));
    }

    String whole() {
      return first(lines.size());
    }

    String keys(int count) {
      return first(count).replace('\n', '\r');
    }
  }

  private static List<Shape> shapes(Shell shell) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ShapesTest.class.getResourceAsStream("shapes.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(row -> row.startsWith("both ") || row.startsWith(shell.command() + " "))
          .map(Shape::read)
          .toList();
    }
  }

  private Terminal start(Shell shell) throws IOException, InterruptedException {
    Files.writeString(home.resolve("script"), "echo i >>ran\n");
    return Terminal.of(shell, home)
        .after(
            "defined() { echo $1 >>ran; }; alias aliased='echo >>ran'",
            shell == Shell.ZSH
                ? "alias -g GLOBAL='three >>ran'; alias piped=echo; alias -s suffix='echo >>ran'"
                : "shopt -s expand_aliases")
        .start();
  }

  /** The names of all files, but of the terminal's own. */
  private Set<String> files() throws IOException {
    try (Stream<Path> all = Files.list(home)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> !name.equals("well"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStoppedLineDoesNothingWhateverItsShape(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = start(shell)) {
      Set<String> before = files();
      List<String> broken = new ArrayList<>();
      for (Shape shape : shapes(shell)) {
        // bash asks at each continuation prompt, and can be stopped there.
        int last = shape.lines().size();
        for (int count = shell == Shell.BASH ? 1 : last; count <= last; count++) {
          String part = shape.first(count);
          daemon.minding(
              (request, line) ->
                  line.say((request.line().equals(part) ? "B " : "A ") + request.number()));
          int mark = daemon.mark();
          terminal.enter(shape.keys(count));
          daemon.await(mark, m -> m.type().equals("R") && m.line().equals(part));
          terminal.assertWell();
          if (!files().equals(before)) {
            broken.add(part);
            Files.deleteIfExists(home.resolve("ran"));
          }
        }
      }
      assertEquals(List.of(), broken);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAllowedLineDoesWhatItAlwaysDid(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = start(shell)) {
      List<String> broken = new ArrayList<>();
      int count = 0;
      for (Shape shape : shapes(shell)) {
        if (shape.ran().equals("-")) {
          continue;
        }
        int mark = daemon.mark();
        terminal.enter(shape.keys(shape.lines().size()));
        daemon.await(mark, m -> m.type().equals("R") && m.line().equals(shape.whole()));
        // Some write in the background.
        terminal.run("until [[ -s ran ]]; do :; done");
        terminal.assertWell();
        String ran = String.join(" ", terminal.file("ran"));
        if (!ran.equals(shape.ran())) {
          broken.add(shape.whole() + " => " + ran);
        }
        Files.deleteIfExists(home.resolve("ran"));
        count++;
      }
      assertEquals(List.of(), broken);
      assertTrue(count > 80, count + " lines");
    }
  }
}
