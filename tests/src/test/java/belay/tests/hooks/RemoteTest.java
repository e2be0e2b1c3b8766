package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs that speak a protocol through a shell on another machine, which reads the start files: a
 * byte of ours would break it. Instead of ssh a script runs the user's shell as {@code sshd(8)}
 * does; Debian's bash then reads {@code .bashrc} although nobody is there.
 */
@Tag("acceptance")
final class RemoteTest {

  private static final Path SFTP_SERVER = Path.of("/usr/lib/openssh/sftp-server");

  @TempDir Path home;
  private byte[] content = {};

  @BeforeEach
  void somethingToSend() throws Exception {
    content = new byte[300_000];
    new Random(7).nextBytes(content);
    Files.write(home.resolve("file"), content);
    Files.createDirectory(home.resolve("there"));
    Files.createDirectory(home.resolve("repository"));
    assertEquals("", run("git", "-C", "repository", "init", "-q"));
    assertEquals(
        "",
        run(
            "git",
            "-C",
            "repository",
            "-c",
            "user.name=u",
            "-c",
            "user.email=u@example.org",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "first"));
    for (Shell shell : Shell.values()) {
      String start =
          "echo >>'"
              + home
              + "/loaded'; source '"
              + Terminal.HOOKS
              + "/belay."
              + shell.command()
              + "'\n";
      Files.writeString(home.resolve(shell == Shell.BASH ? ".bashrc" : ".zshenv"), start);
      Path ssh =
          Files.writeString(
              home.resolve("ssh-" + shell.command()),
              String.join(
                  "\n",
                  "#!/bin/sh",
                  "subsystem=",
                  "while :; do",
                  "  case $1 in",
                  "    -s) subsystem=1 ;;",
                  "    -o | -l | -p) shift ;;",
                  "    -*) ;;",
                  "    *) break ;;",
                  "  esac",
                  "  shift",
                  "done",
                  "shift # the host",
                  "[ ! \"$subsystem\" ] || set -- " + SFTP_SERVER,
                  "exec env -i HOME='" + home + "' PATH=\"$PATH\" SSH_CLIENT='192.0.2.1 5 22' \\",
                  "  SSH_CONNECTION='192.0.2.1 5 192.0.2.2 22' BELAY_RUNTIME_DIR='"
                      + home
                      + "/run' "
                      + shell.command()
                      + " -c \"$*\"",
                  ""));
      Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private String run(String... words) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(home.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("HOME", home.toString());
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it hangs: " + said);
    return process.exitValue() == 0 ? said : said + "\nexit " + process.exitValue();
  }

  static Stream<Arguments> transfers() {
    return Stream.of(Shell.values())
        .flatMap(
            shell ->
                Stream.of(
                        List.of("scp", "-q", "-O", "-S", "SSH", "file", "host:there/file"),
                        List.of("scp", "-q", "-O", "-S", "SSH", "host:file", "there/file"),
                        List.of("scp", "-q", "-S", "SSH", "file", "host:there/file"),
                        List.of("scp", "-q", "-S", "SSH", "host:file", "there/file"),
                        List.of("rsync", "-e", "SSH", "file", "host:there/file"),
                        List.of("rsync", "-e", "SSH", "host:file", "there/file"))
                    .map(command -> Arguments.of(shell, command)));
  }

  @ParameterizedTest
  @MethodSource("transfers")
  void aFileArrivesWhole(Shell shell, List<String> command) throws Exception {
    boolean subsystem = command.contains("-S") && !command.contains("-O");
    assumeTrue(!subsystem || Files.exists(SFTP_SERVER), "openssh-sftp-server is not installed");
    List<String> words = new ArrayList<>();
    for (String word : command) {
      words.add(
          word.replace("SSH", home + "/ssh-" + shell.command())
              .replace("host:", "host:" + home + "/"));
    }
    assertEquals("", run(words.toArray(String[]::new)));
    assertArrayEquals(content, Files.readAllBytes(home.resolve("there/file")));
    assertTrue(Files.exists(home.resolve("loaded")), "the start file was not read");
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void aRepositoryIsCloned(Shell shell) throws Exception {
    assertEquals(
        "",
        run(
            "git",
            "-c",
            "core.sshCommand=" + home + "/ssh-" + shell.command(),
            "clone",
            "-q",
            "ssh://host" + home + "/repository",
            "there/clone"));
    assertEquals("first\n", run("git", "-C", "there/clone", "log", "--format=%s"));
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void aCommandSaysWhatItSaysAndNotAByteMore(Shell shell) throws Exception {
    String ssh = home + "/ssh-" + shell.command();
    assertEquals("", run(ssh, "host", "true"));
    assertEquals("one\n", run(ssh, "host", "echo one"));
    assertEquals("\nexit 3", run(ssh, "host", "exit 3"));
    assertTrue(Files.exists(home.resolve("loaded")), "the start file was not read");
  }
}
