package belay.index.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.index.history.HistoryFile.Command;
import belay.index.history.HistoryFile.Format;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Text;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFileTest {

  @TempDir Path home;

  /** Each char is a byte. */
  private Path file(String bytes) throws IOException {
    return Files.write(home.resolve("file"), bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private List<Command> read(String bytes, Format format) throws IOException {
    return HistoryFile.read(file(bytes), format).commands();
  }

  private static Command at(long seconds, String text) {
    return new Command(Instant.ofEpochSecond(seconds), OptionalLong.empty(), text);
  }

  private static Command plain(String text) {
    return new Command(null, OptionalLong.empty(), text);
  }

  private static Command ran(long seconds, long duration, String text) {
    return new Command(Instant.ofEpochSecond(seconds), OptionalLong.of(duration * 1_000_000), text);
  }

  @Test
  void bashWithTimestampsKeepsCommandsOfSeveralLinesTogether() throws IOException {
    assertEquals(
        List.of(
            at(1700000000, "ls"),
            at(1700000005, "for i in a\ndo x\ndone\n#abc"),
            at(1700000010, "cat <<E\nrm -rf /\nE")),
        read(
            """
            #1700000000
            ls
            #1700000005
            for i in a
            do x

            done
            #abc
            #1700000009
            #1700000010\r
            cat <<E\r
            rm -rf /\r
            E\r
            """,
            Format.BASH));
  }

  @Test
  void bashWithoutTimestampsIsJoinedToWhatTheShellWouldRun() throws IOException {
    assertEquals(
        List.of(
            plain("ls"),
            plain("cat > x <<E\nrm -rf /srv\nE"),
            plain("for i in a; do\nrm $i\ndone"),
            plain("echo 'a\nb'"),
            plain("echo a\\\nb"),
            plain("if x"),
            plain("rm y")),
        read(
            """
            ls
            cat > x <<E
            rm -rf /srv
            E
            for i in a; do
            rm $i
            done
            echo 'a
            b'
            echo a\\
            b
            if x
            rm y
            """,
            Format.BASH));
  }

  @Test
  void bashDropsATypedNumberSignWithADigitAndALastLineWithoutEnd() throws IOException {
    assertEquals(
        List.of(plain("ls"), at(1700000000, "date")),
        read("ls\n#12 fix\n#1700000000\ndate\nlast", Format.BASH));
  }

  @Test
  void bytesThatAreNoTextSurvive() throws IOException {
    byte[] odd = {'e', 'c', 'h', 'o', ' ', (byte) 0xFF, 0x1B};
    assertEquals(List.of(plain(Text.decode(odd))), read("echo \u00ff\u001b\n", Format.BASH));
    assertEquals(List.of(plain(Text.decode(odd))), read("echo \u00ff\u001b\n", Format.ZSH));
  }

  @Test
  void zshEntriesAreReadInBothForms() throws IOException {
    assertEquals(
        List.of(
            plain("ls"),
            ran(1700000000, 5, "echo a\nb"),
            ran(1700000001, 0, "ends \\"),
            plain("x\\\ny"),
            plain(":foo"),
            ran(1700000009, 3, "old"),
            plain("col :x"),
            plain("two  "),
            plain("q\\ "),
            plain("no end")),
        read(
            """
            ls
            : 1700000000:5;echo a\\
            b
            : 1700000001:0;ends \\\s
            x\\\\
            y
            \\:foo
            : 1700000009:1700000012;old
            :
            :5

            col :x
            two \s
            q\\ \s
            no end\
            """,
            Format.ZSH));
  }

  @Test
  void zshBytesAreTakenOutOfTheirDisguise() throws IOException {
    // ü is c3 bc; zsh hides 83 and 84..a2, as in à (c3 a0).
    assertEquals(
        List.of(plain("echo ü à \u0000 ぃ")),
        read(
            "echo \u00c3\u00bc \u00c3\u0083\u0080 \u0083  \u00e3\u0081\u0083\u00a3\n", Format.ZSH));
  }

  @Test
  void theFormatIsSeenFromNameOrContents() throws IOException {
    Path zsh = Files.writeString(home.resolve("hist"), "a\n: 1700000000:0;b\n");
    Path bash = Files.writeString(home.resolve("hist2"), "#1700000000\nls\n");
    Path named = Files.writeString(home.resolve(".zsh_history"), "ls\n");
    assertEquals(Dialect.ZSH, HistoryFile.read(zsh, Format.AUTO).dialect());
    assertEquals(Dialect.BASH, HistoryFile.read(bash, Format.AUTO).dialect());
    assertEquals(Dialect.ZSH, HistoryFile.read(named, Format.AUTO).dialect());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#1700000000\nls\n#1700000005\nfor i in a\ndo x\n\ndone\n#abc\n",
        "ls\n#1700000000\ndate\nx y\r\nlast",
        "#1700000000\n#1700000001\nls -l\n  \n\n#1700000002\n",
        "#1\na\n#x\n#2\n\tb\n",
      })
  void bashItselfLoadsTheSame(String bytes) throws Exception {
    assertTrue(isThere("bash"), "bash is needed");
    String loaded =
        run(
            "bash",
            "--norc",
            "-c",
            "set -o history; HISTTIMEFORMAT=$'\\1%s\\2'; history -c; history -r \"$1\"; history",
            "x",
            file(bytes).toString());
    List<String> entries = new ArrayList<>();
    for (String entry : loaded.split("\n *[0-9]+  \u0001", -1)) {
      entries.add(entry.replaceFirst("(?s)^.*?\u0002", "").replaceFirst("\n$", ""));
    }
    if (loaded.isEmpty()) {
      entries.clear();
    }
    assertEquals(entries, read(bytes, Format.BASH).stream().map(Command::text).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ls\n: 1700000000:5;echo a\\\nb\n: 1700000001:0;ends \\ \nx\\\\\ny\n\\:foo\n",
        ": 1700000009:1700000012;old\ncol :x\ntwo  \nq\\  \n\\ \n: 1:2;\\:x\n",
        "echo \u00c3\u0083\u0080 \u0083\u00a3\n: 1700000000:0;rm \u00ff\n",
      })
  void zshItselfLoadsTheSame(String bytes) throws Exception {
    assumeTrue(isThere("zsh"), "zsh is needed");
    // The last event is the one being edited; a line more makes room for it.
    String loaded =
        run(
            "zsh",
            "-f",
            "-c",
            "HISTSIZE=100; fc -R $1; zmodload zsh/parameter;"
                + " for k in ${(kon)history}; do print -rN -- \"$history[$k]\"; done",
            "x",
            file(bytes + "sentinel\n").toString());
    assertEquals(
        Stream.of(loaded.split("\0")).filter(text -> !text.equals("sentinel")).toList(),
        read(bytes, Format.ZSH).stream()
            .map(command -> new String(Text.encode(command.text()), StandardCharsets.ISO_8859_1))
            .toList());
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static String run(String... command) throws Exception {
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("HISTFILE", "/dev/null");
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    byte[] out = process.getInputStream().readAllBytes();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return new String(out, StandardCharsets.ISO_8859_1);
  }
}
