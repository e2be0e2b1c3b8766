package belay.tests.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every shell file of the project, read by the shell it is for and, but for zsh's, by shellcheck.
 */
final class ShellLintTest {

  static Stream<Path> forShAndBash() throws IOException {
    List<Path> files = new ArrayList<>(Tree.files(".bash"));
    for (String script : List.of("belay", "test", ".ci/run", "tests/bench")) {
      files.add(Tree.ROOT.resolve(script));
    }
    return files.stream().map(Tree.ROOT::relativize);
  }

  static Stream<Path> forZsh() throws IOException {
    return Tree.files(".zsh").stream().map(Tree.ROOT::relativize);
  }

  @ParameterizedTest
  @MethodSource("forShAndBash")
  void shellcheckHasNothingToSay(Path file) throws Exception {
    assertEquals("", output("shellcheck", file.toString()));
  }

  @ParameterizedTest
  @MethodSource("forZsh")
  void zshReadsItsFilesWithoutAnError(Path file) throws Exception {
    assertEquals("", output("zsh", "-f", "-n", file.toString()));
  }

  @ParameterizedTest
  @MethodSource("forShAndBash")
  void aScriptIsExecutableAndALibraryIsNot(Path file) {
    Path whole = Tree.ROOT.resolve(file);
    assertTrue(Files.exists(whole));
    assertEquals(!file.toString().endsWith(".bash"), Files.isExecutable(whole), file.toString());
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(Tree.ROOT.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    return status == 0 ? output : output + "exit status " + status;
  }
}
