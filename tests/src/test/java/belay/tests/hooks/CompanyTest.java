package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside other people's hooks, and away from shells that are nobody's to guard. */
@Tag("acceptance")
final class CompanyTest {

  /** What frameworks for bash do: a DEBUG trap and PROMPT_COMMAND make preexec and precmd. */
  private static final List<String> PREEXEC_OF_BASH =
      List.of(
          "other_debug() {",
          "  [[ $other_ready && ! ${READLINE_POINT+x} && ! ${COMP_POINT+x} ]] || return 0",
          "  [[ $BASH_COMMAND != *other_precmd* && $BASH_COMMAND != *__belay_prompt* ]] || return"
              + " 0",
          "  other_ready=; echo \"pre $BASH_COMMAND\" >>other",
          "}",
          "other_precmd() { echo \"post $?\" >>other; other_ready=1; }",
          "trap other_debug DEBUG",
          "PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND; }other_precmd");

  /** What plugins for zsh do: wrap the widgets, and hook every hook there is. */
  private static final List<String> PLUGINS_OF_ZSH =
      List.of(
          "autoload -Uz add-zsh-hook add-zle-hook-widget",
          "other_preexec() { echo \"pre $1\" >>other }; add-zsh-hook preexec other_preexec",
          "other_precmd() { echo \"post $?\" >>other }; add-zsh-hook precmd other_precmd",
          "other_accept() { zle other-accept-line }",
          "zle -A accept-line other-accept-line; zle -N accept-line other_accept",
          "other_highlight() { region_highlight=('0 4 bold') }",
          "add-zle-hook-widget line-pre-redraw other_highlight",
          "other_suggest() { zle .self-insert; POSTDISPLAY=...suggested }",
          "zle -N self-insert other_suggest");

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPreexecOfBashIsCalledOnceForEachLine(boolean before) throws Exception {
    String[] other = PREEXEC_OF_BASH.toArray(String[]::new);
    Terminal.Setup setup = Terminal.of(Shell.BASH, home);
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = (before ? setup.before(other) : setup.after(other)).start()) {
      Files.deleteIfExists(home.resolve("other"));
      terminal.run("true one");
      terminal.run("false two | true");
      terminal.run("sh -c 'exit 7'");
      terminal.enter("touch ran-BLOCKME");
      daemon.await(0, m -> m.type().equals("R") && m.line().endsWith("BLOCKME"));
      terminal.run("true three");
      assertEquals(
          List.of(
              "pre true one",
              "post 0",
              "pre false two",
              "post 0",
              "pre sh -c 'exit 7'",
              "post 7",
              "pre true three",
              "post 0"),
          terminal.file("other"));
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
      assertEquals(
          List.of("0", "0", "7", "0"),
          awaitOutcomes(daemon, 4).stream().map(outcome -> outcome.value("s")).toList());
    }
  }

  private static List<Message> awaitOutcomes(ScriptedDaemon daemon, int count)
      throws InterruptedException {
    int mark = 0;
    for (int i = 0; i < count; i++) {
      long after = i == 0 ? 0 : daemon.heard("E").get(i - 1).number();
      daemon.await(mark, m -> m.type().equals("E") && m.number() > after);
    }
    return daemon.heard("E");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void thePluginsOfZshAreCalledOnceForEachLine(boolean before) throws Exception {
    String[] other = PLUGINS_OF_ZSH.toArray(String[]::new);
    Terminal.Setup setup = Terminal.of(Shell.ZSH, home);
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = (before ? setup.before(other) : setup.after(other)).start()) {
      Files.deleteIfExists(home.resolve("other"));
      terminal.run("true one");
      terminal.run("(exit 7)");
      terminal.run("touch ran-BLOCKME");
      terminal.run("preexec_functions=()");
      terminal.run("touch ran-BLOCKME");
      terminal.run("true two");
      assertEquals(
          List.of("pre true one", "post 0", "pre (exit 7)", "post 7"),
          terminal.file("other").subList(0, 4));
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
      assertEquals("true two", daemon.requests().getLast());
    }
  }

  @Test
  void aPromptCommandThatIsReplacedIsHookedAgain() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).start()) {
      terminal.run("PROMPT_COMMAND='echo status $? >>other'; PS0= PS2='> '");
      terminal.run("for i in 1\rdo true; done");
      terminal.run("echo 'a\rb'; (exit 3)");
      terminal.run("(exit 5)");
      terminal.assertWell();
      assertEquals("for i in 1\ndo true; done", daemon.requests().get(2));
      assertTrue(daemon.requests().contains("echo 'a\nb'; (exit 3)"));
      assertTrue(terminal.file("other").containsAll(List.of("status 3", "status 5")));
      assertEquals("5", awaitOutcomes(daemon, 3).get(2).value("s"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROMPT_COMMAND+=(true); PROMPT_COMMAND=\"${PROMPT_COMMAND[*]}\"",
        "PROMPT_COMMAND=\"${PROMPT_COMMAND[0]} )\"",
        "PROMPT_COMMAND=\"${PROMPT_COMMAND[0]} ; true\"",
        "PROMPT_COMMAND=\"true; ${PROMPT_COMMAND[0]}\"",
        "PROMPT_COMMAND='echo __belay_prompt'"
      })
  void aPromptCommandThatCannotBeReadIsMended(String settings) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).after(settings).start()) {
      terminal.run("echo one >>ran");
      terminal.run("echo two >>ran");
      terminal.enter("echo BLOCKME >>ran");
      daemon.await(0, m -> m.type().equals("R") && m.line().contains("BLOCKME"));
      terminal.assertWell();
      assertEquals(List.of("one", "two"), terminal.file("ran"));
    }
  }

  static Stream<List<String>> shellsOfNobody() {
    return Stream.of(
        List.of("bash", "-c", "source HOOK; echo fine"),
        List.of("bash", "-ic", "source HOOK; echo fine"),
        List.of("bash", "--norc", "-i"),
        List.of("bash", "--noprofile", "--norc"),
        List.of("zsh", "-fc", "source HOOK; echo fine"),
        List.of("zsh", "-fic", "source HOOK; echo fine"),
        List.of("zsh", "-f"));
  }

  @ParameterizedTest
  @MethodSource("shellsOfNobody")
  void aShellWithoutAPersonIsLeftAloneInSilence(List<String> command) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home)) {
      String hook = Terminal.HOOKS.resolve("belay." + command.getFirst()).toString();
      List<String> words = new ArrayList<>();
      command.forEach(word -> words.add(word.replace("HOOK", "'" + hook + "'")));
      ProcessBuilder builder = new ProcessBuilder(words).directory(home.toFile());
      Map<String, String> environment = builder.environment();
      environment.put("HOME", home.toString());
      environment.put("BELAY_RUNTIME_DIR", home.resolve("run").toString());
      environment.put("PS1", "");
      // From a file: a shell that reads nothing of it (-c) may be gone before a pipe is written.
      Path lines = Files.writeString(home.resolve("in"), "source '" + hook + "'; echo fine\n");
      Process process = builder.redirectErrorStream(true).redirectInput(lines.toFile()).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(10, TimeUnit.SECONDS));
      assertFalse(output.contains("belay:"), output);
      assertTrue(output.contains("fine"), output);
      assertEquals(List.of(), daemon.heard("H"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aDumbTerminalIsLeftAloneInSilence(String name) throws Exception {
    Shell shell = name.equals("bash") ? Shell.BASH : Shell.ZSH;
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).under("env", "TERM=dumb").start()) {
      assertFalse(terminal.run("echo BLOCKME >>ran").contains("belay:"));
      assertEquals(List.of("BLOCKME"), terminal.file("ran"));
      assertEquals(List.of(), daemon.heard("H"));
    }
  }

  @Test
  void aBashThatEditsNoLinesSaysThatItIsNotGuarded() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).options("--noediting").start()) {
      terminal.run("echo a >>ran");
      assertTrue(terminal.since(0).contains("belay: this bash edits no lines (--noediting)"));
      assertEquals(List.of("a"), terminal.file("ran"));
      assertEquals(List.of(), daemon.heard("H"));
    }
  }

  @Test
  void bleShIsLeftAlone() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).with("BLE_VERSION", "0.4").start()) {
      terminal.run("echo a >>ran");
      assertEquals(List.of("a"), terminal.file("ran"));
      assertEquals(List.of(), daemon.heard("H"));
    }
  }
}
