package belay.tests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.daemon.tryout.StageShell;
import belay.daemon.tryout.StageShell.End;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shells come and go, also in the middle of a question, and leave nothing behind in the daemon. */
@Tag("acceptance")
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ManyShellsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Scene scene;

  @BeforeAll
  void set() throws Exception {
    scene = Scene.withDaemon();
  }

  @AfterAll
  void strike() throws IOException {
    if (scene != null) {
      scene.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"bash,200", "zsh,200"})
  void shellsThatEndLeaveNoPipeProcessOrDescriptor(String shell, int count) throws Exception {
    try (StageShell first = StageShell.open(scene.stage(), shell, PATIENCE)) {
      assertEquals(End.RAN, first.enter("true").end()); // the daemon is as it is when it works
    }
    awaitNothingOf("run/s/");
    long children = children();
    for (int i = 0; i < count; i += 10) {
      List<StageShell> shells = new ArrayList<>();
      try {
        for (int k = 0; k < 10; k++) {
          shells.add(StageShell.open(scene.stage(), shell, PATIENCE));
        }
        // Some say goodbye, some are closed after a line, some before one.
        for (int k = 0; k < 10; k += 3) {
          assertEquals(End.RAN, shells.get(k).enter("true").end());
        }
        for (int k = 0; k < 10; k += 4) {
          shells.get(k).terminal().type("exit\r");
        }
      } finally {
        shells.forEach(StageShell::close);
      }
    }
    // One that was closed before its Hello is found out when the next one goes.
    try (StageShell last = StageShell.open(scene.stage(), shell, PATIENCE)) {
      assertEquals(End.RAN, last.enter("true").end());
    }
    awaitNothingOf("run/s/");
    awaitNothingOf("/dev/pts/");
    await(() -> pipes().toString(), () -> pipes().isEmpty());
    assertEquals(children, children());
  }

  @Test
  void aHelloOfAShellThatIsGoneLeavesNoPipe() throws Exception {
    Process shell = new ProcessBuilder("true").start();
    shell.waitFor();
    String name = shell.pid() + "-1";
    Path run = scene.stage().home().resolve("run");
    Files.createFile(run.resolve("s/" + name + ".q"));
    Files.createFile(run.resolve("s/" + name + ".a"));
    try (RandomAccessFile control = new RandomAccessFile(run.resolve("control").toFile(), "rw")) {
      control.write(HookPeer.message("H", "1", "n=" + name, "shell=bash", "pid=" + shell.pid()));
    }
    await(() -> pipes().toString(), () -> pipes().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aTerminalThatGoesInAQuestionIsLetGoOf(String shell) throws Exception {
    Path notes = Files.createDirectories(scene.path("notes-" + shell));
    Files.writeString(notes.resolve("todo.txt"), "try the backups\n");
    String line = "rm -rf " + notes;
    try (StageShell hands = StageShell.open(scene.stage(), shell, PATIENCE)) {
      assertEquals(End.ASKED, hands.enter(line).end());
      assertTrue(descriptors().stream().anyMatch(name -> name.startsWith("/dev/pts/")));
    }
    // A reader that spins on a dead terminal would hold it open.
    awaitNothingOf("/dev/pts/");
    awaitNothingOf("run/s/");
    scene.logged(line, found -> found.has("answer"));
    assertTrue(Files.exists(notes.resolve("todo.txt")));
    // Nobody works on it any more: two looks in a row find the same processor time used.
    awaitIdle();
  }

  private ProcessHandle daemon() {
    return scene.stage().daemon().orElseThrow();
  }

  private long children() {
    return daemon().children().count();
  }

  /** What the daemon's descriptors lead to. */
  private List<String> descriptors() throws IOException {
    List<String> out = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc/" + daemon().pid() + "/fd"))) {
      for (Path link : all.toList()) {
        try {
          out.add(Files.readSymbolicLink(link).toString());
        } catch (IOException _) {
          // closed meanwhile
        }
      }
    }
    return out;
  }

  /** What leads to shells, and which processes those are. */
  private String seen() throws Exception {
    List<String> out = new ArrayList<>();
    for (String name : descriptors()) {
      if (name.contains("run/s/") || name.startsWith("/dev/pts/")) {
        Path process = Path.of("/proc/" + name.replaceAll(".*/(\\d+)-.*", "$1") + "/stat");
        out.add(name + " of " + (Files.exists(process) ? Files.readString(process) : "nobody"));
      }
    }
    return out.toString();
  }

  private List<Path> pipes() throws IOException {
    try (Stream<Path> listed = Files.list(scene.stage().home().resolve("run/s"))) {
      return listed.toList();
    }
  }

  private void awaitNothingOf(String part) throws Exception {
    await(this::seen, () -> descriptors().stream().noneMatch(n -> n.contains(part)));
  }

  private void awaitIdle() throws Exception {
    await(
        () -> "processor time used",
        () -> {
          Duration before = daemon().info().totalCpuDuration().orElseThrow();
          daemon().onExit().completeOnTimeout(daemon(), 300, TimeUnit.MILLISECONDS).get();
          Duration used = daemon().info().totalCpuDuration().orElseThrow().minus(before);
          return used.toMillis() <= 50;
        });
  }

  private interface Look {
    boolean isSo() throws Exception;
  }

  private static void await(Callable<String> what, Look look) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!look.isSo()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("still there: " + what.call());
      }
    }
  }
}
