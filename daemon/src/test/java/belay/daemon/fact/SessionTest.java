package belay.daemon.fact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.FixedShell;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Parser;
import belay.rules.syntax.Text;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that ann is on over ssh, from 10.0.0.9 to 10.0.0.5 on eth0; eth1 is another net. */
final class SessionTest {

  private static final EffectReader READER = new EffectReader(CommandModels.builtIn());

  private static final String SERVER =
      """
      etc/
        hostname = web1
      proc/
        self/
          mountinfo = 20 1 9:1 / / rw - ext4 /dev/sda1 rw\\n
        sys/
          kernel/
            hostname = prod-web1\\n
        net/
          route = Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\\neth0\t00000000\t0100000A\t3\t0\t0\t0\t00000000\\neth0\t0000000A\t00000000\t1\t0\t0\t0\t00FFFFFF\\neth1\t0000A8C0\t00000000\t1\t0\t0\t0\t00FFFFFF\\n
          tcp = sl\\n   0: 00000000:0050 00000000:0000 0A 0:0 0:0 0 0 0 5551 1\\n
        1/
          stat = 1 (systemd) S 0 1 1\\n
        700/
          stat = 700 (sshd) S 1 700 700\\n
        710/
          stat = 710 (sshd) S 700 710 710\\n
        711/
          stat = 711 (bash) S 710 711 711\\n
          environ = HOME=/home/ann\\0%s
          cgroup = 0::/user.slice/user-1000.slice/session-5.scope\\n
        812/
          stat = 812 (nginx) S 1 812 812\\n
          fd/
            6 -> socket:[5551]
        900/
          stat = 900 (java) S 711 900 711\\n
      run/
        systemd/
          sessions/
            5 = USER=ann\\nSCOPE=session-5.scope\\nCLASS=user\\nSTATE=active\\n
            7 = USER=bob\\nSCOPE=session-7.scope\\nCLASS=user\\nSTATE=active\\nTTY=pts/3\\nREMOTE_HOST=10.0.0.8\\n
      sys/
        class/
          net/
            eth0/
            eth1/
        fs/
          cgroup/
            system.slice/
              nginx.service/
                cgroup.procs = 812\\n
      """;

  private static final String OVER_SSH = "SSH_CONNECTION=10.0.0.9 51000 10.0.0.5 22\\0";

  private static Facts look(String ssh, String line) {
    byte[] bytes = Text.encode(line);
    var shell =
        FixedShell.incomplete(Dialect.BASH, "/home/ann", "/home/ann", Map.of(), Map.of(), Map.of());
    List<Effect> effects = READER.read(Parser.parse(bytes, Dialect.BASH), bytes, shell).effects();
    return new FactFinder(new DrawnMachine(SERVER.replace("%s", ssh)), Duration.ofSeconds(20))
        .lookAll(effects, new Viewpoint("/home/ann", "/home/ann", 711, Map.of()))
        .getFirst()
        .getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "ip link set eth0 down, TRUE",
    "ip addr flush dev eth0, TRUE",
    "ip addr del 10.0.0.5/24 dev eth0, TRUE",
    "ip link set eth1 down, FALSE",
    "ip route del default, FALSE",
    "ifdown eth0, TRUE",
    "ifdown -a, TRUE",
    "nmcli con down eth0, TRUE",
    "nmcli con down office, UNKNOWN",
    "nmcli networking off, TRUE",
    "iptables -P INPUT DROP, TRUE",
    "iptables -F, UNKNOWN",
    "nft flush ruleset, FALSE",
    "ufw default deny, TRUE",
    "firewall-cmd --panic-on, TRUE",
    "systemctl stop sshd, TRUE",
    "systemctl stop ssh.service, TRUE",
    "systemctl stop networking, TRUE",
    "systemctl stop nginx, FALSE",
    "reboot, TRUE",
    "kill 710, TRUE",
    "kill 711, TRUE",
    "kill 900, FALSE",
    "pkill sshd, TRUE",
    "killall java, FALSE",
    "kill -9 -1, TRUE",
    "kill -- -710, TRUE",
  })
  void whatTheSessionComesInByCutsItOff(String line, Truth cutsOff) {
    Facts facts = look(OVER_SSH, line);
    assertEquals(cutsOff, facts.truth(About.CUTS_OFF), () -> line + ": " + facts);
  }

  @Test
  void theEvidenceNamesTheWay() {
    assertEquals(
        List.of("this shell came in over ssh from 10.0.0.9, by way of eth0"),
        look(OVER_SSH, "ip link set eth0 down").evidence(About.CUTS_OFF));
    assertEquals(
        List.of("this shell came in through sshd (pid 710)"),
        look("", "reboot").evidence(About.CUTS_OFF));
  }

  @Test
  void whoElseIsLoggedInIsTold() {
    Facts facts = look(OVER_SSH, "reboot");
    assertEquals(List.of("also logged in: bob on pts/3 from 10.0.0.8"), facts.evidence(About.LIVE));
  }

  @Test
  void aServiceThatListensAndAProcessThatDoesAreLive() {
    assertEquals(
        List.of("1 of its processes run, listens on port 80"),
        look(OVER_SSH, "systemctl stop nginx").evidence(About.LIVE));
    assertEquals(
        List.of("`nginx` (pid 812), started by systemd (pid 1), listens on port 80"),
        look(OVER_SSH, "pkill nginx").evidence(About.LIVE));
    Facts java = look(OVER_SSH, "kill 900");
    assertEquals(Truth.FALSE, java.truth(About.LIVE));
    assertEquals(List.of("`java` (pid 900), started by bash (pid 711)"), java.context());
  }

  @Test
  void aRealProcessThatListensIsSeen() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String line = "kill " + ProcessHandle.current().pid();
      byte[] bytes = Text.encode(line);
      var shell = FixedShell.incomplete(Dialect.BASH, "/", "/", Map.of(), Map.of(), Map.of());
      Facts facts =
          new FactFinder(Machine.local(), Duration.ofSeconds(20))
              .lookAll(
                  READER.read(Parser.parse(bytes, Dialect.BASH), bytes, shell).effects(),
                  new Viewpoint("/", "/", ProcessHandle.current().pid(), Map.of()))
              .getFirst()
              .getFirst();
      assertTrue(
          facts.evidence(About.LIVE).getFirst().contains("" + socket.getLocalPort()),
          facts::toString);
      assertEquals(List.of("it is this shell"), facts.evidence(About.CUTS_OFF));
    }
  }
}
