package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the shell's settings are, the hook works; and it leaves them as they are. */
@Tag("acceptance")
final class ShellStateTest {

  @TempDir Path home;

  /** One line stopped, the next run: what a hook must be able to whatever else is. */
  private static void assertGuarded(ScriptedDaemon daemon, Terminal terminal) throws Exception {
    int mark = daemon.mark();
    terminal.enter("touch stopped-BLOCKME");
    daemon.await(mark, message -> message.type().equals("R"));
    terminal.assertWell();
    terminal.enter("for i in 1\rdo touch stopped-BLOCK\rdone; : BLOCKME");
    daemon.await(mark, m -> m.type().equals("R") && m.line().endsWith("BLOCK\ndone; : BLOCKME"));
    terminal.assertWell();
    assertFalse(Files.exists(terminal.directory().resolve("stopped-BLOCKME")));
    assertFalse(Files.exists(terminal.directory().resolve("stopped-BLOCK")));
  }

  @ParameterizedTest
  @EnumSource
  void statusAndLastArgumentStay(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("(exit 3)");
      terminal.run("echo $? >>state");
      terminal.run("true a b c");
      terminal.run("echo $_ >>state");
      terminal.run("false | true | (exit 5)");
      terminal.run(
          shell == Shell.BASH ? "echo ${PIPESTATUS[*]} >>state" : "echo $pipestatus >>state");
      terminal.run("[[ abc =~ b(.) ]]");
      terminal.run(shell == Shell.BASH ? "echo ${BASH_REMATCH[1]} >>state" : "echo $match >>state");
      terminal.run("set -- x y; OPTIND=5; REPLY=r; reply=(1 2)");
      terminal.run("echo $# $1 $OPTIND $REPLY ${reply[@]} >>state");
      terminal.run("(exit 4)");
      int mark = daemon.mark();
      terminal.enter("echo BLOCKME");
      daemon.await(mark, "R");
      terminal.assertWell();
      assertEquals(List.of("3", "c", "1 0 5", "c", "2 x 5 r 1 2"), terminal.file("state"));
    }
  }

  @Test
  void inBashABlockedLineLeavesTheStatus() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).start()) {
      terminal.run("sh -c 'exit 4' a b");
      terminal.enter("echo BLOCKME");
      terminal.run("echo $? $_ >>state");
      assertEquals(List.of("4 b"), terminal.file("state"));
      assertEquals(3, daemon.requests().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void optionsVariablesAndTrapsStay(Shell shell) throws Exception {
    String state =
        shell == Shell.BASH
            ? "{ shopt; set -o; trap; echo \"$IFS\"; ulimit -a; umask; stty -a; jobs; }"
            : "{ setopt; unsetopt; trap; echo \"$IFS\"; ulimit -a; umask; stty -a; jobs; }";
    String settings = "trap 'true usr1' USR1; IFS=$' \\t\\nx'; umask 027";
    try (Terminal bare = Terminal.of(shell, home).hook(false).after(settings).start()) {
      bare.run("true");
      bare.run(state + " >bare");
    }
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after(settings).start()) {
      terminal.run("true");
      terminal.run(state + " >guarded");
      assertEquals(terminal.file("bare"), terminal.file("guarded"));
      assertEquals(2, daemon.requests().size());
    }
  }

  static Stream<Arguments> settings() {
    return Stream.concat(
        Stream.of(
                "set -u",
                "set -e",
                "set -x",
                "set -f",
                "set -C",
                "set -k",
                "set -a",
                "set -b",
                "set -euxfC",
                "set -o posix",
                "set -E; set -T; trap 'true' ERR DEBUG RETURN",
                "set -o pipefail",
                "set +H",
                "PS2=more; readonly PS2",
                "set +o history",
                "shopt -s nocasematch failglob nullglob extdebug",
                "shopt -s localvar_inherit; line=x; shopt -s compat44",
                "shopt -u expand_aliases cmdhist",
                "shopt -u extglob; shopt -s histverify",
                "IFS=e",
                "IFS=_-/. ",
                "unset IFS",
                "LC_ALL=C",
                "LC_ALL=de_DE.ISO-8859-1",
                "unset PS0 PS2 PROMPT_COMMAND",
                "PROMPT_COMMAND='true one; true two'",
                "PROMPT_COMMAND=(true 'true two')",
                "PS0=x PS2=y; readonly PS0",
                "readonly PROMPT_COMMAND",
                "histchars='@^#'",
                "histchars=",
                "TMOUT=100",
                "trap 'true' DEBUG",
                "trap 'true' INT",
                "trap 'true' EXIT CHLD WINCH",
                "alias printf=false read=false kill=false local=false builtin=false bind=false"
                    + " declare=false set=false case=false return=false",
                "printf() { :; }; read() { :; }; kill() { :; }; bind() { :; }; declare() { :; }",
                "mkfifo() { :; }; tty() { :; }; stty() { :; }; shopt() { :; }",
                "line=a message=b word=c i=d n=e; readonly line message word i n",
                "set -o vi")
            .map(setting -> Arguments.of(Shell.BASH, setting)),
        Stream.of(
                "setopt err_exit",
                "setopt no_unset",
                "setopt xtrace",
                "setopt no_glob",
                "setopt no_clobber",
                "setopt all_export",
                "setopt ksh_arrays sh_word_split",
                "setopt sh_glob ignore_braces rc_quotes csh_junkie_quotes",
                "setopt err_return pipe_fail",
                "setopt hist_verify hist_ignore_space extended_history inc_append_history",
                "setopt no_bang_hist",
                "setopt no_multibyte",
                "setopt warn_create_global warn_nested_var",
                "setopt null_glob",
                "setopt posix_builtins posix_traps",
                "unsetopt aliases",
                "unsetopt zle",
                "unsetopt prompt_cr prompt_sp",
                "IFS=e",
                "unset IFS",
                "LC_ALL=C",
                "HISTSIZE=0",
                "trap '' INT",
                "trap 'true' INT",
                "TRAPINT() { return 0 }",
                "trap 'true' DEBUG ZERR EXIT",
                "alias -g A='| cat' B='| cat' W=x Q=x read=false; alias local=false typeset=false",
                "read() { : }; print() { : }; kill() { : }; syswrite() { : }; zselect() { : }",
                "precmd() { true }; preexec() { false }",
                "preexec_functions+=(true); precmd_functions=(true $precmd_functions)",
                "zle() { : }; line=a message=b word=c n=e; typeset -r line message word n",
                "bindkey -v")
            .map(setting -> Arguments.of(Shell.ZSH, setting)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void itWorksWithSettingsMadeBefore(Shell shell, String setting) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).before(setting).start()) {
      assertGuarded(daemon, terminal);
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void itWorksWithSettingsMadeAfterwards(Shell shell, String setting) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      int mark = terminal.mark();
      terminal.enter(setting + "; echo 'se''t'");
      terminal.awaitPromptBehind(mark, "set");
      assertGuarded(daemon, terminal);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tracingShowsNextToNothingOfIt(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("set -x");
      String shown = terminal.run("true one");
      long lines = shown.lines().filter(line -> line.contains("__belay")).count();
      assertTrue(lines <= 1, shown);
      assertEquals(2, daemon.requests().size());
    }
  }

  @ParameterizedTest
  @CsvSource({"BASH,before", "BASH,after", "ZSH,before", "ZSH,after"})
  void childrenInheritNoVariable(Shell shell, String when) throws Exception {
    String export = shell == Shell.BASH ? "set -a" : "setopt all_export";
    Path launcher = home.resolve("launcher");
    Files.writeString(launcher, "#!/bin/sh\nenv >launched\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    Terminal.Setup setup = Terminal.of(shell, home);
    // The first line starts the daemon.
    String later = "__belay_launcher='" + launcher + "'";
    try (Terminal terminal =
        (when.equals("before") ? setup.before(export).after(later) : setup.after(export, later))
            .start()) {
      terminal.run("until [[ -s launched ]]; do :; done; env >environment; : secret");
      terminal.run("env >>environment");
      List<String> all = new ArrayList<>(terminal.file("environment"));
      assertTrue(all.size() > 6);
      all.addAll(terminal.file("launched"));
      all.removeIf(
          line ->
              !line.contains("secret")
                  && (!line.contains("__belay") || line.startsWith("__belay_launcher=")));
      assertEquals(List.of(), all);
      assertTrue(terminal.run("echo $-").contains(shell == Shell.BASH ? "a" : ""));
    }
  }

  @ParameterizedTest
  @EnumSource
  void childrenInheritNoDescriptor(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("true");
      terminal.run("ls -l /proc/self/fd >descriptors; ls -l /proc/$$/fd >own");
      String descriptors = String.join("\n", terminal.file("descriptors"));
      assertFalse(descriptors.contains(home.resolve("run").toString()), descriptors);
      // total, 0, 1, 2, and the directory that ls reads
      assertEquals(5, terminal.file("descriptors").size(), descriptors);
      if (shell == Shell.BASH) {
        String own = String.join("\n", terminal.file("own"));
        assertFalse(own.contains(home.resolve("run").toString()), own);
      }
      assertEquals(2, daemon.requests().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void noProcessStartsOnTheWayOfAnAllowedLine(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .under(
                    "strace",
                    "-f",
                    "--seccomp-bpf",
                    "-qq",
                    "-o",
                    home.resolve("trace").toString(),
                    "-e",
                    "trace=execve,fork,vfork,clone,clone3,kill")
                .after("value=1; f() { :; }")
                .start()) {
      terminal.run("kill -0 $$; true");
      int mark = daemon.mark();
      for (int i = 1; i <= 1000; i++) {
        terminal.enter(i % 2 == 0 ? "true " + i : "f \"$value\"");
        // No more at once than a terminal takes.
        if (i % 50 == 0) {
          String last = "true " + i;
          daemon.await(mark, m -> m.type().equals("R") && m.line().equals(last));
          mark = daemon.mark();
        }
      }
      terminal.assertWell();
      terminal.run("kill -0 $$");
      long pid = terminal.shellPid();
      terminal.enter("exit");
      terminal.pty().awaitEnd();
      assertTrue(daemon.requests().size() > 1000);
      List<String> trace = Files.readAllLines(home.resolve("trace"));
      String own = "kill(" + pid + ", 0)";
      int from = indexOf(trace, own, 0);
      int to = indexOf(trace, own, from + 1);
      List<String> started =
          trace.subList(from, to).stream().filter(line -> !line.contains("kill(")).toList();
      assertEquals(List.of(), started);
    }
  }

  private static int indexOf(List<String> lines, String part, int from) {
    for (int i = from; i < lines.size(); i++) {
      if (lines.get(i).contains(part)) {
        return i;
      }
    }
    throw new AssertionError(part + " is not in " + lines);
  }

  @Test
  void withoutPromptVariablesNothingOfOursIsPrinted() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).start()) {
      // The test's own prompt counts by one.
      int mark = terminal.mark();
      terminal.enter("shopt -u promptvars; PS1='plain> '");
      terminal.await(mark, "\u001b[?2004hplain> ");
      mark = terminal.mark();
      terminal.enter("for i in 1\rdo echo $i >>ran\rdone; echo 'en''ded'");
      String shown = terminal.await(mark, "ended");
      assertFalse(shown.contains("__belay"), shown);
      assertEquals(
          "for i in 1\ndo echo $i >>ran\ndone; echo 'en''ded'", daemon.requests().getLast());
      terminal.enter("touch ran-BLOCKME");
      terminal.enter("shopt -s promptvars; PS1=$PS4; echo again");
      daemon.await(0, m -> m.type().equals("R") && m.line().endsWith("again"));
      assertEquals(List.of("1"), terminal.file("ran"));
      assertFalse(Files.exists(home.resolve("ran-BLOCKME")));
    }
  }

  @Test
  void aBashThatStopsEditingLinesSaysThatItIsNotGuarded() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(Shell.BASH, home).start()) {
      String shown = terminal.run("set +o emacs");
      assertTrue(shown.contains("belay: this bash edits no lines any more"), shown);
      assertFalse(terminal.run("echo a >>ran").contains("belay"));
      terminal.run("set -o emacs");
      assertEquals(List.of("set +o emacs"), daemon.requests());
      assertGuarded(daemon, terminal);
      assertEquals(List.of("a"), terminal.file("ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void loadedTwiceIsLoadedOnce(Shell shell) throws Exception {
    String again = "source " + Terminal.HOOKS.resolve("belay." + shell.command());
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after(again, again).start()) {
      terminal.run(again);
      terminal.run("echo a >>ran");
      assertEquals(List.of(again, "echo a >>ran"), daemon.requests());
      daemon.await(0, message -> message.type().equals("E") && message.number() == 2);
      assertEquals(2, daemon.heard("E").size());
      assertEquals(1, daemon.heard("H").size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void switchedOffItIsGoneAndSwitchedOnItIsBack(Shell shell) throws Exception {
    String state =
        shell == Shell.BASH
            ? "{ bind -p; bind -s; bind -X; declare -p PS0 PS2; echo \"${PROMPT_COMMAND[*]}\";"
                + " } 2>&1 | grep -v '\\\\C-x\\\\C-_'"
            : "echo $preexec_functions $precmd_functions; bindkey";
    String settings =
        shell == Shell.BASH
            ? "PS0=zero PROMPT_COMMAND='true mine'; bind '\"\\C-o\": \"macro\"';"
                + " bind -m vi-insert -x '\"\\C-j\": true'"
            : "precmd_functions=(true); preexec() { true }";
    try (Terminal bare = Terminal.of(shell, home).hook(false).before(settings).start()) {
      bare.run(state + " >bare");
    }
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).before(settings).start()) {
      terminal.run("belay off");
      terminal.run("echo BLOCKME >>ran");
      terminal.run(state + " >off");
      assertEquals(terminal.file("bare"), terminal.file("off"));
      terminal.run("belay off");
      terminal.run("belay on");
      terminal.run("belay on");
      assertGuarded(daemon, terminal);
      assertEquals(List.of("BLOCKME"), terminal.file("ran"));
      assertTrue(daemon.requests().contains("belay off"));
      assertFalse(daemon.requests().contains("echo BLOCKME >>ran"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theProgramIsStillCalledAndAFunctionOfTheUsersIsLeftAlone(Shell shell) throws Exception {
    Path program = Files.writeString(home.resolve("belay"), "#!/bin/sh\necho \"$@\" >>called\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    String launcher = "__belay_launcher='" + program + "'";
    try (Terminal terminal = Terminal.of(shell, home).before(launcher).start()) {
      terminal.run("belay log 'a  b'");
      assertTrue(terminal.file("called").contains("log a  b"));
    }
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home).before("belay() { echo mine >>mine; }").start()) {
      terminal.run("belay off");
      assertEquals(List.of("mine"), terminal.file("mine"));
      terminal.assertStops(daemon, "echo BLOCKME >>ran");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNestedShellHasItsOwnSession(Shell shell) throws Exception {
    String inner = shell == Shell.BASH ? "bash --noprofile --rcfile ~/.bashrc -i" : "zsh -d -i";
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).before("set -a").start()) {
      int mark = terminal.mark();
      terminal.enter("belay_test_prompts=100 " + inner);
      terminal.awaitPrompt(mark);
      assertGuarded(daemon, terminal);
      assertEquals(2, daemon.heard("H").stream().map(m -> m.value("n")).distinct().count());
      mark = terminal.mark();
      terminal.enter("exec " + inner);
      terminal.await(mark, "]777;");
      terminal.assertWell();
      assertEquals(3, daemon.heard("H").stream().map(m -> m.value("n")).distinct().count());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aJobThatEndsMeanwhileDisturbsNothing(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("sleep 0.2 & true");
      daemon.minding(
          (request, line) -> {
            daemon.pause(350);
            line.say("A " + request.number());
          });
      terminal.run("echo a >>ran");
      assertEquals(List.of("a"), terminal.file("ran"));
    }
  }
}
