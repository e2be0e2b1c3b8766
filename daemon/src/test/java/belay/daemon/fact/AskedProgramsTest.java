package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Reach;
import belay.rules.effect.ShellView;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.syntax.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A host of a cluster whose systemctl, virsh and docker answer what the test says. */
final class AskedProgramsTest {

  private static final String NODE =
      """
      proc/
        self/
          mountinfo = 20 1 9:1 / / rw - ext4 /dev/sda1 rw\\n
        1/
          cgroup = 0::/kubepods/besteffort/pod1\\n
        9/
          stat = 9 (bash) S 1 9 9\\n
        sys/
          kernel/
            hostname = node1\\n
      run/
        systemd/
          system/
          sessions/
      var/
        run/
          docker.sock
      """;

  private final List<List<String>> asked = new ArrayList<>();

  private Facts look(EffectKind kind, Target target, Programs.Answer answer) {
    return new FactFinder(new DrawnMachine(NODE), Duration.ofSeconds(20))
        .knowing(
            new Knowledge(
                Labels.NONE,
                List.of(),
                List.of(),
                List::of,
                (question, deadline) -> {
                  asked.add(question.words());
                  return answer;
                }))
        .lookAll(
            List.of(Effects.effect(kind, target, Reach.ONE)),
            new Viewpoint("/", "/root", 9, java.util.Map.of()))
        .getFirst()
        .getFirst();
  }

  private static Programs.Answer says(int status, String output, String complaint) {
    return new Programs.Answer(status, output, true, complaint);
  }

  @Test
  void anActiveServiceIsLiveForWhatNeedsIt() {
    String shown =
        "LoadState=loaded\nActiveState=active\nMainPID=812\nRequiredBy=web.target\nBoundBy=\n";
    Target nginx = new Target.Service(Value.of("nginx"));
    Facts facts = look(EffectKind.STOP, nginx, says(0, shown, ""));
    assertEquals(
        List.of("nginx.service is active, pid 812, required by web.target"),
        facts.evidence(About.LIVE));
    assertEquals("show", asked.getFirst().get(1));
    Facts gone = look(EffectKind.STOP, nginx, says(0, "ActiveState=inactive\n", ""));
    assertEquals(Truth.FALSE, gone.truth(About.LIVE));
  }

  @ParameterizedTest
  @CsvSource({
    "libvirt, 0, running, '', TRUE",
    "libvirt, 0, shut off, '', FALSE",
    "libvirt, 1, '', error: failed to get domain 'web1', FALSE",
    "libvirt, 1, '', error: failed to connect to the hypervisor, UNKNOWN",
    "docker, 0, running, '', TRUE",
    "docker, 0, exited, '', FALSE",
    "docker, 1, '', Error: No such container: web1, FALSE",
    "xen, 0, web1 3 512 1 r----- 10.0, '', TRUE",
    "lxd, 0, running, '', UNKNOWN",
  })
  void aGuestIsLiveWhenItsKeeperSaysThatItRuns(
      String system, int status, String output, String complaint, Truth live) {
    Target guest = new Target.Guest(system, Value.of("web1"));
    Facts facts = look(EffectKind.DESTROY, guest, says(status, output, complaint));
    assertEquals(live, facts.truth(About.LIVE), facts::toString);
  }

  @Test
  void aNameThatWouldBeAnOptionIsNotHandedOn() {
    look(EffectKind.DESTROY, new Target.Guest("docker", Value.of("-rf")), says(0, "running", ""));
    look(EffectKind.STOP, new Target.Service(Value.of("-H evil")), says(0, "", ""));
    assertEquals(List.of(), asked);
  }

  @Test
  void aMachineThatIsAContainerIsSaidToBeOne() {
    Facts facts = look(EffectKind.STOP, new Target.Host(Value.of("localhost")), says(0, "", ""));
    assertTrue(facts.context().contains("this is a container (kubepods)"), facts::toString);
    assertEquals(Truth.FALSE, facts.truth(About.CUTS_OFF), facts::toString);
  }

  @Test
  void aShellIsAskedOnlyForWhatAnEffectNeeds() {
    List<String> names = new ArrayList<>();
    ShellView shell =
        new ShellView() {
          @Override
          public Dialect dialect() {
            return Dialect.BASH;
          }

          @Override
          public String directory() {
            return "/";
          }

          @Override
          public String home() {
            return "/root";
          }

          @Override
          public Variable variable(String name) {
            names.add(name);
            return new Variable.Set(List.of("x"));
          }

          @Override
          public @Nullable String alias(String word) {
            return null;
          }

          @Override
          public @Nullable String function(String name) {
            return null;
          }
        };
    Effect file = Effects.deleteTree("/srv");
    assertEquals(java.util.Map.of(), Viewpoint.of(shell, 9, List.of(file)).variables());
    assertEquals(List.of(), names);
    Effect cluster =
        Effects.effect(EffectKind.DESTROY, new Target.ClusterObject(Value.of("shop")), Reach.ONE);
    assertEquals("x", Viewpoint.of(shell, 9, List.of(file, cluster)).variables().get("KUBECONFIG"));
    assertFalse(names.contains("AWS_PROFILE"));
  }
}
