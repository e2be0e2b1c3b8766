package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.Origin.Invocation;
import belay.rules.effect.Value;
import belay.rules.fact.Fact.About;
import belay.rules.syntax.Text;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether a firewall that is flushed, switched on or given another policy lets the asking session
 * in: {@code iptables-save(8)}, {@code nft -j list ruleset} and the rules of {@code ufw(8)}, each
 * where this process may read them.
 */
final class Firewall {

  private static final int LIMIT = 1024 * 1024;
  private static final Set<String> HOOKS = Set.of("INPUT", "OUTPUT");
  private static final String REFUSED = ", and what no rule lets in would be refused";

  private final Machine machine;
  private final Programs programs;
  private final Duration deadline;
  private final Notes notes;

  Firewall(Machine machine, Programs programs, Duration deadline, Notes notes) {
    this.machine = machine;
    this.programs = programs;
    this.deadline = deadline;
    this.notes = notes;
  }

  /** A change by which a session might be cut off that came in so. */
  void look(Effect effect, boolean isPolicy, Session.Coming coming) throws IOException {
    String program = effect.origin().program();
    Invocation command = effect.origin().invocation();
    if (program.equals("nft")) {
      nft(command, coming);
    } else if (program.matches("ip6?tables(-nft|-legacy)?")) {
      iptables(program, command, isPolicy, coming);
    } else if (program.equals("ufw")) {
      ufw(command, isPolicy, coming);
    } else if (command.has("--panic-on")) {
      cutsOff(coming.words());
    } else if (isPolicy) {
      cutsOff(coming.words() + REFUSED);
    } else {
      unknown(coming, "whether a rule lets it in is not seen");
    }
  }

  // --- iptables
  // ------------------------------------------------------------------------------------

  private void iptables(String program, Invocation command, boolean isPolicy, Session.Coming coming)
      throws IOException {
    boolean six = isSix(coming.client());
    if (!coming.client().isEmpty() && six != program.startsWith("ip6")) {
      stays("");
      return;
    }
    List<String> words = command.arguments().stream().map(Value::display).toList();
    String table = command.option("-t", "--table");
    String chain = operand(words, isPolicy ? Set.of("-P", "--policy") : Set.of("-F", "--flush"));
    boolean flushes = words.contains("-F") || words.contains("--flush");
    boolean passing = Set.of("FORWARD", "PREROUTING", "POSTROUTING").contains(chain);
    if (passing || !(flushes || isPolicy)) {
      stays(""); // what only passes through, or an empty chain that is taken away
      return;
    }
    List<String> rules;
    try {
      rules = saved(program, table == null ? "filter" : table);
    } catch (IOException e) {
      if (isPolicy) {
        cutsOff(coming.words() + REFUSED);
      } else {
        unknown(coming, "whether a rule lets it in is not seen: " + why(e));
      }
      return;
    }
    if (isPolicy) {
      if (letsIn(rules, chain, coming)) {
        stays("");
      } else {
        cutsOff(coming.words() + REFUSED);
      }
      return;
    }
    for (String hook : HOOKS) {
      boolean closed = rules.stream().anyMatch(rule -> rule.startsWith(":" + hook + " DROP"));
      if (closed && (chain.isEmpty() || chain.equals(hook))) {
        cutsOff(
            coming.words() + ", and the policy of " + hook + " is DROP, so that nothing is let in");
        return;
      }
    }
    if (chain.isEmpty() || HOOKS.contains(chain)) {
      stays("all is let in afterwards: the policy is ACCEPT");
    } else {
      unknown(coming, "whether it is let in by way of " + Text.printable(chain) + " is not seen");
    }
  }

  /** The word behind one of these options, unless it is an option itself. */
  private static String operand(List<String> words, Set<String> options) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (options.contains(words.get(i)) && !words.get(i + 1).startsWith("-")) {
        return words.get(i + 1);
      }
    }
    return "";
  }

  /** The policies and rules of one table. */
  private List<String> saved(String program, String table) throws IOException {
    Programs.Answer answer = ask(List.of(program + "-save"));
    List<String> out = new ArrayList<>();
    String now = "";
    for (String line : answer.output().lines().toList()) {
      if (line.startsWith("*")) {
        now = line.substring(1);
      } else if (now.equals(table)) {
        out.add(line);
      }
    }
    return out;
  }

  /**
   * Whether a rule surely lets the session in before one that might not: only such are believed
   * whose conditions are all known to hold.
   */
  private static boolean letsIn(List<String> rules, String chain, Session.Coming coming) {
    String start = "-A " + chain + " ";
    for (String rule : rules) {
      if (!rule.startsWith(start)) {
        continue;
      }
      String text = rule.substring(start.length());
      int jump = text.indexOf("-j ");
      String target = jump < 0 ? "" : text.substring(jump + 3).split(" ", 2)[0];
      String conditions = jump < 0 ? text : text.substring(0, jump);
      if (target.equals("ACCEPT") && holds(conditions, chain, coming)) {
        return true;
      }
      boolean harmless =
          conditions.contains("-i lo ") || Set.of("ACCEPT", "LOG", "").contains(target);
      if (!harmless) {
        return false;
      }
    }
    return false;
  }

  private static boolean holds(String conditions, String chain, Session.Coming coming) {
    String own = chain.equals("OUTPUT") ? "--sport" : "--dport";
    String left =
        conditions
            .replaceAll("-m (conntrack|state) --(ctstate|state) \\S*ESTABLISHED\\S* ", "")
            .replaceAll("-p tcp ", "")
            .replaceAll("-m (tcp|comment) ", "")
            .replaceAll("--comment (\"[^\"]*\"|\\S+) ", "")
            .replaceAll(own + " " + coming.port() + " ", "")
            .replaceAll(
                "-s " + java.util.regex.Pattern.quote(coming.client()) + "(/32|/128)? ", "");
    return left.isBlank();
  }

  // --- nftables
  // ------------------------------------------------------------------------------------

  private void nft(Invocation command, Session.Coming coming) throws IOException {
    String text = String.join(" ", command.arguments().stream().map(Value::display).toList());
    String[] words = text.replaceAll("(^| )-\\S+", "").strip().split("\\s+");
    String verb = words[0];
    String what = words.length > 1 ? words[1] : "";
    boolean plain = !text.contains(";") && !text.contains("{");
    if (plain && verb.equals("flush") && what.equals("ruleset")) {
      stays("all is let in afterwards: no chain is left");
    } else if (plain && !verb.equals("flush") && what.equals("table")) {
      stays("what this table kept out is let in afterwards");
    } else if (plain && verb.equals("flush") && (what.equals("table") || what.equals("chain"))) {
      flushed(words, coming);
    } else {
      unknown(coming, "whether a rule lets it in is not seen");
    }
  }

  /** Of a table or chain that is flushed its policy stays. */
  private void flushed(String[] words, Session.Coming coming) throws IOException {
    boolean chain = words[1].equals("chain");
    int names = words.length - 2;
    boolean family = names > (chain ? 2 : 1);
    String ofFamily = family ? words[2] : "ip";
    String table = names < 1 ? "" : words[family ? 3 : 2];
    String only = chain ? words[words.length - 1] : "";
    try {
      JsonObject all =
          JsonParser.parseString(ask(List.of("nft", "-j", "list", "ruleset")).output())
              .getAsJsonObject();
      for (JsonElement each : all.getAsJsonArray("nftables")) {
        JsonElement found = each.getAsJsonObject().get("chain");
        JsonObject base = found == null ? new JsonObject() : found.getAsJsonObject();
        boolean mine =
            is(base, "family", ofFamily)
                && is(base, "table", table)
                && (only.isEmpty() || is(base, "name", only));
        if (mine
            && (is(base, "hook", "input") || is(base, "hook", "output"))
            && is(base, "policy", "drop")) {
          cutsOff(
              coming.words()
                  + ", and the policy of "
                  + Text.printable(base.get("name").getAsString())
                  + " is drop, so that nothing is let in");
          return;
        }
        if (mine && !only.isEmpty() && !base.has("hook")) {
          unknown(coming, "whether it is let in by way of this chain is not seen");
          return;
        }
      }
      stays("what it kept out is let in afterwards");
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      unknown(coming, "nft answered in a form that is not known");
    } catch (IOException e) {
      unknown(coming, "whether a rule lets it in is not seen: " + why(e));
    }
  }

  private static boolean is(JsonObject object, String key, String value) {
    JsonElement found = object.get(key);
    return found != null && found.isJsonPrimitive() && found.getAsString().equals(value);
  }

  // --- ufw
  // -----------------------------------------------------------------------------------------

  private void ufw(Invocation command, boolean isPolicy, Session.Coming coming) throws IOException {
    List<String> words = command.arguments().stream().map(Value::display).toList();
    if (words.contains("disable") || words.contains("reset")) {
      stays("all is let in afterwards: ufw is switched off");
      return;
    }
    if (isPolicy && (words.contains("routed") || words.contains("outgoing"))) {
      stays("");
      return;
    }
    if (!isPolicy && !words.contains("enable")) {
      unknown(coming, "whether a rule lets it in is not seen");
      return;
    }
    try {
      if (isPolicy && !settings("/etc/ufw/ufw.conf").getOrDefault("ENABLED", "no").equals("yes")) {
        stays("");
        return;
      }
      String policy = settings("/etc/default/ufw").getOrDefault("DEFAULT_INPUT_POLICY", "DROP");
      String rules = isSix(coming.client()) ? "/etc/ufw/user6.rules" : "/etc/ufw/user.rules";
      String verdict = verdict(Text.decode(machine.read(rules, LIMIT)), coming);
      boolean in =
          verdict.isEmpty() ? !isPolicy && policy.equals("ACCEPT") : verdict.matches("allow|limit");
      if (in) {
        stays("");
      } else {
        cutsOff(coming.words() + ", and no rule of ufw lets port " + coming.port() + " in");
      }
    } catch (NoSuchFileException none) {
      if (isPolicy) {
        cutsOff(coming.words() + REFUSED);
      } else {
        unknown(coming, "ufw's rules are not found");
      }
    } catch (IOException e) {
      unknown(coming, "ufw's rules may not be read: " + why(e));
    }
  }

  private Map<String, String> settings(String path) throws IOException {
    Map<String, String> out = new java.util.HashMap<>();
    for (String line : Text.decode(machine.read(path, LIMIT)).lines().toList()) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith("#")) {
        out.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", "").strip());
      }
    }
    return out;
  }

  /**
   * What the first rule about the session says: {@code ### tuple ### allow tcp 22 0.0.0.0/0 any
   * 10.0.0.0/8 in}; empty where none is about it.
   */
  private static String verdict(String rules, Session.Coming coming) throws IOException {
    for (String line : rules.lines().toList()) {
      String[] fields = line.split("\\s+");
      if (!line.startsWith("### tuple ###") || fields.length < 10) {
        continue;
      }
      boolean in = line.matches(".* in(_\\S+)?( comment=.*)?");
      boolean tcp = fields[4].equals("any") || fields[4].equals("tcp");
      if (in
          && tcp
          && isPort(fields[5], coming.port())
          && fields[7].equals("any")
          && isIn(coming.client(), fields[8])) {
        return fields[3];
      }
    }
    return "";
  }

  private static boolean isPort(String ports, int port) {
    for (String each : ports.split(",")) {
      String[] ends = each.split(":");
      if (each.equals("any")
          || (each.matches("[0-9]{1,5}(:[0-9]{1,5})?")
              && port >= Integer.parseInt(ends[0])
              && port <= Integer.parseInt(ends[ends.length - 1]))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIn(String address, String net) throws IOException {
    String[] parts = net.split("/");
    byte[] mine = Links.bytes(address);
    byte[] theirs = Links.bytes(parts[0]);
    if (mine.length != theirs.length || mine.length == 0) {
      return false;
    }
    int bits = parts.length > 1 ? Integer.parseInt(parts[1]) : mine.length * 8;
    return Links.begins(mine, theirs, bits);
  }

  // --- all of them
  // ---------------------------------------------------------------------------------

  private static boolean isSix(String address) throws IOException {
    // An IPv4 address in IPv6's clothes is one of IPv4.
    return address.contains(":") && InetAddress.getByName(plain(address)).getAddress().length == 16;
  }

  private static String plain(String address) {
    return address.contains("%") ? address.substring(0, address.indexOf('%')) : address;
  }

  private Programs.Answer ask(List<String> words) throws IOException {
    Programs.Answer answer = programs.ask(new Programs.Question(words, Map.of(), ""), deadline);
    if (answer.status() != 0 || !answer.complete()) {
      throw new IOException(
          "`" + words.getFirst() + "` says: " + Text.printable(answer.complaint()));
    }
    return answer;
  }

  private static String why(IOException e) {
    String message = e.getMessage();
    return message == null ? "it could not be read" : Text.printable(message);
  }

  private void cutsOff(String evidence) {
    notes.add(About.CUTS_OFF, true, evidence);
  }

  private void stays(String words) {
    notes.add(About.CUTS_OFF, false, "");
    notes.place(words, Set.of());
  }

  private void unknown(Session.Coming coming, String why) {
    notes.unknown(About.CUTS_OFF, coming.words() + "; " + why);
  }
}
