package belay.daemon.fact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.daemon.libc.Fifo;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Reach;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Facts.Kind;
import belay.rules.fact.Truth;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel this test runs on: other processes, mounts, loop devices. */
final class ThisMachineTest {

  private static final FactFinder FINDER = new FactFinder(Machine.local(), Duration.ofSeconds(20));

  @TempDir Path directory = Path.of("");
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stopAll() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly();
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }
  }

  /** A shell that does as it is told and then says so; it ends with its input. */
  private Process shell(String script) throws IOException {
    Process process =
        new ProcessBuilder("sh", "-c", script + "\necho ready\nread _")
            .redirectErrorStream(true)
            .start();
    started.add(process);
    assertEquals("ready", process.inputReader(UTF_8).readLine());
    return process;
  }

  private static Facts overwrite(Path file) {
    return FINDER.look(Effects.overwrite(file), null, null).getFirst();
  }

  @Test
  void aFileThatAnotherProcessHasOpenForWritingIsLiveUntilItEnds() throws Exception {
    Path file = Files.writeString(directory.resolve("log"), "line\n");
    Process writer = shell("exec 3>>" + file);
    assertEquals(
        List.of("open for writing in sh (pid " + writer.pid() + ")"),
        overwrite(file).evidence(About.LIVE));
    try (Writer keys = writer.outputWriter(UTF_8)) {
      keys.write("\n");
    }
    assertTrue(writer.waitFor(20, TimeUnit.SECONDS));
    assertNotEquals(Truth.TRUE, overwrite(file).truth(About.LIVE));
  }

  @Test
  void aFinderForLongListsAnswersWithASearchOfAMomentAgo() throws Exception {
    Path file = Files.writeString(directory.resolve("log"), "line\n");
    FactFinder lists = FINDER.searchingAtMostEvery(Duration.ofHours(1));
    assertNotEquals(
        Truth.TRUE, lists.look(Effects.overwrite(file), null, null).getFirst().truth(About.LIVE));
    shell("exec 3>>" + file);
    assertNotEquals(
        Truth.TRUE, lists.look(Effects.overwrite(file), null, null).getFirst().truth(About.LIVE));
    assertEquals(Truth.TRUE, overwrite(file).truth(About.LIVE));
  }

  @Test
  void aFileThatAnotherProcessOnlyReadsIsNotLive() throws IOException {
    Path file = Files.writeString(directory.resolve("log"), "line\n");
    shell("exec 3<" + file);
    assertNotEquals(Truth.TRUE, overwrite(file).truth(About.LIVE));
  }

  @Test
  void aFileThatIsOpenInTheDaemonItselfIsNotLive() throws IOException {
    Path file = Files.writeString(directory.resolve("mine"), "line\n");
    try (FileChannel _ = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertNotEquals(Truth.TRUE, overwrite(file).truth(About.LIVE));
    }
  }

  @Test
  void anAppendIsNoLossSoThatNobodyIsSearchedFor() throws IOException {
    Path file = Files.writeString(directory.resolve("log"), "line\n");
    shell("exec 3>>" + file);
    Facts facts =
        FINDER
            .look(Effects.effect(EffectKind.APPEND, Effects.path(file), Reach.ONE), null, null)
            .getFirst();
    assertNotEquals(Truth.TRUE, facts.truth(About.LIVE));
  }

  @Test
  void aFileLockedByAProcessIsLive() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "flock is not installed");
    Path file = Files.writeString(directory.resolve("db"), "data");
    Process holder = shell("exec 3<" + file + "; flock 3");
    List<String> evidence = overwrite(file).evidence(About.LIVE);
    // flock(1) took the lock on the shell's open file and has ended; the kernel keeps its number.
    assertEquals(1, evidence.size());
    assertTrue(evidence.getFirst().startsWith("locked by "), evidence.toString());
    assertTrue(holder.isAlive());
  }

  @Test
  void theRootIsMountedAndOfTheSystem() {
    Facts facts = FINDER.look(Effects.deleteTree("/"), null, null).getFirst();
    assertEquals(Truth.TRUE, facts.truth(About.MOUNTED));
    assertEquals(Truth.TRUE, facts.truth(About.LIVE));
    assertEquals(Truth.TRUE, facts.truth(About.SYSTEM));
    assertTrue(facts.countIsLowerBound());
  }

  @Test
  void aFifoIsLookedAtAndNotOpened() throws IOException {
    Path fifo = directory.resolve("fifo");
    Fifo.make(fifo.toString(), 0600);
    Facts facts = overwrite(fifo);
    assertEquals(Kind.FIFO, facts.kind());
    assertEquals(Truth.FALSE, facts.truth(About.MOUNTED));
  }

  @Test
  void lookingLeavesTheTimeOfTheLastReadAsItWas() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "data");
    FileTime past = FileTime.fromMillis(1_000_000_000_000L);
    Files.setAttribute(file, "lastAccessTime", past);
    FINDER.look(Effects.overwrite(file), null, null);
    assertEquals(past, Files.getAttribute(file, "lastAccessTime"));
  }

  @Test
  void theFileBehindALoopDeviceIsLiveAndSaysWhereItIsMounted() throws Exception {
    Path losetup = Path.of("/usr/sbin/losetup");
    assumeTrue(Files.isExecutable(losetup), "losetup is not installed");
    Path image = directory.resolve("disk.img");
    try (FileChannel channel =
        FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[1]), (4 << 20) - 1);
    }
    Process attach =
        new ProcessBuilder(losetup.toString(), "--show", "-f", image.toString())
            .redirectErrorStream(true)
            .start();
    String device = new String(attach.getInputStream().readAllBytes(), UTF_8).strip();
    assumeTrue(attach.waitFor() == 0, "loop devices may not be attached here: " + device);
    try {
      assertEquals(List.of("backing file of " + device), overwrite(image).evidence(About.LIVE));
      Facts facts = FINDER.look(Effects.format(device), null, null).getFirst();
      assertEquals(4 << 20, facts.size().orElseThrow());
      assertNotEquals(Truth.TRUE, facts.truth(About.LIVE));
    } finally {
      assertEquals(0, new ProcessBuilder(losetup.toString(), "-d", device).start().waitFor());
    }
    assertNotEquals(Truth.TRUE, overwrite(image).truth(About.LIVE));
  }

  @Test
  void aNameThatIsNotUtf8IsLookedAtByItsBytes() throws Exception {
    shell(
        "cd "
            + directory
            + " && printf x > \"$(printf 'caf\\351')\" && exec 3>>\"$(printf 'caf\\351')\"");
    Facts facts =
        FINDER.look(Effects.overwrite("caf\udce9"), directory.toString(), null).getFirst();
    assertEquals(Kind.REGULAR_FILE, facts.kind());
    assertEquals(Truth.TRUE, facts.truth(About.LIVE));
    for (Process process : started) {
      process.destroyForcibly();
    }
    // What Java's own clean-up could not name.
    assertEquals(
        0, new ProcessBuilder("sh", "-c", "rm -f " + directory + "/caf*").start().waitFor());
  }

  @Test
  void manyFilesOfOneCommandShareOneSearch() throws IOException {
    List<Effect> effects = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      effects.add(Effects.overwrite(Files.createFile(directory.resolve("f" + i))));
    }
    List<List<Facts>> all = FINDER.lookAll(effects, null, null);
    assertEquals(200, all.size());
    for (int i = 0; i < 200; i++) {
      Facts facts = all.get(i).getFirst();
      assertEquals(directory + "/f" + i, facts.subject());
      assertNotEquals(Truth.TRUE, facts.truth(About.LIVE));
      assertFalse(facts.countIsLowerBound());
    }
  }
}
