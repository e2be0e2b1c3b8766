package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.Origin.Invocation;
import belay.rules.effect.Value;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which host a database command speaks to: by a URL, its options, variables and the files of libpq
 * and MySQL, and where an ssh tunnel leads from there.
 */
final class DatabaseHosts {

  private static final Pattern URL =
      Pattern.compile("[a-z+]+://(?:[^/@?#]*@)?((?:\\[[^]]*]|[^/?#])+).*", Pattern.DOTALL);
  private static final Pattern PAIR =
      Pattern.compile("(?:^|\\s)(host|hostaddr|port|service)=(\\S+)");
  private static final Pattern PLAIN = Pattern.compile("([^/:]+)(?::([0-9]{1,5}))?/[^/]*");
  private static final Set<String> THIS_HOST = Set.of("localhost", "127.0.0.1", "::1", "0.0.0.0");

  private static final Map<String, Integer> PORTS =
      Map.of("postgresql", 5432, "mysql", 3306, "redis", 6379, "mongodb", 27017);

  private final Machine machine;
  private final Files files;
  private final Places places;

  /** Reads configuration files. */
  interface Files {
    /** The text of a file in the home directory, where the name is not absolute; or null. */
    @Nullable String read(String path) throws IOException;

    /** What a variable says to the command, or null. */
    @Nullable String variable(String name);
  }

  /** Takes note of where it is. */
  @FunctionalInterface
  interface Places {
    void place(String words, List<String> names);
  }

  DatabaseHosts(Machine machine, Files files, Places places) {
    this.machine = machine;
    this.files = files;
    this.places = places;
  }

  /** Where it listens; the host may be several. */
  private record End(@Nullable String host, @Nullable String port) {
    End or(@Nullable String otherHost, @Nullable String otherPort) {
      return new End(host == null ? otherHost : host, port == null ? otherPort : port);
    }
  }

  void look(Effect effect, String system) throws IOException {
    Invocation command = effect.origin().invocation();
    End end = named(command, system);
    String hostOption =
        switch (system) {
          case "postgresql", "mysql", "redis", "mongodb" -> command.option("-h", "--host");
          default -> command.option("--host");
        };
    String portOption =
        switch (system) {
          case "postgresql", "redis" -> command.option("-p", "--port");
          case "mysql" -> command.option("-P", "--port");
          default -> command.option("--port");
        };
    end = end.or(hostOption, portOption);
    if (end.host() == null) {
      end = configured(command, system, end);
    }
    String host = end.host();
    if (host == null) {
      return;
    }
    boolean socket = host.startsWith("/");
    places.place(
        "the database is on " + (socket ? "this host, by way of `" + host + "`" : "`" + host + "`"),
        List.of(host.split(",")));
    // MySQL's clients take localhost without a port for their socket.
    boolean local = system.equals("mysql") && host.equals("localhost") && end.port() == null;
    if (THIS_HOST.contains(host) && !local) {
      tunnelled(end.port() == null ? PORTS.getOrDefault(system, 0) : number(end.port()));
    }
  }

  private void tunnelled(int port) throws IOException {
    Tunnels.Far far = new Tunnels(machine).of(port);
    if (far != null) {
      boolean there = THIS_HOST.contains(far.host());
      places.place(
          "port "
              + port
              + " leads through ssh (pid "
              + far.pid()
              + ") to `"
              + (there ? far.by() : far.host() + "` behind `" + far.by())
              + "`",
          there ? List.of(far.by()) : List.of(far.host(), far.by()));
    }
  }

  private static int number(String port) {
    return port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
  }

  /** What a URL, a connection string or, for mongo, {@code host/database} says. */
  private End named(Invocation command, String system) throws IOException {
    End end = new End(null, null);
    for (Value argument : command.arguments()) {
      String word = argument.display();
      Matcher url = URL.matcher(word);
      Matcher plain = PLAIN.matcher(word);
      if (url.matches()) {
        end = of(url.group(1));
      } else if (system.equals("postgresql")) {
        end = pairs(word).or(end.host(), end.port());
      } else if (system.equals("mongodb") && end.host() == null && plain.matches()) {
        end = new End(plain.group(1), plain.group(2));
      }
    }
    return end;
  }

  /** {@code host:port}, or several of them as in a replica set's URL. */
  private static End of(String authority) {
    StringBuilder hosts = new StringBuilder();
    String port = null;
    for (String each : authority.split(",")) {
      Matcher one = Pattern.compile("(\\[[^]]*]|[^:]*)(?::([0-9]{1,5}))?").matcher(each);
      if (one.matches()) {
        hosts.append(hosts.isEmpty() ? "" : ",").append(one.group(1));
        port = one.group(2);
      }
    }
    return new End(hosts.toString(), port);
  }

  private End pairs(String word) throws IOException {
    End end = new End(null, null);
    Matcher pairs = PAIR.matcher(word);
    while (pairs.find()) {
      String value = pairs.group(2);
      end =
          switch (pairs.group(1)) {
            case "port" -> end.or(null, value);
            case "service" -> service(value, end);
            default -> end.or(value, null);
          };
    }
    return end;
  }

  /** {@code PGSERVICEFILE} or the user's file, and behind it the system's: libpq, 34.17. */
  private End service(String name, End end) throws IOException {
    places.place("the service is `" + name + "`", List.of(name));
    String file = files.variable("PGSERVICEFILE");
    for (String path :
        List.of(
            file == null ? ".pg_service.conf" : file,
            "/etc/postgresql-common/pg_service.conf",
            "/etc/pg_service.conf")) {
      Map<String, String> section = Ini.section(files.read(path), name);
      if (!section.isEmpty()) {
        return end.or(section.get("host"), section.get("port"));
      }
    }
    return end;
  }

  private End configured(Invocation command, String system, End given) throws IOException {
    return switch (system) {
      case "postgresql" -> {
        String service = files.variable("PGSERVICE");
        End end = service == null ? given : service(service, given);
        end = end.or(files.variable("PGHOST"), files.variable("PGPORT"));
        yield end.or(files.variable("PGHOSTADDR"), null);
      }
      case "mysql" -> mysql(command, given);
      case "redis" -> {
        String url = files.variable("REDISCLI_URL");
        Matcher matcher = URL.matcher(url == null ? "" : url);
        End end = matcher.matches() ? of(matcher.group(1)) : given;
        // redis-cli's own default, from which a tunnel may lead.
        yield end.host() == null && end.port() != null ? end.or("127.0.0.1", null) : end;
      }
      default -> given;
    };
  }

  private End mysql(Invocation command, End given) throws IOException {
    String path = command.option("--login-path");
    if (path != null) {
      places.place("the login path is `" + path + "`", List.of(path));
    }
    String only = command.option("--defaults-file");
    String extra = command.option("--defaults-extra-file");
    End end = given;
    // The last that says it counts: the program's own section behind the clients'.
    for (String file :
        only != null
            ? List.of(only)
            : extra != null ? List.of(".my.cnf", extra) : List.of(".my.cnf")) {
      String text = files.read(file);
      for (String section : List.of("mysql", "client")) {
        Map<String, String> found = Ini.section(text, section);
        end = end.or(found.get("host"), found.get("port"));
      }
    }
    return end.or(files.variable("MYSQL_HOST"), files.variable("MYSQL_TCP_PORT"));
  }
}
