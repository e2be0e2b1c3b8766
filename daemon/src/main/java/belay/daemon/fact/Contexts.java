package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.rules.effect.Effect;
import belay.rules.effect.Origin.Invocation;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.fact.Facts.Kind;
import belay.rules.syntax.Text;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Whose cluster, account or database a command falls on: from its words, its variables and the
 * configuration files of its program. No program is run and nothing is asked over the network.
 */
final class Contexts {

  private static final int LIMIT = 1024 * 1024;

  private static final Pattern URL_HOST =
      Pattern.compile("[a-z+]+://(?:[^/@?#]*@)?(\\[[^]]*]|[^/:?#]+).*", Pattern.DOTALL);

  private final Machine machine;
  private final Labels labels;
  private final Viewpoint viewpoint;
  private final Notes notes;

  Contexts(Machine machine, Labels labels, Viewpoint viewpoint, Notes notes) {
    this.machine = machine;
    this.labels = labels;
    this.viewpoint = viewpoint;
    this.notes = notes;
  }

  void look(Effect effect) throws IOException {
    switch (effect.target()) {
      case Target.ClusterObject _ -> cluster(effect);
      case Target.CloudResource(String provider, Value name) -> {
        notes.place("", labels.of(name.display()));
        cloud(effect, provider);
      }
      case Target.DatabaseObject(String system, Value name) -> {
        notes.place("", labels.of(name.display()));
        database(effect, system);
      }
      case Target.Path _,
          Target.Device _,
          Target.Volume _,
          Target.Guest _,
          Target.Host _,
          Target.Service _,
          Target.Processes _,
          Target.Repository _,
          Target.Unknown _ -> {}
    }
  }

  private void place(String words, @Nullable String... names) {
    Set<String> called = new LinkedHashSet<>();
    for (String name : names) {
      called.addAll(labels.of(name));
    }
    notes.place(Text.printable(words), called);
  }

  // --- Kubernetes
  // ----------------------------------------------------------------------------------

  private void cluster(Effect effect) throws IOException {
    Invocation command = effect.origin().invocation();
    String given = command.option("--context", "--kube-context");
    String namespace = command.option("-n", "--namespace");
    String file = command.option("--kubeconfig");
    String files = file == null ? viewpoint.variable(effect, "KUBECONFIG") : file;
    List<Map<?, ?>> configs = new ArrayList<>();
    for (String each :
        files == null ? List.of(inHome(".kube/config")) : List.of(files.split(":", -1))) {
      if (!each.isEmpty()) {
        String text = read(absolute(each));
        if (text != null && yaml(text) instanceof Map<?, ?> map) {
          configs.add(map);
        }
      }
    }
    String context = given;
    for (Map<?, ?> config : configs) {
      if (context == null && config.get("current-context") instanceof String current) {
        context = current.isEmpty() ? null : current;
      }
    }
    if (context == null) {
      notes.place("kubectl has no current context", Set.of());
      return;
    }
    Map<?, ?> entry = named(configs, "contexts", context, "context");
    String cluster = text(entry.get("cluster"));
    String server = host(text(named(configs, "clusters", cluster, "cluster").get("server")));
    if (namespace == null) {
      namespace = text(entry.get("namespace"));
    }
    place(
        "kubectl's context is `"
            + context
            + "`"
            + (namespace.isEmpty() ? "" : ", namespace `" + namespace + "`")
            + (server.isEmpty() ? "" : ", at " + server),
        context,
        cluster,
        server,
        namespace);
  }

  private static Map<?, ?> named(List<Map<?, ?>> configs, String list, String name, String inner) {
    for (Map<?, ?> config : configs) {
      if (config.get(list) instanceof List<?> entries) {
        for (Object entry : entries) {
          if (entry instanceof Map<?, ?> map
              && name.equals(map.get("name"))
              && map.get(inner) instanceof Map<?, ?> found) {
            return found;
          }
        }
      }
    }
    return Map.of();
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  private static @Nullable Object yaml(String text) throws IOException {
    try {
      return new Load(LoadSettings.builder().build()).loadFromString(text);
    } catch (YamlEngineException e) {
      throw new IOException("kubectl's configuration cannot be read", e);
    }
  }

  // --- clouds
  // --------------------------------------------------------------------------------------

  private void cloud(Effect effect, String provider) throws IOException {
    switch (provider) {
      case "aws" -> aws(effect);
      case "gcloud", "gcp" -> gcloud(effect);
      case "az", "azure" -> azure(effect);
      case "terraform", "tofu", "opentofu" -> terraform(effect);
      case "pulumi", "cdk" -> {
        String stack = effect.origin().invocation().option("-s", "--stack", "--profile");
        if (stack != null) {
          place(provider + " works on `" + stack + "`", stack);
        }
      }
      default -> {}
    }
  }

  private void aws(Effect effect) throws IOException {
    String profile = effect.origin().invocation().option("--profile");
    String from = "";
    for (String name : List.of("AWS_PROFILE", "AWS_DEFAULT_PROFILE")) {
      if (profile == null) {
        profile = viewpoint.variable(effect, name);
        from = profile == null ? "" : ", from " + name;
      }
    }
    if (profile == null && viewpoint.variable(effect, "AWS_ACCESS_KEY_ID") != null) {
      place("the AWS account is that of AWS_ACCESS_KEY_ID");
      return;
    }
    String shown = profile == null ? "default" : profile;
    String file = viewpoint.variable(effect, "AWS_CONFIG_FILE");
    String text = read(file == null ? inHome(".aws/config") : absolute(file));
    Map<String, String> section =
        Ini.section(text, shown.equals("default") ? "default" : "profile " + shown);
    String account = section.getOrDefault("sso_account_id", "");
    String role = section.getOrDefault("role_arn", section.getOrDefault("sso_role_name", ""));
    place(
        "the AWS profile is `"
            + shown
            + "`"
            + (account.isEmpty() ? "" : ", account " + account)
            + (role.isEmpty() ? "" : ", role " + role)
            + from,
        shown,
        account,
        role,
        section.get("sso_account_name"));
  }

  private void gcloud(Effect effect) throws IOException {
    String project = effect.origin().invocation().option("--project");
    if (project == null) {
      project = viewpoint.variable(effect, "CLOUDSDK_CORE_PROJECT");
    }
    String directory = viewpoint.variable(effect, "CLOUDSDK_CONFIG");
    String base = directory == null ? inHome(".config/gcloud") : absolute(directory);
    String active = effect.origin().invocation().option("--configuration");
    if (active == null) {
      active = viewpoint.variable(effect, "CLOUDSDK_ACTIVE_CONFIG_NAME");
    }
    if (active == null) {
      String text = read(base + "/active_config");
      active = text == null || text.isBlank() ? "default" : text.strip();
    }
    Map<String, String> core = Ini.section(read(base + "/configurations/config_" + active), "core");
    if (project == null) {
      project = core.getOrDefault("project", "");
    }
    place(
        project.isEmpty()
            ? "gcloud's configuration `" + active + "` names no project"
            : "gcloud's project is `" + project + "`",
        project,
        active);
  }

  private void azure(Effect effect) throws IOException {
    String given = effect.origin().invocation().option("--subscription");
    if (given != null) {
      place("the Azure subscription is `" + given + "`", given);
      return;
    }
    String directory = viewpoint.variable(effect, "AZURE_CONFIG_DIR");
    String text =
        read((directory == null ? inHome(".azure") : absolute(directory)) + "/azureProfile.json");
    if (text == null) {
      return;
    }
    try {
      JsonElement whole =
          JsonParser.parseString(text.startsWith("\uFEFF") ? text.substring(1) : text);
      for (JsonElement each : whole.getAsJsonObject().getAsJsonArray("subscriptions")) {
        JsonObject subscription = each.getAsJsonObject();
        if (subscription.get("isDefault").getAsBoolean()) {
          String name = subscription.get("name").getAsString();
          place("the Azure subscription is `" + name + "`", name);
        }
      }
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IOException("azureProfile.json is not as it was known", e);
    }
  }

  private void terraform(Effect effect) throws IOException {
    String directory = viewpoint.directory();
    String chdir = effect.origin().invocation().option("-chdir");
    if (chdir != null) {
      String plain = chdir.startsWith("=") ? chdir.substring(1) : chdir;
      directory = absolute(plain);
    }
    String workspace = viewpoint.variable(effect, "TF_WORKSPACE");
    if (workspace == null && directory != null) {
      String data = viewpoint.variable(effect, "TF_DATA_DIR");
      String text = read(directory + "/" + (data == null ? ".terraform" : data) + "/environment");
      workspace = text == null || text.isBlank() ? "default" : text.strip();
    }
    place(
        "the Terraform workspace is `"
            + workspace
            + "`"
            + (directory == null ? "" : ", of `" + directory + "`"),
        workspace,
        workspace != null && workspace.equals("default") && directory != null
            ? directory.substring(directory.lastIndexOf('/') + 1)
            : null);
  }

  // --- databases
  // -----------------------------------------------------------------------------------

  private void database(Effect effect, String system) throws IOException {
    Invocation command = effect.origin().invocation();
    String host = null;
    for (Value argument : command.arguments()) {
      String word = argument.display();
      String of = host(word);
      Matcher pairs = Pattern.compile("(?:^|\\s)host=([^\\s]+)").matcher(word);
      if (!of.isEmpty()) {
        host = of;
      } else if (system.equals("postgresql") && pairs.find()) {
        host = pairs.group(1);
      }
    }
    if (host == null) {
      host =
          switch (system) {
            case "postgresql", "mysql", "redis", "mongodb", "mongo" ->
                command.option("-h", "--host");
            default -> command.option("--host");
          };
    }
    if (host == null) {
      host = configured(effect, system);
    }
    if (host != null) {
      boolean socket = host.startsWith("/");
      place(
          "the database is on "
              + (socket ? "this host, by way of `" + host + "`" : "`" + host + "`"),
          host);
    }
  }

  private @Nullable String configured(Effect effect, String system) throws IOException {
    return switch (system) {
      case "postgresql" -> {
        String service = viewpoint.variable(effect, "PGSERVICE");
        String file = viewpoint.variable(effect, "PGSERVICEFILE");
        if (service != null) {
          notes.place("the service is `" + Text.printable(service) + "`", labels.of(service));
          String text = read(file == null ? inHome(".pg_service.conf") : absolute(file));
          String host = Ini.section(text, service).get("host");
          if (host != null) {
            yield host;
          }
        }
        yield viewpoint.variable(effect, "PGHOST");
      }
      case "mysql" -> {
        String host = Ini.section(read(inHome(".my.cnf")), "client").get("host");
        yield host == null ? viewpoint.variable(effect, "MYSQL_HOST") : host;
      }
      case "redis" -> {
        String url = viewpoint.variable(effect, "REDISCLI_URL");
        yield url == null ? null : host(url);
      }
      default -> null;
    };
  }

  /** The host of a URL; empty where it is none. */
  private static String host(String url) {
    Matcher matcher = URL_HOST.matcher(url);
    return matcher.matches() ? String.valueOf(matcher.group(1)) : "";
  }

  // --- files
  // ---------------------------------------------------------------------------------------

  private String inHome(String name) {
    return (viewpoint.home() == null ? "" : viewpoint.home()) + "/" + name;
  }

  private String absolute(String path) {
    if (path.startsWith("/")) {
      return path;
    }
    return path.startsWith("~/")
        ? inHome(path.substring(2))
        : (viewpoint.directory() == null ? "" : viewpoint.directory()) + "/" + path;
  }

  /** The text of a regular file; null where there is none. A FIFO is never opened. */
  private @Nullable String read(String path) throws IOException {
    FileStatus status = machine.found(path, true);
    return status == null || Identity.kind(status) != Kind.REGULAR_FILE
        ? null
        : Text.decode(machine.read(path, LIMIT));
  }
}
