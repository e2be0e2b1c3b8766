package belay.tests.hooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.ShellOnPty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An interactive shell with the hook, in a directory of its own, with somebody at the keys. Its
 * prompts carry a number, unseen, so that a new one is told from an old one drawn again.
 */
final class Terminal implements AutoCloseable {

  static final Path HOOKS =
      Path.of("../shell-hooks/src/main/resources/belay/hooks").toAbsolutePath().normalize();

  static final String CTRL_C = "\u0003";

  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final Pattern MARK = Pattern.compile("\u001b]777;(\\d+)\u0007");

  private final Path directory;
  private final ShellOnPty pty;
  private int prompts;
  private int wells;

  private Terminal(Path directory, ShellOnPty pty) {
    this.directory = directory;
    this.pty = pty;
  }

  /** How a shell is to start. */
  static final class Setup {
    private final Shell shell;
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> wrapper = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private boolean hooked = true;
    private String before = "";
    private String after = "";

    private Setup(Shell shell, Path directory) {
      this.shell = shell;
      this.directory = directory;
      environment.put("PATH", System.getenv("PATH"));
      environment.put("HOME", directory.toString());
      environment.put("LC_ALL", "C.UTF-8");
      environment.put("BELAY_RUNTIME_DIR", directory.resolve("run").toString());
    }

    /** Start file lines before the hook. */
    Setup before(String... lines) {
      before = String.join("\n", lines);
      return this;
    }

    /** Start file lines behind the hook. */
    Setup after(String... lines) {
      after = String.join("\n", lines);
      return this;
    }

    /** Whether the hook is to be loaded at all. */
    Setup hook(boolean loaded) {
      hooked = loaded;
      return this;
    }

    Setup with(String variable, String value) {
      environment.put(variable, value);
      return this;
    }

    Setup without(String variable) {
      environment.remove(variable);
      return this;
    }

    /** Words before the shell's own name, as of {@code strace}. */
    Setup under(String... words) {
      wrapper.addAll(List.of(words));
      return this;
    }

    Setup options(String... words) {
      options.addAll(List.of(words));
      return this;
    }

    Terminal start() throws IOException, InterruptedException {
      Files.writeString(directory.resolve("." + shell.command() + "rc"), startFile());
      List<String> command = new ArrayList<>(wrapper);
      command.add(shell.command());
      if (shell == Shell.BASH) {
        command.add("--noprofile");
        command.addAll(List.of("--rcfile", directory.resolve(".bashrc").toString()));
      } else {
        command.add("-d");
      }
      command.addAll(options);
      command.add("-i");
      Terminal terminal =
          new Terminal(directory, new ShellOnPty(command, environment, directory, PATIENCE));
      try {
        terminal.awaitPrompt(0);
        return terminal;
      } catch (IOException | InterruptedException e) {
        terminal.close();
        throw e;
      }
    }

    private String startFile() {
      String hook = HOOKS.resolve("belay." + shell.command()).toString();
      String prompt =
          shell == Shell.BASH
              ? "PS1='\\[\\e]777;$((++belay_test_prompts))\\a\\]\\$ '"
              : "setopt prompt_subst; PS1=$'%{\\e]777;$((++belay_test_prompts))\\a%}%% '";
      String load = hooked ? "source '" + hook + "'" : "";
      String count = "belay_test_prompts=${belay_test_prompts:-0}";
      return String.join("\n", count, prompt, before, load, after, "");
    }
  }

  static Setup of(Shell shell, Path directory) {
    return new Setup(shell, directory);
  }

  /** Types a line and Enter and waits for the next prompt; what was shown until then. */
  String run(String line) throws IOException, InterruptedException {
    int mark = pty.mark();
    pty.type(line + "\r");
    return awaitPrompt(mark);
  }

  /** Types a line and Enter and waits for nothing. */
  void enter(String line) throws IOException {
    pty.type(line + "\r");
  }

  void type(String keys) throws IOException {
    pty.type(keys);
  }

  void type(byte... bytes) throws IOException {
    pty.type(bytes);
  }

  int mark() {
    return pty.mark();
  }

  String await(int mark, String text) throws IOException, InterruptedException {
    return pty.await(mark, text);
  }

  String since(int mark) {
    return pty.since(mark);
  }

  /** Waits for a prompt that was not there before. */
  String awaitPrompt(int mark) throws IOException, InterruptedException {
    String shown = pty.await(mark, text -> highest(text) > prompts);
    prompts = highest(shown);
    return shown;
  }

  /**
   * Presses Ctrl-C and waits for a prompt that was not there at {@code mark}. More than once, as
   * people do: bash misses a signal that comes just before it waits for a key.
   */
  String interrupt(int mark) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      pty.type(CTRL_C);
      try {
        String shown = pty.await(mark, text -> highest(text) > prompts, Duration.ofMillis(500));
        prompts = highest(shown);
        return shown;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  private static int highest(String shown) {
    int out = 0;
    for (Matcher found = MARK.matcher(shown); found.find(); ) {
      out = Math.max(out, Integer.parseInt(found.group(1)));
    }
    return out;
  }

  /** The lines that lines wrote into {@code name}. */
  List<String> file(String name) throws IOException {
    Path path = directory.resolve(name);
    return Files.exists(path)
        ? List.of(Files.readString(path, StandardCharsets.ISO_8859_1).split("\n"))
        : List.of();
  }

  /** The shell still does what it is told, once and whole. */
  void assertWell() throws IOException, InterruptedException {
    Files.writeString(directory.resolve("well"), "");
    int mark = pty.mark();
    wells++;
    enter("echo one two three >>well; echo \"all\"\"well" + wells + "\"");
    awaitPromptBehind(mark, "allwell" + wells);
    assertEquals(List.of("one two three"), file("well"));
    assertTrue(pty.isAlive());
  }

  /** Has a line stopped by the daemon's usual mind; the shell is as well as before. */
  void assertStops(ScriptedDaemon daemon, String line) throws IOException, InterruptedException {
    int mark = daemon.mark();
    enter(line);
    daemon.await(mark, m -> m.type().equals("R") && m.line().contains("BLOCKME"));
    assertWell();
  }

  /** Waits until {@code text} was shown, and a prompt behind it. */
  String awaitPromptBehind(int mark, String text) throws IOException, InterruptedException {
    String shown =
        pty.await(mark, now -> now.contains(text) && highest(now.substring(now.indexOf(text))) > 0);
    prompts = highest(shown);
    return shown;
  }

  Path directory() {
    return directory;
  }

  /** The shell's own process, also below a wrapper. */
  long shellPid() {
    return ProcessHandle.of(pty.pid())
        .flatMap(process -> process.children().findFirst())
        .map(ProcessHandle::pid)
        .orElse(pty.pid());
  }

  ShellOnPty pty() {
    return pty;
  }

  @Override
  public void close() {
    pty.close();
  }
}
