package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("acceptance")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TryTest {

  private record Ran(int status, String output) {}

  private static Ran run(String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(arguments)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("BELAY_NO_BUILD", "1");
    Process process = builder.start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ran(process.waitFor(), output);
    } finally {
      process.destroy();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void theScriptStopsWhatMustBeStoppedAndLeavesNothingBehind(String shell) throws Exception {
    Ran ran = run(Scene.LAUNCHER.toString(), "try", "--script", "--shell", shell);
    assertEquals(0, ran.status(), ran.output());
    assertTrue(ran.output().contains("ok: xen/web1.img has the SHA-256 it had"), ran.output());
    assertTrue(ran.output().matches("(?s).*confirm: refused .* rm -rf notes\n.*"), ran.output());
    assertTrue(ran.output().matches("(?s).*confirm: accepted .* rm -rf notes\n.*"), ran.output());
    assertFalse(ran.output().contains("\u001b"), ran.output());
    Matcher scratch = Pattern.compile("In (/\\S+/belay-try-\\w+), ").matcher(ran.output());
    assertTrue(scratch.find(), ran.output());
    assertFalse(Files.exists(Path.of(scratch.group(1))));
    assertEquals(
        0,
        ProcessHandle.allProcesses()
            .filter(process -> process.info().commandLine().orElse("").contains(scratch.group(1)))
            .count());
  }

  @Test
  void withoutATerminalItSaysWhatToUseInstead() throws Exception {
    Ran ran = run(Scene.LAUNCHER.toString(), "try");
    assertEquals(2, ran.status());
    assertTrue(ran.output().contains("--script"), ran.output());
  }
}
