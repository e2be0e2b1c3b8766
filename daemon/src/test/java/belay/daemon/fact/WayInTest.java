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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Firewalls, bridges, tunnels and multiplexers between ann at 10.0.0.9 and her shell on 10.0.0.5:
 * iptables 1.8.9, nft 1.0.6 and iproute2 6.1 as they answered once.
 */
final class WayInTest {

  private static final EffectReader READER = new EffectReader(CommandModels.builtIn());

  private static final String SERVER =
      """
      proc/
        self/
          mountinfo = 20 1 9:1 / / rw - ext4 /dev/sda1 rw\\n
        net/
          route = Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\\nLINK\t0000000A\t00000000\t1\t0\t0\t0\t00FFFFFF\\n
        1/
          stat = 1 (systemd) S 0 1 1\\n
        700/
          stat = 700 (sshd) S 1 700 700\\n
        711/
          stat = 711 (bash) S 700 711 711\\n
          environ = SSH_CONNECTION=10.0.0.9 51000 10.0.0.5 22\\0
          cgroup = 0::/user.slice/user-1000.slice/session-5.scope\\n
      """;

  private static final String ACCEPTING =
      """
      *filter
      :INPUT ACCEPT [0:0]
      :FORWARD DROP [0:0]
      :OUTPUT ACCEPT [0:0]
      -A INPUT -p tcp -m tcp --dport 25 -j DROP
      COMMIT
      """;

  private static final String CLOSED =
      """
      *nat
      :PREROUTING ACCEPT [0:0]
      COMMIT
      *filter
      :INPUT DROP [0:0]
      :FORWARD ACCEPT [0:0]
      :OUTPUT ACCEPT [0:0]
      -A INPUT -i lo -j ACCEPT
      -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
      COMMIT
      """;

  private static final String UNSURE =
      """
      *filter
      :INPUT ACCEPT [0:0]
      :OUTPUT ACCEPT [0:0]
      -A INPUT -s 10.0.0.0/8 -j REJECT
      -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      COMMIT
      """;

  private static final String DROPPING =
      """
      {"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}, \
      {"table": {"family": "inet", "name": "filter", "handle": 1}}, \
      {"chain": {"family": "inet", "table": "filter", "name": "input", "handle": 1, \
      "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}, \
      {"chain": {"family": "inet", "table": "filter", "name": "ssh", "handle": 2}}]}
      """;

  private static Facts look(String machine, Programs programs, String line) {
    byte[] bytes = Text.encode(line);
    var shell =
        FixedShell.incomplete(Dialect.BASH, "/home/ann", "/home/ann", Map.of(), Map.of(), Map.of());
    List<Effect> effects = READER.read(Parser.parse(bytes, Dialect.BASH), bytes, shell).effects();
    return new FactFinder(new DrawnMachine(machine), Duration.ofSeconds(20))
        .knowing(new Knowledge(Labels.NONE, List.of(), List.of(), List::of, programs))
        .lookAll(effects, new Viewpoint("/home/ann", "/home/ann", 711, Map.of()))
        .getFirst()
        .getFirst();
  }

  /** One program answers; all others are not installed. */
  private static Programs only(String program, String output) {
    return (question, deadline) -> {
      if (question.words().getFirst().equals(program)) {
        return new Programs.Answer(0, output, true, "");
      }
      throw new IOException("`" + question.words().getFirst() + "` is not installed");
    };
  }

  private static void assertCutsOff(Truth truth, Facts facts) {
    assertEquals(truth, facts.truth(About.CUTS_OFF), facts::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "iptables -F, ACCEPTING, FALSE",
    "iptables -F, CLOSED, TRUE",
    "iptables -F INPUT, CLOSED, TRUE",
    "iptables -F OUTPUT, CLOSED, FALSE",
    "iptables -F FORWARD, CLOSED, FALSE",
    "iptables -F ssh, CLOSED, UNKNOWN",
    "iptables -t nat -F, CLOSED, FALSE",
    "iptables -X, CLOSED, FALSE",
    "ip6tables -F, CLOSED, FALSE",
    "iptables -P INPUT DROP, CLOSED, FALSE",
    "iptables -P INPUT DROP, ACCEPTING, TRUE",
    "iptables -P INPUT DROP, UNSURE, TRUE",
    "iptables -P OUTPUT DROP, CLOSED, TRUE",
    "iptables -P FORWARD DROP, ACCEPTING, FALSE",
    "iptables -P INPUT DROP, UNREAD, TRUE",
    "iptables -F, UNREAD, UNKNOWN",
  })
  void rulesOfIptablesDecide(String line, String rules, Truth truth) {
    String saved =
        switch (rules) {
          case "ACCEPTING" -> ACCEPTING;
          case "CLOSED" -> CLOSED;
          default -> UNSURE;
        };
    Programs programs = rules.equals("UNREAD") ? Programs.NONE : only("iptables-save", saved);
    assertCutsOff(truth, look(SERVER, programs, line));
  }

  @Test
  void theEvidenceNamesThePolicyOrWhatStandsOpen() {
    assertEquals(
        List.of(
            "this shell came in over ssh from 10.0.0.9, and the policy of INPUT is DROP, so that"
                + " nothing is let in"),
        look(SERVER, only("iptables-save", CLOSED), "iptables -F").evidence(About.CUTS_OFF));
    assertEquals(
        List.of("all is let in afterwards: the policy is ACCEPT"),
        look(SERVER, only("iptables-save", ACCEPTING), "iptables -F").context());
    assertEquals(
        List.of("all is let in afterwards: no chain is left"),
        look(SERVER, Programs.NONE, "nft flush ruleset").context());
    Programs refused =
        (question, deadline) ->
            new Programs.Answer(
                4,
                "",
                true,
                "iptables-save v1.8.9 (nf_tables): Permission denied (you must be root)");
    Facts facts = look(SERVER, refused, "iptables -F");
    assertTrue(facts.toString().contains("you must be root"), facts::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "nft flush ruleset, FALSE",
    "nft flush table inet filter, TRUE",
    "nft flush table ip filter, FALSE",
    "nft flush chain inet filter input, TRUE",
    "nft flush chain inet filter ssh, UNKNOWN",
    "nft delete table inet filter, FALSE",
    "nft delete rule inet filter input handle 4, UNKNOWN",
    "nft 'flush ruleset; add table ip x', UNKNOWN",
  })
  void chainsOfNftablesDecide(String line, Truth truth) {
    assertCutsOff(truth, look(SERVER, only("nft", DROPPING), line));
  }

  @Test
  void aFirewallThatMayNotBeReadLeavesItUnknown() {
    assertCutsOff(Truth.UNKNOWN, look(SERVER, Programs.NONE, "nft flush table inet filter"));
    assertCutsOff(Truth.UNKNOWN, look(SERVER, Programs.NONE, "ufw enable"));
    assertCutsOff(Truth.UNKNOWN, look(SERVER, Programs.NONE, "iptables-restore rules"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ufw enable           | allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in       | FALSE
          ufw enable           | limit any 20:25,80 0.0.0.0/0 any 10.0.0.0/8 in | FALSE
          ufw enable           | allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in       | TRUE
          ufw enable           | allow udp 22 0.0.0.0/0 any 0.0.0.0/0 in       | TRUE
          ufw enable           | allow tcp 22 0.0.0.0/0 any 192.168.0.0/16 in  | TRUE
          ufw enable           | deny tcp 22 0.0.0.0/0 any 0.0.0.0/0 in        | TRUE
          ufw enable           | allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 out      | TRUE
          ufw default deny     | allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in       | FALSE
          ufw default deny     | allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in       | TRUE
          ufw default deny outgoing | allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in  | FALSE
          ufw reset            | allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 in       | FALSE
          ufw deny 22          | allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in       | UNKNOWN
          firewall-cmd --remove-service=ssh | allow tcp 80 x any y in          | TRUE
          firewall-cmd --remove-port=22/tcp | allow tcp 80 x any y in          | TRUE
          firewall-cmd --remove-service=http | allow tcp 80 x any y in         | UNKNOWN
          """)
  void rulesOfUfwDecide(String line, String rule, Truth truth) {
    String etc =
        """
        etc/
          default/
            ufw = IPV6=yes\\nDEFAULT_INPUT_POLICY="DROP"\\n
          ufw/
            ufw.conf = ENABLED=yes\\n
            user.rules = *filter\\n### tuple ### RULE\\n-A ufw-user-input -j ACCEPT\\n
        """;
    assertCutsOff(truth, look(SERVER + etc.replace("RULE", rule), Programs.NONE, line));
  }

  /** Two bridges, a bond, a VLAN and a tunnel, each with what it stands on. */
  private static final String LINKS =
      """
      sys/
        class/
          net/
            br0/
              lower_eth0 -> ../eth0
              lower_vnet0 -> ../vnet0
              brif/
                eth0 -> ../../eth0
                vnet0 -> ../../vnet0
            bond0/
              lower_eth1 -> ../eth1
              lower_eth2 -> ../eth2
            bond1/
              lower_eth1 -> ../eth1
              lower_eth3 -> ../eth3
            vlan5/
              lower_br0 -> ../br0
            wg0/
              type = 65534\\n
            eth0/
              device/
            eth1/
              device/
              operstate = up\\n
            eth2/
              device/
              operstate = up\\n
            eth3/
              device/
              operstate = down\\n
            vnet0/
      """;

  @ParameterizedTest
  @CsvSource({
    "br0, br0, TRUE",
    "br0, eth0, TRUE",
    "br0, vnet0, FALSE",
    "br0, eth1, FALSE",
    "vlan5, eth0, TRUE",
    "vlan5, br0, TRUE",
    "bond0, eth1, UNKNOWN",
    "bond0, eth0, FALSE",
    "bond1, eth1, TRUE",
    "bond1, eth3, FALSE",
    "wg0, wg0, TRUE",
    "wg0, eth0, UNKNOWN",
  })
  void whatALinkStandsOnCarriesItToo(String by, String link, Truth truth) {
    String machine = SERVER.replace("LINK", by) + LINKS;
    assertCutsOff(truth, look(machine, Programs.NONE, "ip link set " + link + " down"));
  }

  @Test
  void theEvidenceNamesWhatStandsOnIt() {
    String machine = SERVER.replace("LINK", "br0") + LINKS;
    assertEquals(
        List.of("this shell came in over ssh from 10.0.0.9, by way of br0, which stands on eth0"),
        look(machine, Programs.NONE, "ip link set eth0 down").evidence(About.CUTS_OFF));
  }

  @Test
  void anotherTableThanTheMainOneIsFollowed() {
    String machine = SERVER.replace("LINK", "eth1") + LINKS;
    Programs ip =
        only(
            "ip",
            """
            [{"dst":"10.0.0.9","from":"10.0.0.5","gateway":"10.0.0.1","dev":"eth2","table":"100",\
            "flags":[],"uid":0,"cache":[]}]
            """);
    assertCutsOff(Truth.TRUE, look(machine, ip, "ip link set eth2 down"));
    assertCutsOff(Truth.FALSE, look(machine, ip, "ip link set eth1 down"));
    assertCutsOff(Truth.TRUE, look(machine, Programs.NONE, "ip link set eth1 down"));
  }

  @ParameterizedTest
  @CsvSource({
    // the server was started over ssh; now somebody at the machine looks at it
    "10.0.0.9, local, FALSE",
    // it was started at the machine; now somebody looks at it over ssh
    "'', remote, TRUE",
    "10.0.0.9, nobody, TRUE",
  })
  void whoLooksAtAMultiplexerNowCounts(String began, String client, Truth truth) {
    String tmux =
        """
        proc/
          711/
            stat = 711 (bash) S 650 711 711\\n
            environ = TERM=tmux\\0BEGAN
          650/
            stat = 650 (tmux: server) S 1 650 650\\n
          660/
            stat = 660 (CLIENT) S 600 660 660\\n
            environ = TERM=xterm\\0OVER
        """
            .replace(
                "BEGAN", began.isEmpty() ? "" : "SSH_CONNECTION=" + began + " 5 10.0.0.5 22\\0")
            .replace("CLIENT", client.equals("nobody") ? "vim" : "tmux: client")
            .replace(
                "OVER", client.equals("remote") ? "SSH_CONNECTION=10.0.0.7 5 10.0.0.5 22\\0" : "");
    String machine = SERVER.replaceAll("(?s)  711/.*", "") + tmux;
    assertCutsOff(
        truth,
        look(machine.replace("LINK", "eth0") + LINKS, Programs.NONE, "ip link set eth0 down"));
  }
}
