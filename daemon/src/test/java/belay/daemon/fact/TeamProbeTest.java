package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.EffectKind;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.judge.Inquiry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real probe scripts, good and bad. */
final class TeamProbeTest {

  @TempDir Path scratch;
  private Path probes;
  private Path probe;

  @BeforeEach
  void aDirectory() throws Exception {
    probes = Files.createDirectory(scratch.resolve("probes"));
    probe = probes.resolve("rotation");
  }

  private void install(String script) throws Exception {
    Files.writeString(probe, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(probe, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private FactFinder finder(Duration deadline) {
    return new FactFinder(Machine.local(), deadline)
        .knowing(
            new Knowledge(
                Labels.NONE,
                List.of(),
                List.of(probes.toString()),
                () -> List.of(new Inquiry("rotation", Set.of(EffectKind.STOP), Set.of("service"))),
                Programs.local()));
  }

  private static Facts look(FactFinder finder) {
    return finder
        .look(
            Effects.effect(EffectKind.STOP, new Target.Service(Value.of("nginx")), Reach.ONE),
            "/srv",
            "/root")
        .getFirst();
  }

  private Facts look() {
    return look(finder(Duration.ofSeconds(20)));
  }

  @Test
  void itIsToldOfTheEffectAndItsAnswerIsBelieved() throws Exception {
    install(
        """
        cat > %s/asked
        echo '{"facts": {"rotation": {"truth": true, "evidence": "lb1 sends it 40 requests/s"},'
        echo '  "protected": {"truth": "true", "evidence": "no deploys on Fridays"}}}'
        """
            .formatted(scratch));
    Facts facts = look();
    assertEquals(Truth.TRUE, facts.probe("rotation"), facts::toString);
    assertEquals("lb1 sends it 40 requests/s", facts.probes().getFirst().evidence());
    assertEquals(List.of("no deploys on Fridays"), facts.evidence(About.PROTECTED));
    String asked = Files.readString(scratch.resolve("asked"));
    assertTrue(asked.contains("\"target\":{\"kind\":\"service\",\"name\":\"nginx\"}"), asked);
    assertTrue(asked.contains("\"effect\":{\"kind\":\"stop\""), asked);
    assertTrue(asked.contains("\"directory\":\"/srv\""), asked);
  }

  @Test
  void itIsNotAskedTwiceInARow() throws Exception {
    install("echo x >> " + scratch + "/runs; echo '{\"facts\": {\"rotation\": false}}'");
    FactFinder finder = finder(Duration.ofSeconds(20));
    assertEquals(Truth.FALSE, look(finder).probe("rotation"));
    assertEquals(Truth.FALSE, look(finder).probe("rotation"));
    assertEquals(1, Files.readAllLines(scratch.resolve("runs")).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          echo 'never mind'                        | no JSON
          echo '[]'                                | no `facts`
          echo '{"facts": {"rotation": "maybe"}}'  | not true, false or unknown
          echo '{"facts": {}}'                     | does not say
          echo 'no balancer' >&2; exit 3           | status 3: no balancer
          yes '{"facts": {"rotation": true}}'      | more than is read
          """)
  void whatIsNoAnswerIsUnknown(String script, String why) throws Exception {
    install(script);
    Facts facts = look();
    assertEquals(Truth.UNKNOWN, facts.probe("rotation"));
    assertTrue(facts.probes().getFirst().evidence().contains(why), facts::toString);
  }

  @Test
  void aProbeThatHangsIsKilledWithWhatItStarted() throws Exception {
    install("echo $$ > " + scratch + "/pid; sleep 1000; echo late");
    Facts facts = look(finder(Duration.ofSeconds(2)));
    assertEquals(Truth.UNKNOWN, facts.probe("rotation"), facts::toString);
    assertTrue(facts.probes().getFirst().evidence().contains("did not answer"), facts::toString);
    long pid = Long.parseLong(Files.readString(scratch.resolve("pid")).strip());
    ProcessHandle.of(pid).ifPresent(left -> left.onExit().join());
  }

  @ParameterizedTest
  @CsvSource({
    "rwxrwxr-x, rwxr-xr-x, may be written by others",
    "rwxr-xrwx, rwxr-xr-x, may be written by others",
    "rw-r--r--, rwxr-xr-x, is not executable",
    "rwxr-xr-x, rwxrwxr-x, others may write in it",
  })
  void whatOthersMayChangeIsNotRun(String file, String directory, String why) throws Exception {
    install("touch " + scratch + "/ran; echo '{\"facts\": {\"rotation\": true}}'");
    Files.setPosixFilePermissions(probe, PosixFilePermissions.fromString(file));
    Files.setPosixFilePermissions(probes, PosixFilePermissions.fromString(directory));
    Facts facts = look();
    assertEquals(Truth.UNKNOWN, facts.probe("rotation"));
    assertTrue(facts.probes().getFirst().evidence().contains(why), facts::toString);
    assertTrue(Files.notExists(scratch.resolve("ran")));
  }

  @Test
  void neitherALinkNorAnotherUsersFileIsRun() throws Exception {
    Path real = scratch.resolve("real");
    Files.writeString(real, "#!/bin/sh\n");
    Files.createSymbolicLink(probe, real);
    assertTrue(look().probes().getFirst().evidence().contains("is no regular file"));
    Files.delete(probe);
    assertTrue(look().probes().getFirst().evidence().contains("no probe of that name"));
    install("echo '{}'");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        belay.daemon.libc.User.effective() == 0, "only root gives files away");
    Files.setAttribute(probe, "unix:uid", 65534);
    assertTrue(look().probes().getFirst().evidence().contains("belongs to somebody else"));
  }
}
