package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the daemon asks about, the shell answers as it is, and nothing is evaluated. */
@Tag("acceptance")
final class QuestionsTest {

  @TempDir Path home;

  /** Has {@code line} answered only when the shell has answered {@code questions}. */
  private static Message answer(
      ScriptedDaemon daemon, Terminal terminal, String line, String questions) throws Exception {
    daemon.minding((request, pipe) -> pipe.say("Q " + request.number() + " " + questions));
    int mark = daemon.mark();
    terminal.run(line);
    return daemon.await(mark, "V");
  }

  @ParameterizedTest
  @EnumSource
  void variablesAreToldAsTheyAre(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .after(
                    "plain='a b'; empty=; lines=$'x\\ny\\x1dz\\x1f'; list=(1 '2 2' '')",
                    "typeset -A pairs; pairs[k]=v; export sent=out; integer_=7")
                .start()) {
      Message answer =
          answer(
              daemon,
              terminal,
              "true",
              "v:plain v:empty v:lines v:list v:pairs v:sent v:none v:integer_ v:HOME");
      assertEquals("a b", answer.value("s.plain"));
      assertEquals("", answer.value("s.empty"));
      assertEquals("x\ny\u001dz\u001f", answer.value("s.lines"));
      assertEquals(List.of("1", "2 2", ""), answer.all("e.list"));
      assertEquals(List.of("v"), answer.all("e.pairs"));
      assertEquals("out", answer.value("s.sent"));
      assertEquals("", answer.value("u.none"));
      assertEquals("7", answer.value("s.integer_"));
      assertEquals(home.toString(), answer.value("s.HOME"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theUsersVariablesAreToldAndNotOurs(Shell shell) throws Exception {
    // Names that a hook could have used for itself, and those that it must change for a while.
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .after("line=a n=b rest=c message=d word=e kind=f number=g us=h IFS=', '")
                .start()) {
      Message answer =
          answer(
              daemon,
              terminal,
              "true",
              "v:line v:n v:rest v:message v:word v:kind v:number v:us v:IFS v:LC_ALL");
      for (String field :
          List.of("line=a", "n=b", "rest=c", "message=d", "word=e", "kind=f", "number=g", "us=h")) {
        int at = field.indexOf('=');
        assertEquals(field.substring(at + 1), answer.value("s." + field.substring(0, at)));
      }
      assertEquals(", ", answer.value("s.IFS"));
      assertEquals("C.UTF-8", answer.value("s.LC_ALL"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHostileNameIsNotEvaluated(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after("a=(1 2)").start()) {
      Message answer =
          answer(
              daemon,
              terminal,
              "true",
              "v:a[$(touch${IFS}ran)] v:a[1] v:x=1 v:$(touch${IFS}ran) v:__belay_pid v:1 v:@ v:"
                  + " a:x]$(touch${IFS}ran) f:$(touch${IFS}ran) a: f: v:a");
      assertEquals(List.of("1", "2"), answer.all("e.a"));
      assertEquals(List.of(), answer.all("s.__belay_pid"));
      assertFalse(Files.exists(home.resolve("ran")));
      terminal.run("echo \"[$x]\" >>x");
      assertEquals(List.of("[]"), terminal.file("x"));
    }
  }

  @Test
  void aNameReferenceOfBashIsNotFollowed() throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(Shell.BASH, home)
                .after("a=(1); declare -n evil='a[$(touch ran)]'; other=1")
                .start()) {
      Message answer = answer(daemon, terminal, "true", "v:evil v:other");
      assertEquals("1", answer.value("s.other"));
      assertFalse(answer.has("s.evil"));
      assertFalse(Files.exists(home.resolve("ran")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSeededRandomIsLeftInPeace(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).start()) {
      terminal.run("RANDOM=42; echo $RANDOM $RANDOM >>random");
      terminal.run("RANDOM=42");
      Message answer = answer(daemon, terminal, "echo $RANDOM $RANDOM >>random", "v:RANDOM");
      assertEquals(List.of(), answer.fields());
      assertEquals(terminal.file("random").getFirst(), terminal.file("random").getLast());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aliasesAndFunctionsAreToldAsTheyAre(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .after(
                    "alias gone='rm -rf'",
                    "wipe() { rm -rf \"$1\"; echo 'two",
                    "lines'; }",
                    "alias with-dash=x")
                .start()) {
      Message answer =
          answer(daemon, terminal, "true", "a:gone f:gone a:wipe f:wipe a:none f:none a:with-dash");
      assertEquals("rm -rf", answer.value("a.gone"));
      assertEquals("x", answer.value("a.with-dash"));
      assertEquals(2, answer.all("n.none").size());
      assertEquals(1, answer.all("n.gone").size());
      String text = shell == Shell.BASH ? daemon.functions().getFirst() : answer.value("f.wipe");
      assertTrue(text.contains("rm -rf \"$1\""), text);
      assertTrue(text.contains("'two\nlines'"), text);
      terminal.assertWell();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTooMuchIsLeftOut(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal =
            Terminal.of(shell, home)
                .after(
                    shell == Shell.BASH
                        ? "printf -v big '%*s' 1200000 ''; many=({1..200000}); small=1"
                        : "big=${(l:1200000:)}; many=({1..200000}); small=1")
                .start()) {
      Message answer = answer(daemon, terminal, "true", "v:big v:small v:many");
      assertEquals("1", answer.value("s.small"));
      assertFalse(answer.has("s.big"));
      assertFalse(answer.has("e.many"));
      terminal.assertWell();
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalQuestionsMayBeAsked(Shell shell) throws Exception {
    try (ScriptedDaemon daemon = ScriptedDaemon.in(home);
        Terminal terminal = Terminal.of(shell, home).after("one=1 two=2").start()) {
      daemon.minding((request, pipe) -> pipe.say("Q " + request.number() + " v:one"));
      daemon.onAnswer(
          (answer, pipe) ->
              pipe.say(
                  answer.has("s.one")
                      ? "Q " + answer.number() + " v:two"
                      : "B " + answer.number()));
      terminal.enter("touch ran");
      daemon.await(0, message -> message.type().equals("V") && message.has("s.two"));
      daemon.minding(ScriptedDaemon::usual);
      terminal.assertWell();
      assertFalse(Files.exists(home.resolve("ran")));
    }
  }
}
