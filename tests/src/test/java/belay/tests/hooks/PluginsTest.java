package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Beside the plugins that people load, before and after the hook: as Debian ships them, and for
 * those it does not ship a stand-in of our own that hooks the same places in the same manner.
 */
@Tag("acceptance")
final class PluginsTest {

  /** A prompt of a theme's own loses the number that {@link Terminal} counts by. */
  private static final String NUMBERED_IN_BASH =
      "PROMPT_COMMAND+=($'PS1+=\"\\\\[\\\\e]777;$((++belay_test_prompts))\\\\a\\\\]\"')";

  private static final String NUMBERED_IN_ZSH =
      "numbered() { PS1+=$'%{\\e]777;'$((++belay_test_prompts))$'\\a%}' };"
          + " precmd_functions+=(numbered)";

  /**
   * A plugin.
   *
   * @param file what it needs to be installed
   * @param load the lines of a start file that load it
   */
  record Plugin(String name, Shell shell, String file, List<String> load) {
    @Override
    public String toString() {
      return name + " in " + shell.command();
    }
  }

  private static Plugin bash(String name, String file, String... load) {
    return new Plugin(name, Shell.BASH, file, List.of(load));
  }

  private static Plugin zsh(String name, String file, String... load) {
    return new Plugin(name, Shell.ZSH, file, List.of(load));
  }

  private static Plugin standIn(String name, Shell shell, String... more) {
    String file = STAND_INS.resolve(name + "." + shell.command()).toString();
    return new Plugin(
        name + "'s stand-in",
        shell,
        file,
        Stream.concat(Stream.of("source '" + file + "'"), Stream.of(more)).toList());
  }

  private static final Path STAND_INS =
      Path.of("src/test/resources/belay/tests/hooks/standins").toAbsolutePath();

  private static final String SUGGESTIONS =
      "/usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh";
  private static final String COLOURS =
      "/usr/share/zsh-syntax-highlighting/zsh-syntax-highlighting.zsh";
  private static final String FZF = "/usr/share/doc/fzf/examples/key-bindings.";
  private static final String KITTY = "/usr/lib/kitty/shell-integration/";
  private static final String VTE = "/etc/profile.d/vte-2.91.sh";
  private static final String LIQUID = "/usr/share/liquidprompt/liquidprompt";
  private static final String POWERLEVEL = "/usr/share/powerlevel9k/powerlevel9k.zsh-theme";
  private static final String COMPLETION = "/usr/share/bash-completion/bash_completion";

  private static final List<Plugin> PLUGINS =
      List.of(
          bash("bash-completion", COMPLETION, "source " + COMPLETION),
          bash("direnv", "/usr/bin/direnv", "eval \"$(direnv hook bash)\""),
          bash("fzf", FZF + "bash", "source " + FZF + "bash"),
          bash(
              "kitty",
              KITTY + "bash/kitty.bash",
              "KITTY_SHELL_INTEGRATION=enabled; source " + KITTY + "bash/kitty.bash"),
          bash("liquidprompt", LIQUID, "source " + LIQUID, NUMBERED_IN_BASH),
          bash("VTE", VTE, "VTE_VERSION=7000 TERM=xterm-256color; source " + VTE),
          bash("zoxide", "/usr/bin/zoxide", "eval \"$(zoxide init bash)\""),
          bash(
              "a preexec by an inherited DEBUG trap", // as undistract-me and old bash-preexec
              "/bin/bash",
              "set -o functrace; shopt -s extdebug",
              "other_exec() { [[ ! $COMP_LINE ]] || return; trap '' DEBUG;",
              "  [[ $BASH_COMMAND != other_prompt ]] || return",
              "  local line=$(HISTTIMEFORMAT= history 1); echo \"$line\" >>other; }",
              "other_prompt() { trap other_exec DEBUG; }",
              "PROMPT_COMMAND=\"other_status=\\$?;${PROMPT_COMMAND:+$PROMPT_COMMAND;}other_prompt\""),
          zsh("zsh-autosuggestions", SUGGESTIONS, "source " + SUGGESTIONS),
          zsh("zsh-syntax-highlighting", COLOURS, "source " + COLOURS),
          zsh("both", COLOURS, "source " + SUGGESTIONS, "source " + COLOURS),
          zsh("both the other way", COLOURS, "source " + COLOURS, "source " + SUGGESTIONS),
          zsh("direnv", "/usr/bin/direnv", "eval \"$(direnv hook zsh)\""),
          zsh("fzf", FZF + "zsh", "source " + FZF + "zsh"),
          zsh(
              "kitty",
              KITTY + "zsh/kitty-integration",
              "KITTY_SHELL_INTEGRATION=enabled; autoload -Uz " + KITTY + "zsh/kitty-integration",
              "kitty-integration"),
          zsh("liquidprompt", LIQUID, "source " + LIQUID, NUMBERED_IN_ZSH),
          zsh("powerlevel9k", POWERLEVEL, "source " + POWERLEVEL, NUMBERED_IN_ZSH),
          zsh("VTE", VTE, "VTE_VERSION=7000 TERM=xterm-256color; source " + VTE),
          zsh("zoxide", "/usr/bin/zoxide", "eval \"$(zoxide init zsh)\""),
          zsh(
              "completion menus",
              "/usr/bin/zsh",
              "autoload -Uz compinit && compinit -u -d comp; zstyle ':completion:*' menu select"),
          standIn("atuin", Shell.BASH),
          standIn("ghostty", Shell.BASH),
          standIn("oh-my-bash", Shell.BASH, NUMBERED_IN_BASH),
          standIn("starship", Shell.BASH, NUMBERED_IN_BASH),
          standIn("vscode", Shell.BASH),
          standIn("atuin", Shell.ZSH),
          standIn("ghostty", Shell.ZSH),
          standIn("powerlevel10k", Shell.ZSH),
          standIn("starship", Shell.ZSH, NUMBERED_IN_ZSH),
          standIn("vscode", Shell.ZSH),
          standIn("zsh-vi-mode", Shell.ZSH));

  static Stream<Arguments> plugins() {
    return PLUGINS.stream()
        .flatMap(plugin -> Stream.of(Arguments.of(plugin, true), Arguments.of(plugin, false)));
  }

  @TempDir Path home;

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("plugins")
  void everyLineIsJudgedOnceAndRunOnce(Plugin plugin, boolean before) throws Exception {
    assumeTrue(Files.exists(Path.of(plugin.file())), plugin.file() + " is not installed");
    String[] load = plugin.load().toArray(String[]::new);
    Terminal.Setup setup =
        Terminal.of(plugin.shell(), home).with("TERM", "xterm-256color").with("USER", "u");
    try (ScriptedDaemon daemon = new ScriptedDaemon(Files.createDirectories(home.resolve("run")));
        Terminal terminal = (before ? setup.before(load) : setup.after(load)).start()) {
      terminal.run("echo \"one  two\" >>ran");
      terminal.run("(exit 7)");
      terminal.run("echo $? >>ran");
      terminal.enter("touch BLOCKME");
      daemon.await(0, request -> request.type().equals("R") && request.line().contains("BLOCKME"));
      terminal.run("for i in 1 2; do\recho $i >>ran\rdone");
      terminal.run("fc -ln -1 >history");
      terminal.assertWell();
      assertEquals(List.of("one  two", "7", "1", "2"), terminal.file("ran"));
      assertFalse(Files.exists(home.resolve("BLOCKME")));
      assertTrue(String.join("\n", terminal.file("history")).contains("done"));
      List<String> expected =
          List.of(
              "echo \"one  two\" >>ran",
              "(exit 7)",
              "echo $? >>ran",
              "touch BLOCKME",
              "for i in 1 2; do\necho $i >>ran\ndone",
              "fc -ln -1 >history");
      List<String> asked = daemon.requests();
      assertEquals(expected, withoutBeginnings(asked).subList(0, expected.size()));
      assertEquals(List.of("0", "7", "0", "0"), outcomes(daemon));
      if (plugin.file().startsWith(STAND_INS.toString())) {
        List<String> seen = terminal.file("seen"); // the status of each line
        assertEquals(1, seen.stream().filter("7"::equals).count(), seen::toString);
      }
    }
  }

  /** bash asks about a line at each continuation prompt: what has been typed so far. */
  private static List<String> withoutBeginnings(List<String> asked) {
    return asked.stream()
        .filter(line -> asked.stream().noneMatch(other -> other.startsWith(line + "\n")))
        .toList();
  }

  private static List<String> outcomes(ScriptedDaemon daemon) throws IOException {
    return daemon.heard("E").stream().map(message -> message.value("s")).limit(4).toList();
  }
}
