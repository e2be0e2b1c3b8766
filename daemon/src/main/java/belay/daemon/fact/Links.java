package belay.daemon.fact;

import belay.rules.syntax.Text;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which network interfaces carry the packets of a connection: {@code /proc/net/route}, {@code
 * /proc/net/ipv6_route} and {@code /proc/net/if_inet6}, and where rules choose among tables {@code
 * ip route get}, which asks the kernel alone.
 */
final class Links {

  private static final int LIMIT = 1024 * 1024;

  private final Machine machine;
  private final Programs programs;
  private final Duration deadline;
  private boolean defaultRoute;

  Links(Machine machine, Programs programs, Duration deadline) {
    this.machine = machine;
    this.programs = programs;
    this.deadline = deadline;
  }

  /** The interfaces between two addresses; the default route is remembered where it is used. */
  Set<String> between(String client, String server) throws IOException {
    Set<String> out = new LinkedHashSet<>();
    for (String address : List.of(client, server)) {
      byte[] bytes = bytes(address);
      if (bytes.length == 4) {
        out.addAll(route(bytes, address.equals(client)));
      } else if (bytes.length == 16) {
        out.addAll(owner(bytes));
        out.addAll(route6(bytes, address.equals(client)));
      }
    }
    JsonObject answer = asked(client, server);
    String device = text(answer, "dev");
    if (!device.isEmpty() && !text(answer, "table").isEmpty()) {
      // A rule sends it through another table than those that /proc shows: ip-rule(8).
      defaultRoute = false;
      out.clear();
    }
    if (!device.isEmpty()) {
      out.add(device);
    }
    return out;
  }

  /** What the kernel says by which link it answers the client: {@code ip-route(8)}. */
  private JsonObject asked(String client, String server) throws IOException {
    if (bytes(client).length == 0 || bytes(client).length != bytes(server).length) {
      return new JsonObject();
    }
    List<String> words = List.of("ip", "-json", "route", "get", client, "from", server);
    try {
      Programs.Answer answer = programs.ask(new Programs.Question(words, Map.of(), ""), deadline);
      return answer.status() == 0
          ? JsonParser.parseString(answer.output()).getAsJsonArray().get(0).getAsJsonObject()
          : new JsonObject();
    } catch (IOException
        | JsonParseException
        | IllegalStateException
        | IndexOutOfBoundsException e) {
      return new JsonObject(); // the tables of /proc have been read
    }
  }

  private static String text(JsonObject object, String key) {
    JsonElement found = object.get(key);
    return found != null && found.isJsonPrimitive() ? found.getAsString() : "";
  }

  /** Whether the way to the client is the default route. */
  boolean isByDefaultRoute() {
    return defaultRoute;
  }

  /** An address is text here: it is never looked up. */
  static byte[] bytes(String address) throws IOException {
    String plain = address.contains("%") ? address.substring(0, address.indexOf('%')) : address;
    return plain.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
        ? InetAddress.getByName(plain).getAddress()
        : new byte[0];
  }

  private Set<String> route(byte[] address, boolean isClient) throws IOException {
    long wanted = 0;
    for (int i = 3; i >= 0; i--) {
      wanted = (wanted << 8) | (address[i] & 0xff);
    }
    String found = null;
    int longest = -1;
    for (String line : lines("/proc/net/route")) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length < 8 || fields[0].equals("Iface")) {
        continue;
      }
      long mask = Long.parseLong(fields[7], 16);
      if ((wanted & mask) == Long.parseLong(fields[1], 16) && Long.bitCount(mask) > longest) {
        longest = Long.bitCount(mask);
        found = fields[0];
      }
    }
    if (isClient && longest == 0) {
      defaultRoute = true;
    }
    return found == null || (!isClient && longest == 0) ? Set.of() : Set.of(found);
  }

  private Set<String> owner(byte[] address) throws IOException {
    String hex = HexFormat.of().formatHex(address);
    for (String line : lines("/proc/net/if_inet6")) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length == 6 && fields[0].toLowerCase(Locale.ROOT).equals(hex)) {
        return Set.of(fields[5]);
      }
    }
    return Set.of();
  }

  private Set<String> route6(byte[] address, boolean isClient) throws IOException {
    String found = null;
    int longest = -1;
    for (String line : lines("/proc/net/ipv6_route")) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length < 10 || fields[9].equals("lo")) {
        continue;
      }
      int prefix = Integer.parseInt(fields[1], 16);
      if (prefix > longest && begins(address, HexFormat.of().parseHex(fields[0]), prefix)) {
        longest = prefix;
        found = fields[9];
      }
    }
    if (isClient && longest == 0) {
      defaultRoute = true;
    }
    return found == null || (!isClient && longest == 0) ? Set.of() : Set.of(found);
  }

  static boolean begins(byte[] address, byte[] net, int bits) {
    for (int i = 0; i < bits; i++) {
      int bit = 0x80 >> (i % 8);
      if ((address[i / 8] & bit) != (net[i / 8] & bit)) {
        return false;
      }
    }
    return true;
  }

  private List<String> lines(String path) throws IOException {
    try {
      return Text.decode(machine.read(path, LIMIT)).lines().toList();
    } catch (java.nio.file.NoSuchFileException none) {
      return List.of();
    }
  }
}
