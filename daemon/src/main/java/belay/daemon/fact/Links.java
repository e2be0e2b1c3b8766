package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which network interfaces carry the packets of a connection: {@code /proc/net/route}, {@code
 * /proc/net/ipv6_route} and {@code /proc/net/if_inet6}.
 */
final class Links {

  private static final int LIMIT = 1024 * 1024;

  private final Machine machine;
  private boolean defaultRoute;

  Links(Machine machine) {
    this.machine = machine;
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
    return out;
  }

  /** Whether the way to the client is the default route. */
  boolean isByDefaultRoute() {
    return defaultRoute;
  }

  /** An address is text here: it is never looked up. */
  private static byte[] bytes(String address) throws IOException {
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

  private static boolean begins(byte[] address, byte[] net, int bits) {
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
