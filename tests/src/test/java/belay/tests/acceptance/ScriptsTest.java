package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.ShellOnPty;
import belay.daemon.tryout.Stage;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code belay guard} and {@code belay run}: what nobody types at a prompt. */
@Tag("acceptance")
@Order(1) // the longest, so that nothing waits for it at the end
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ScriptsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private Scene scene;
  private Path notes;
  private Path after;
  private int count;

  @BeforeAll
  void set() throws Exception {
    scene = Scene.withDaemon();
    assertTrue(scene.stage().guest().locked(), "qemu-utils is not installed; ./test installs it");
  }

  @AfterAll
  void strike() throws IOException {
    if (scene != null) {
      scene.close();
    }
  }

  @BeforeEach
  void somethingToLose() throws IOException {
    Scene.reset(scene.stage().live(), 1);
    Scene.reset(scene.stage().idle(), 2);
    notes = Files.createDirectory(scene.path("papers-" + ++count));
    Files.writeString(notes.resolve("todo.txt"), "try the backups\n");
    after = scene.path("after-" + count);
  }

  /** What a program left: without a terminal of its own, as under cron. */
  private record Ran(int status, String out, String err) {}

  private Ran belay(String... arguments) throws Exception {
    return ran(Map.of(), List.of(arguments));
  }

  private Ran ran(Map<String, String> more, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("setsid", "--wait", Scene.LAUNCHER.toString()));
    command.addAll(arguments);
    return finished(more, command);
  }

  private Ran finished(Map<String, String> more, List<String> command) throws Exception {
    Path err = Files.createTempFile(scene.stage().home(), "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(scene.stage().directory().toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(scene.stage().environment());
    builder.environment().putAll(more);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out, Files.readString(err));
  }

  /**
   * A script of these lines: IMAGE is the image, NOTES the directory, AFTER what must not be made.
   */
  private String script(Path image, String... lines) throws IOException {
    Path file = scene.path("script-" + count + "-" + System.nanoTime());
    Files.writeString(
        file,
        String.join("\n", lines)
                .replace("IMAGE", image.toString())
                .replace("NOTES", notes.toString())
                .replace("AFTER", after.toString())
            + "\n");
    return file.toString();
  }

  private ShellOnPty onTerminal(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Scene.LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    return new ShellOnPty(
        command, scene.stage().environment(), scene.stage().directory(), PATIENCE);
  }

  // --- guard ----------------------------------------------------------------------------------

  @Test
  void aGuardedCommandDoesNotOverwriteTheLiveImage() throws Exception {
    Path live = scene.stage().live();
    String before = Stage.hash(live);
    Ran ran = belay("guard", "--answer", "allow", "--", "dd", "if=golden.img", "of=" + live);
    assertEquals(20, ran.status(), ran::err);
    assertEquals(before, Stage.hash(live));
    assertTrue(ran.err().contains("qemu"), ran::err);
    JsonObject hit = scene.logged("dd if=golden.img of=" + live, _ -> true);
    assertEquals("block", hit.get("decision").getAsString());
    assertFalse(hit.has("exit"), hit::toString);
  }

  @Test
  void aGuardedCommandRunsWithOurStreamsBytesAndVariablesAndItsStatusIsOurs() throws Exception {
    String line = "printf '%s-' \"$0\" \"$1\" \"$LC_ALL\" \"$JAVA_TOOL_OPTIONS\"; cat; exit 7";
    List<String> command =
        List.of(
            "bash",
            "-c",
            "printf in | '"
                + Scene.LAUNCHER
                + "' guard -- bash -c '"
                + line.replace("'", "'\\''")
                + "' zero $'a b\\xff'");
    Ran ran = finished(Map.of("LC_ALL", "C", "JAVA_TOOL_OPTIONS", "-Dx=y"), command);
    assertEquals(7, ran.status(), ran::err);
    assertTrue(ran.out().startsWith("zero-a b"), ran::out);
    assertTrue(ran.out().endsWith("-C--Dx=y-in"), ran::out);
    JsonObject hit =
        scene.logged(
            scene.log().getLast().get("command").getAsString(), found -> found.has("exit"));
    assertEquals(7, hit.get("exit").getAsInt(), hit::toString);
    assertTrue(hit.get("duration_us").getAsLong() > 0, hit::toString);
  }

  @ParameterizedTest
  @CsvSource({"kill -TERM $$, 143", "exit 3, 3", "/nonexistent/program, 127"})
  void aGuardedCommandsEndIsOurs(String line, int status) throws Exception {
    assertEquals(status, belay("guard", "--shell", "bash", "-c", line).status());
  }

  @Test
  void aGuardedCommandInheritsOurDescriptorsAndNoneOfTheJvms() throws Exception {
    Ran ran =
        finished(
            Map.of(),
            List.of(
                "bash",
                "-c",
                "exec 6</dev/zero; '"
                    + Scene.LAUNCHER
                    + "' guard -- readlink -v /proc/self/fd/6"
                    + " && '"
                    + Scene.LAUNCHER
                    + "' guard -- ls -l /proc/self/fd"));
    assertTrue(ran.out().startsWith("/dev/zero\n"), ran::toString);
    assertFalse(ran.out().contains(".jar") || ran.out().contains("socket:"), ran::out);
  }

  @Test
  void aSignalReachesAGuardedCommand() throws Exception {
    Process process =
        scene.start(
            List.of(
                Scene.LAUNCHER.toString(),
                "guard",
                "--",
                "bash",
                "-c",
                "trap 'echo told; exit 5' TERM; echo ready; while :; do read -t 1 <> <(:); done"),
            Map.of());
    try (var out = process.inputReader()) {
      assertEquals("ready", out.readLine());
      process.toHandle().destroy(); // Process.destroy would close what we read
      assertEquals("told", out.readLine());
      assertEquals(5, process.waitFor());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ask, 10, policy_refused, true",
    "refuse, 10, policy_refused, true",
    "allow, 0, policy_allowed, false",
  })
  void withoutATerminalWhatWouldBeAskedAboutDependsOnWhatWasSaid(
      String answer, int status, String recorded, boolean kept) throws Exception {
    Ran ran = belay("guard", "--answer", answer, "--", "rm", "-rf", notes.toString());
    assertEquals(status, ran.status(), ran::err);
    assertEquals(kept, Files.exists(notes));
    if (answer.equals("ask")) {
      assertTrue(ran.err().contains("--answer allow"), ran::err);
    }
    JsonObject hit = scene.logged("rm -rf " + notes, found -> found.has("answer"));
    assertEquals(recorded, hit.get("answer").getAsString());
  }

  @ParameterizedTest
  @CsvSource({"true, 0, accepted", "false, 10, refused"})
  void aPersonIsAskedOnTheTerminalAboutAGuardedCommand(boolean yes, int status, String recorded)
      throws Exception {
    try (ShellOnPty pty = onTerminal("guard", "--", "rm", "-rf", notes.toString())) {
      answer(pty, yes);
      pty.awaitEnd();
      assertEquals(status, pty.exitStatus(), () -> pty.since(0));
    }
    assertEquals(!yes, Files.exists(notes));
    JsonObject hit = scene.logged("rm -rf " + notes, found -> found.has("answer"));
    assertEquals(recorded, hit.get("answer").getAsString());
  }

  private static void answer(ShellOnPty pty, boolean yes) throws Exception {
    String asked = pty.await(0, "anything else not to: ");
    var wanted =
        Pattern.compile("Type (\\S+) and Enter").matcher(asked.replaceAll("\u001b\\[[0-9;]*m", ""));
    assertTrue(wanted.find(), asked);
    pty.type((yes ? wanted.group(1) : "no") + "\r");
  }

  @Test
  void withoutADaemonAGuardedCommandIsJudgedAllTheSame() throws Exception {
    Path live = scene.stage().live();
    String before = Stage.hash(live);
    // No daemon can be had where its directory cannot be made.
    Ran ran =
        ran(
            Map.of("BELAY_RUNTIME_DIR", "/proc/nowhere"),
            List.of("guard", "--", "cp", "golden.img", live.toString()));
    assertEquals(20, ran.status(), ran::err);
    assertEquals(before, Stage.hash(live));
    assertTrue(ran.err().contains("without its history"), ran::err);
  }

  // --- run ------------------------------------------------------------------------------------

  /** Ways to come to the same end, a line of the script each. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dd if=golden.img of=IMAGE bs=4M",
        "I=IMAGE; dd if=golden.img of=$I",
        "f() { local t=$1; cp golden.img \"$t\"; }; f IMAGE",
        "cat golden.img | cat > IMAGE",
        "cat golden.img | tee IMAGE | cat > /dev/null",
        "( cat golden.img > IMAGE )",
        "( ( cp golden.img IMAGE ) )",
        "echo $(cp golden.img IMAGE)",
        "for i in 1 2; do cp golden.img IMAGE; done",
        "set -e; cp golden.img IMAGE || true",
        "if cp golden.img IMAGE; then :; fi",
        "cp golden.img IMAGE & wait $!",
        "eval 'cp golden.img IMAGE'",
        "eval \"$(echo cp golden.img IMAGE)\"",
        "(cd xen && cp ../golden.img web1.img)",
        "set -- IMAGE; cp golden.img \"$1\"",
        "shopt -s expand_aliases\nalias put='cp golden.img'\nput IMAGE",
        "exec cp golden.img IMAGE",
        "echo 'cp golden.img IMAGE' > inner-AFTERx; bash inner-AFTERx",
        "echo 'cp golden.img IMAGE' > sourced; . ./sourced",
        "trap 'true' DEBUG; cp golden.img IMAGE",
        "trap 'true' DEBUG; trap - DEBUG; ( cp golden.img IMAGE )",
        "set +T; f() { cp golden.img IMAGE; }; f",
        "cat > IMAGE <<EOF\nx\nEOF",
      })
  void aScriptStopsBeforeTheLiveImageIsOverwritten(String line) throws Exception {
    String text = line.replace("inner-AFTERx", "inner-" + count);
    String before = Stage.hash(scene.stage().live());
    Ran ran =
        belay(
            "run",
            "--answer",
            "allow",
            script(scene.stage().live(), "echo begun", text, "echo on > AFTER"));
    assertEquals(before, Stage.hash(scene.stage().live()), ran::err);
    assertEquals(20, ran.status(), ran::toString);
    assertFalse(Files.exists(after), ran::err);
    assertTrue(ran.out().startsWith("begun\n"), ran::out);
    assertTrue(ran.err().contains(scene.stage().guest().program()), ran::err);
    // What makes this test able to fail: the same on an image that is not live.
    Ran other =
        belay(
            "run",
            "--answer",
            "allow",
            script(scene.stage().idle(), "echo begun", text.replace("web1", "web2"), ": > AFTER"));
    assertEquals(0, other.status(), other::toString);
    if (!line.startsWith("exec")) {
      assertTrue(Files.exists(after), other::err);
    }
    if (!line.contains("<<EOF")) {
      assertEquals(Stage.hash(scene.stage().golden()), Stage.hash(scene.stage().idle()));
    }
  }

  /** bash opens the file before the DEBUG trap sees anything of the loop. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ cat golden.img; } > IMAGE",
        "f() { for i in 1; do cat golden.img; done > IMAGE; }; f",
      })
  void aScriptDoesNotStartThatWouldOverwriteTheLiveImageUnseen(String text) throws Exception {
    String before = Stage.hash(scene.stage().live());
    Ran ran = belay("run", script(scene.stage().live(), "echo begun", text, ": > AFTER"));
    assertEquals(before, Stage.hash(scene.stage().live()), ran::err);
    assertEquals(20, ran.status(), ran::toString);
    assertEquals("", ran.out());
    Ran other = belay("run", script(scene.stage().idle(), "echo begun", text, ": > AFTER"));
    assertEquals(0, other.status(), other::toString);
    assertEquals(Stage.hash(scene.stage().golden()), Stage.hash(scene.stage().idle()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I=IMAGE; dd if=golden.img of=$I",
        "f() { local t=IMAGE; cp golden.img $t; }; f",
        "cat golden.img | cat > IMAGE",
        "( ( cp golden.img IMAGE ) ) | cat",
        "echo $(cp golden.img IMAGE)",
        "for i in 1 2; do cp golden.img IMAGE; done",
        "{ cat golden.img } > IMAGE",
        "for i in 1; do cat golden.img; done > IMAGE",
        "set -e; cp golden.img IMAGE || true",
        "(cd xen && cp ../golden.img web1.img)",
        "alias put='cp golden.img'\nput IMAGE",
        "echo 'cp golden.img IMAGE' > sourced.zsh; . ./sourced.zsh",
        "echo 'cp golden.img IMAGE' > started.zsh; zsh started.zsh; true",
      })
  void aScriptOfZshStopsBeforeTheLiveImageIsOverwritten(String text) throws Exception {
    String before = Stage.hash(scene.stage().live());
    Ran ran =
        belay(
            "run",
            "--answer",
            "allow",
            script(scene.stage().live(), "#!/bin/zsh -f", "echo begun", text, ": > AFTER"));
    assertEquals(before, Stage.hash(scene.stage().live()), ran::err);
    assertEquals(20, ran.status(), ran::toString);
    assertFalse(Files.exists(after), ran::err);
    assertTrue(ran.out().startsWith("begun\n"), ran::out);
    Ran other =
        belay(
            "run",
            "--answer",
            "allow",
            script(
                scene.stage().idle(),
                "#!/bin/zsh -f",
                "echo begun",
                text.replace("web1", "web2"),
                ": > AFTER"));
    assertEquals(0, other.status(), other::toString);
    assertTrue(Files.exists(after), other::err);
    assertEquals(Stage.hash(scene.stage().golden()), Stage.hash(scene.stage().idle()));
  }

  @Test
  void aScriptOfZshRunsAsWithoutUs() throws Exception {
    String script =
        script(
            scene.stage().idle(),
            "#!/bin/zsh -f",
            "echo $0 $# \"$@\" $LINENO",
            "false; echo $?; true a b; echo $_",
            "(exit 3) | true | (exit 4); echo $pipestatus",
            "f() { echo $0 $1; return 5 }; f x; echo $?",
            "cat <<EOF\nbody $((1 + 1))\nEOF",
            "[[ abc =~ b(.) ]]; echo $match",
            "echo one | while read l; do echo got $l; done",
            "if true; then { echo a; echo b } > /dev/null; fi",
            "trap 'echo bye $?; echo err >&2' EXIT",
            "set -x; : traced; set +x",
            "set -e; false; echo never");
    Ran plain = finished(Map.of(), List.of("zsh", "-f", script, "a", "b c"));
    Ran ran = belay("run", script, "a", "b c");
    assertEquals(plain, ran);
    assertEquals(1, ran.status());
  }

  /** What a script can see of its shell. */
  @Test
  void aScriptRunsAsWithoutUs() throws Exception {
    String script =
        script(
            scene.stage().idle(),
            "#!/bin/bash -u",
            "echo \"$0\" \"$#\" \"$@\" $LINENO $-",
            "false; echo $?; true a b; echo \"$_\"",
            "(exit 3) | true | (exit 4); echo \"${PIPESTATUS[@]}\"",
            "f() { echo \"$FUNCNAME $LINENO $1\"; return 5; }; f x; echo $?",
            "cat <<EOF\nbody $((1 + 1))\nEOF",
            "[[ abc =~ b(.) ]]; echo ${BASH_REMATCH[1]}",
            "echo one | while read -r l; do echo \"got $l\"; done",
            "x=$(printf '%s' sub); echo \"$x\"",
            "set -o pipefail; false | true; echo $?; set +o pipefail",
            "trap 'echo bye $?; echo err >&2' EXIT",
            "mapfile -t a < <(printf '1\\n2\\n'); echo ${#a[@]}",
            "exec 7>&1; echo seven >&7; exec 7>&-",
            "set -x; : traced; set +x",
            "set -e; false; echo never");
    Ran plain = finished(Map.of(), List.of("bash", "-u", script, "a", "b c"));
    Ran ran = belay("run", script, "a", "b c");
    // `set -T` is how we see into functions.
    assertEquals(plain.out().replace("huB", "huBT"), ran.out(), ran::err);
    assertEquals(plain.err(), ran.err());
    assertEquals(plain.status(), ran.status());
    assertEquals(1, ran.status());
  }

  @ParameterizedTest
  @CsvSource({"true, 0, accepted", "false, 10, refused"})
  void aPersonIsAskedOnTheTerminalAboutACommandOfAScript(boolean yes, int status, String recorded)
      throws Exception {
    String script = script(notes, "D=NOTES", "rm -rf \"$D\"", "echo on > AFTER");
    try (ShellOnPty pty = onTerminal("run", script)) {
      answer(pty, yes);
      pty.awaitEnd();
      assertEquals(status, pty.exitStatus(), () -> pty.since(0));
    }
    assertEquals(!yes, Files.exists(notes));
    assertEquals(yes, Files.exists(after));
    JsonObject hit = scene.logged("rm -rf \"$D\"", found -> found.has("answer"));
    assertEquals(recorded, hit.get("answer").getAsString());
  }

  @ParameterizedTest
  @CsvSource({"ask, 10, true", "refuse, 10, true", "allow, 0, false"})
  void withoutATerminalAScriptGoesByWhatWasSaid(String answer, int status, boolean kept)
      throws Exception {
    Ran ran = belay("run", "--answer", answer, script(notes, "rm -rf NOTES", "echo on > AFTER"));
    assertEquals(status, ran.status(), ran::err);
    assertEquals(kept, Files.exists(notes));
    assertEquals(!kept, Files.exists(after));
  }

  @Test
  void aScriptForShRunsUnderBashAndSaysSo() throws Exception {
    Ran ran = belay("run", script(notes, "#!/bin/sh", "echo $POSIXLY_CORRECT", "exit 6"));
    assertEquals(6, ran.status(), ran::err);
    assertEquals("y\n", ran.out());
    assertTrue(ran.err().contains("POSIX mode"), ran::err);
  }

  @ParameterizedTest
  @CsvSource({"#!/usr/bin/python3, 2", "'', 127"})
  void whatIsNoShellScriptIsNotRun(String first, int status) throws Exception {
    String name = first.isEmpty() ? "/nonexistent/script" : script(notes, first, "print(1)");
    assertEquals(status, belay("run", name).status());
  }

  @Test
  void aDaemonThatIsKilledInTheMiddleIsStartedAgain() throws Exception {
    Ran ran =
        belay(
            "run",
            "--answer",
            "refuse",
            script(
                notes,
                "p=$(cat " + scene.stage().home().resolve("run/daemon.pid") + ")",
                "kill -9 $p; while kill -0 $p 2>/dev/null; do :; done",
                "rm -rf NOTES",
                "echo on > AFTER"));
    assertEquals(10, ran.status(), ran::err);
    assertTrue(Files.exists(notes));
    assertFalse(Files.exists(after));
  }

  @Test
  void processesOfOneScriptTakeTurnsAlsoWhenOneIsKilled() throws Exception {
    Ran ran =
        belay(
            "run",
            script(
                notes,
                "( while :; do v=$((v + 1)); echo \"$v\" > /dev/null; done ) & p=$!",
                "for i in {1..60}; do x=$i; echo \"$x\" > /dev/null; done",
                "kill -9 $p; wait $p 2>/dev/null",
                "for i in {1..9}; do ( for j in {1..20}; do echo \"$j\" > /dev/null; done ) & done",
                "wait; echo all"));
    assertEquals("all\n", ran.out(), ran::err);
    assertEquals(0, ran.status(), ran::err);
  }

  @Test
  void theFileThatBashEnvNamedBeforeIsReadAllTheSame() throws Exception {
    String file = script(notes, "greet() { echo \"hello $1\"; }");
    Ran ran = ran(Map.of("BASH_ENV", file), List.of("run", script(notes, "greet you")));
    assertEquals("hello you\n", ran.out(), ran::err);
  }

  @Test
  void bashReadsTheHookByItselfToo() throws Exception {
    String hook = belay("hook", "bash").out().strip();
    Ran ran =
        finished(
            Map.of("BASH_ENV", hook, "BELAY_ANSWER", "refuse"),
            List.of(
                "setsid",
                "--wait",
                "bash",
                script(notes, "( rm -rf NOTES ) | cat", "echo on > AFTER")));
    assertTrue(Files.exists(notes), ran::err);
    assertFalse(Files.exists(after), ran::err);
    assertEquals(10, ran.status(), ran::err);
  }

  @ParameterizedTest
  @CsvSource({"bash,BASH_ENV", "zsh,ZDOTDIR"})
  void aDaemonThatStandsStillEndsTheScriptSoon(String shell, String variable) throws Exception {
    String hook = belay("hook", shell).out().strip();
    ProcessHandle daemon = scene.stage().daemon().orElseThrow();
    signal("-STOP", daemon);
    try {
      Ran ran =
          finished(
              Map.of(variable, hook),
              List.of("timeout", "60", shell, script(notes, "true", "echo on > AFTER")));
      assertEquals(3, ran.status(), ran::err);
      assertTrue(ran.err().contains("the daemon does not answer"), ran::err);
      assertTrue(ran.err().contains("status 3"), ran::err);
      assertFalse(Files.exists(after));
    } finally {
      signal("-CONT", daemon);
    }
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", name, "" + process.pid()).start().waitFor());
  }

  @Test
  void aScriptOfZshEndsBeforeItsOwnDebugTrapTakesThePlaceOfOurs() throws Exception {
    Ran ran = belay("run", "--shell", "zsh", script(notes, "trap : DEBUG", "echo on > AFTER"));
    assertEquals(3, ran.status(), ran::err);
    assertTrue(ran.err().contains("DEBUG trap of the script's own"), ran::err);
    assertFalse(Files.exists(after));
  }
}
