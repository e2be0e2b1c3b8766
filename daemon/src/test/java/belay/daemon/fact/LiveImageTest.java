package belay.daemon.fact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import belay.rules.effect.EffectKind;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disk images held by QEMU's own programs, with QEMU's own locks. */
final class LiveImageTest {

  private static final FactFinder FINDER = new FactFinder(Machine.local(), Duration.ofSeconds(20));

  @TempDir Path directory = Path.of("");
  private final List<Process> started = new ArrayList<>();

  @BeforeAll
  static void qemuIsInstalled() {
    boolean installed =
        Files.isExecutable(Path.of("/usr/bin/qemu-nbd"))
            && Files.isExecutable(Path.of("/usr/bin/qemu-io"))
            && Files.isExecutable(Path.of("/usr/bin/qemu-img"));
    assumeTrue(installed, "qemu-utils is not installed");
  }

  @AfterEach
  void stopAll() throws InterruptedException {
    for (Process process : started) {
      process.destroy();
      assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }
  }

  private Path image(String name, String format) throws IOException, InterruptedException {
    Path image = directory.resolve(name);
    run("qemu-img", "create", "-q", "-f", format, image.toString(), "8M");
    return image;
  }

  private void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  private Process serve(Path image, String format, String... options) throws IOException {
    Path socket = directory.resolve("nbd-" + started.size() + ".sock");
    List<String> command =
        new ArrayList<>(List.of("qemu-nbd", "-t", "-f", format, "-k", socket.toString()));
    command.addAll(List.of(options));
    command.add(image.toString());
    return started(command);
  }

  /**
   * Returns when qemu-nbd has the image: its socket listens before that, its pid file comes after.
   */
  private Process started(List<String> command) throws IOException {
    Path pidFile = directory.resolve("nbd-" + started.size() + ".pid");
    List<String> all = new ArrayList<>(command);
    all.add(1, "--pid-file=" + pidFile);
    Process process =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    started.add(process);
    Event.await("qemu-nbd serves", () -> Files.exists(pidFile) && Files.size(pidFile) > 0);
    return process;
  }

  private Facts overwrite(Path image) {
    return FINDER.look(Effects.overwrite(image), directory.toString(), null).getFirst();
  }

  @Test
  void aRawImageOpenForWritingIsLiveAndItsProcessNamed() throws Exception {
    Path image = image("web1.img", "raw");
    Process nbd = serve(image, "raw");
    Facts facts = overwrite(image);
    assertEquals(
        List.of("open for writing in qemu-nbd (pid " + nbd.pid() + "), QEMU image lock"),
        facts.evidence(About.LIVE));
    assertEquals(Truth.TRUE, facts.truth(About.EXISTS));
    assertEquals(8 << 20, facts.size().orElseThrow());
  }

  @Test
  void aQcow2ImageAndTheBackingFileUnderItAreLive() throws Exception {
    Path base = image("base.qcow2", "qcow2");
    Path overlay = directory.resolve("web1.qcow2");
    run(
        "qemu-img",
        "create",
        "-q",
        "-f",
        "qcow2",
        "-F",
        "qcow2",
        "-b",
        base.toString(),
        overlay.toString());
    Process nbd = serve(overlay, "qcow2");
    assertEquals(
        List.of("open for writing in qemu-nbd (pid " + nbd.pid() + "), QEMU image lock"),
        overwrite(overlay).evidence(About.LIVE));
    assertEquals(
        List.of("open for reading in qemu-nbd (pid " + nbd.pid() + "), QEMU image lock"),
        overwrite(base).evidence(About.LIVE));
  }

  @Test
  void theNeighbourOfALiveImageIsNotLive() throws Exception {
    Path live = image("web1.img", "raw");
    Path neighbour = image("web2.img", "raw");
    serve(live, "raw");
    assertNotEquals(Truth.TRUE, overwrite(neighbour).truth(About.LIVE));
  }

  @Test
  void anImageIsNoLongerLiveOnceItsProcessHasEnded() throws Exception {
    Path image = image("web1.img", "raw");
    Process nbd = serve(image, "raw");
    assertEquals(Truth.TRUE, overwrite(image).truth(About.LIVE));
    nbd.destroy();
    assertTrue(nbd.waitFor(20, TimeUnit.SECONDS));
    assertNotEquals(Truth.TRUE, overwrite(image).truth(About.LIVE));
  }

  @Test
  void deletingALiveImageHitsSomethingLiveAndALinkToItDoesNot() throws Exception {
    Path image = image("web1.img", "raw");
    Path link = Files.createSymbolicLink(directory.resolve("link"), image);
    serve(image, "raw");
    Facts deleted = FINDER.look(Effects.delete(image), null, null).getFirst();
    assertEquals(Truth.TRUE, deleted.truth(About.LIVE));
    Facts unlinked = FINDER.look(Effects.delete(link), null, null).getFirst();
    assertEquals(Facts.Kind.SYMBOLIC_LINK, unlinked.kind());
    assertNotEquals(Truth.TRUE, unlinked.truth(About.LIVE));
    assertEquals(Truth.TRUE, overwrite(link).truth(About.LIVE));
  }

  @Test
  void aHardLinkIsAsLiveAsTheImageItself() throws Exception {
    Path image = image("web1.img", "raw");
    Path other = Files.createLink(directory.resolve("other-name"), image);
    serve(image, "raw");
    assertEquals(Truth.TRUE, overwrite(other).truth(About.LIVE));
  }

  @Test
  void anImageWithoutLocksIsLiveByItsOpenDescriptor() throws Exception {
    Path image = image("web1.img", "raw");
    Path socket = directory.resolve("unlocked.sock");
    Process nbd =
        started(
            List.of(
                "qemu-nbd",
                "-t",
                "-k",
                socket.toString(),
                "--image-opts",
                "driver=raw,file.driver=file,file.locking=off,file.filename=" + image));
    assertEquals(
        List.of("open for writing in qemu-nbd (pid " + nbd.pid() + ")"),
        overwrite(image).evidence(About.LIVE));
  }

  @Test
  void qemuIoHoldsAnImageUntilItQuits() throws Exception {
    Path image = image("web1.img", "raw");
    Process io =
        new ProcessBuilder("qemu-io", "-f", "raw", image.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    started.add(io);
    Event.await("qemu-io has it open", () -> overwrite(image).truth(About.LIVE) == Truth.TRUE);
    Event.await(
        "qemu-io is named with its lock",
        () ->
            overwrite(image)
                .evidence(About.LIVE)
                .contains("open for writing in qemu-io (pid " + io.pid() + "), QEMU image lock"));
    try (Writer keys = io.outputWriter(UTF_8)) {
      keys.write("quit\n");
    }
    assertTrue(io.waitFor(20, TimeUnit.SECONDS));
    assertNotEquals(Truth.TRUE, overwrite(image).truth(About.LIVE));
  }

  @Test
  void aDirectoryThatHoldsALiveImageIsLiveToARecursiveDelete() throws Exception {
    Path guests = Files.createDirectories(directory.resolve("srv/xen"));
    Path image = image("srv/xen/web1.img", "raw");
    assertTrue(image.startsWith(guests));
    Process nbd = serve(image, "raw");
    Facts facts = FINDER.look(Effects.deleteTree(directory.resolve("srv")), null, null).getFirst();
    assertTrue(
        facts
            .evidence(About.LIVE)
            .contains(
                "`xen/web1.img` is open for writing in qemu-nbd (pid "
                    + nbd.pid()
                    + "), QEMU image lock"),
        facts.toString());
    assertEquals(2, facts.size().orElseThrow());
  }

  @Test
  void everyImageOfAPatternIsLookedAt() throws Exception {
    image("web1.img", "raw");
    image("web2.img", "raw");
    serve(directory.resolve("web1.img"), "raw");
    List<Facts> facts =
        FINDER.look(
            Effects.effect(
                EffectKind.DELETE,
                new Target.Path(
                    new Value(
                        List.of(
                            new Value.Piece.Known(directory + "/"),
                            new Value.Piece.Pattern("*.img")))),
                Reach.MANY),
            null,
            null);
    assertEquals(
        List.of(directory + "/web1.img", directory + "/web2.img"),
        facts.stream().map(Facts::subject).toList());
    assertEquals(Truth.TRUE, facts.getFirst().truth(About.LIVE));
    assertNotEquals(Truth.TRUE, facts.getLast().truth(About.LIVE));
  }
}
