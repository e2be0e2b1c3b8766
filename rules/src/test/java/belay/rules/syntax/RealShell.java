package belay.rules.syntax;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The installed bash or zsh, asked what it thinks of a line without running it. */
final class RealShell {

  /** What a shell's syntax check says. */
  enum Opinion {
    ACCEPT,
    INCOMPLETE,
    REJECT
  }

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

  Opinion opinion(byte[] line) throws IOException, InterruptedException {
    Path file = directory.resolve("line");
    byte[] withNewline = java.util.Arrays.copyOf(line, line.length + 1);
    withNewline[line.length] = '\n';
    Files.write(file, withNewline);
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
