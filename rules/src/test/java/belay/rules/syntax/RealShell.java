package belay.rules.syntax;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The installed bash or zsh, asked what it thinks of a line without running it. */
final class RealShell {

  /** What a shell's syntax check says. */
  enum Opinion {
    ACCEPT,
    INCOMPLETE,
    REJECT
  }

  /** What {@link #expanded} says of a word that the shell refuses. */
  static final List<String> REFUSED = List.of("\3");

  /** The variables that {@link #expanded} knows; {@code U} is not set. */
  static final Map<String, String> VARIABLES = Map.of("V", "a/b.c", "N", "7", "E", "");

  static final String HOME = "/home/u";

  private final Dialect dialect;
  private final Path directory;
  private final Path program;

  private RealShell(Dialect dialect, Path directory, Path program) {
    this.dialect = dialect;
    this.directory = directory;
    this.program = program;
  }

  /** The shell of a dialect; the test is skipped, saying so, where it is not installed. */
  static RealShell of(Dialect dialect, Path directory) {
    for (String place : System.getenv("PATH").split(":")) {
      Path program = Path.of(place, dialect.shellName());
      if (Files.isExecutable(program)) {
        return new RealShell(dialect, directory, program);
      }
    }
    return abort("`" + dialect.shellName() + "` is not installed: nothing to compare with");
  }

  private Path written(byte[] line) throws IOException {
    byte[] withNewline = Arrays.copyOf(line, line.length + 1);
    withNewline[line.length] = '\n';
    return Files.write(directory.resolve("line"), withNewline);
  }

  /** What bash prints of a line it has read; null where it prints nothing. It runs nothing. */
  byte @Nullable [] prettyPrinted(byte[] line) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            program.toString(),
            "--norc",
            "--noprofile",
            "--pretty-print",
            "-O",
            "extglob",
            "/dev/stdin");
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.redirectInput(written(line).toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD).directory(directory.toFile());
    Process process = builder.start();
    byte[] printed = process.getInputStream().readAllBytes();
    return process.waitFor() == 0 ? printed : null;
  }

  /** What the shell expands words to, all in one process; patterns stand for themselves. */
  List<List<String>> expanded(List<String> words) throws IOException, InterruptedException {
    var input = new ByteArrayOutputStream();
    for (String word : words) {
      input.writeBytes(word.getBytes(StandardCharsets.UTF_8));
      input.write(0);
    }
    String reader =
        "set -o noglob; cd /; w() { [ $# = 0 ] || printf '%s\\2' \"$@\"; printf '\\0'; }; "
            + "while IFS= read -r -d '' x; do eval \"w $x\" || printf '\\3\\2\\0'; done";
    List<String> command = new ArrayList<>(List.of(program.toString()));
    switch (dialect) {
      case BASH -> command.addAll(List.of("--norc", "--noprofile", "-O", "extglob"));
      case ZSH -> command.addAll(List.of("-f"));
    }
    command.addAll(List.of("-c", reader));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(VARIABLES);
    builder.environment().put("HOME", HOME);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.directory(directory.toFile());
    builder.redirectInput(Files.write(directory.resolve("words"), input.toByteArray()).toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    String output = Text.decode(process.getInputStream().readAllBytes());
    process.waitFor();
    List<List<String>> out = new ArrayList<>();
    for (String one : output.split("\0", -1)) {
      String[] expanded = one.split("\2", -1);
      out.add(List.of(Arrays.copyOf(expanded, expanded.length - 1)));
    }
    if (out.size() != words.size() + 1) {
      throw new IOException(
          dialect.shellName() + " answered " + (out.size() - 1) + " of " + words.size());
    }
    return out;
  }

  Opinion opinion(byte[] line) throws IOException, InterruptedException {
    written(line);
    List<String> command = new ArrayList<>(List.of(program.toString()));
    switch (dialect) {
      case BASH -> command.addAll(List.of("-O", "extglob", "-n", "line"));
      case ZSH -> command.addAll(List.of("-f", "-n", "line"));
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.redirectInput(Path.of("/dev/null").toFile());
    Path said = directory.resolve("said");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(said.toFile());
    Process process = builder.start();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("`" + program + "` does not end on " + Text.decode(line));
    }
    String errors = new String(Files.readAllBytes(said), StandardCharsets.ISO_8859_1);
    boolean accepts =
        switch (dialect) {
          case BASH ->
              process.exitValue() == 0
                  && errors.lines().allMatch(error -> error.contains("warning: "));
          // Its status is that of the last command it did not run, and it looks names up.
          case ZSH ->
              !errors.contains("parse error")
                  && !errors.contains("unmatched")
                  && !errors.contains("expected");
        };
    if (accepts) {
      return Opinion.ACCEPT;
    }
    boolean atEnd =
        errors.contains("unexpected end of file")
            || errors.contains("unexpected EOF")
            || errors.contains("unmatched");
    return atEnd ? Opinion.INCOMPLETE : Opinion.REJECT;
  }
}
