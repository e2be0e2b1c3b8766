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

  /** What in a profile says who it is. */
  private static final Set<String> CREDENTIALS =
      Set.of(
          "aws_access_key_id",
          "role_arn",
          "sso_account_id",
          "sso_session",
          "credential_process",
          "web_identity_token_file");

  /** Where a pod finds its own cluster: Kubernetes, "Accessing the API from within a Pod". */
  private static final String POD = "/var/run/secrets/kubernetes.io/serviceaccount";

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
    boolean helm = effect.origin().program().equals("helm");
    String given = command.option("--context", "--kube-context");
    if (given == null && helm) {
      given = viewpoint.variable(effect, "HELM_KUBECONTEXT");
    }
    String namespace = command.option("-n", "--namespace");
    if (namespace == null && helm) {
      namespace = viewpoint.variable(effect, "HELM_NAMESPACE");
    }
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
      String pod = read(POD + "/namespace");
      if (pod == null || !configs.isEmpty()) {
        notes.place("kubectl has no current context", Set.of());
        return;
      }
      String in = namespace == null ? pod.strip() : namespace;
      place("kubectl speaks to the cluster of this pod, namespace `" + in + "`", in);
      return;
    }
    Map<?, ?> entry = named(configs, "contexts", context, "context");
    String other = command.option("--cluster");
    String cluster = other == null ? text(entry.get("cluster")) : other;
    String address = command.option("--server");
    String url =
        address == null
            ? text(named(configs, "clusters", cluster, "cluster").get("server"))
            : address;
    String server = host(url);
    Matcher port =
        Pattern.compile("https?://(?:127\\.0\\.0\\.1|localhost):([0-9]{1,5}).*").matcher(url);
    Tunnels.Far far =
        port.matches() ? new Tunnels(machine).of(Integer.parseInt(port.group(1))) : null;
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
    if (far != null) {
      place("that is through ssh (pid " + far.pid() + ") `" + far.by() + "`", far.by(), far.host());
    }
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
    String assumed = viewpoint.variable(effect, "AWS_ROLE_ARN");
    if (profile == null
        && assumed != null
        && viewpoint.variable(effect, "AWS_WEB_IDENTITY_TOKEN_FILE") != null) {
      place("the AWS role is " + assumed + ", by a web identity", assumed);
      return;
    }
    String shown = profile == null ? "default" : profile;
    String file = viewpoint.variable(effect, "AWS_CONFIG_FILE");
    String text = read(file == null ? inHome(".aws/config") : absolute(file));
    if (profile == null
        && Ini.section(text, "default").keySet().stream().noneMatch(CREDENTIALS::contains)
        && Ini.section(read(inHome(".aws/credentials")), "default").isEmpty()) {
      // The last of the chain: a task's of ECS, or an agent's of EKS.
      for (String name :
          List.of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
        if (viewpoint.variable(effect, name) != null) {
          place("the AWS account is that of the role of this container");
          return;
        }
      }
    }
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
    String given = viewpoint.variable(effect, "TF_DATA_DIR");
    String data =
        given != null && given.startsWith("/")
            ? given
            : directory + "/" + (given == null ? ".terraform" : given);
    if (workspace == null && directory != null) {
      String text = read(data + "/environment");
      workspace = text == null || text.isBlank() ? "default" : text.strip();
    }
    if (directory != null) {
      backend(read(data + "/terraform.tfstate"));
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

  /** Where the state is kept, as {@code terraform init} wrote it down. */
  private void backend(@Nullable String text) throws IOException {
    if (text == null) {
      return;
    }
    try {
      JsonObject whole = JsonParser.parseString(text).getAsJsonObject();
      if (!whole.has("backend") || !whole.get("backend").isJsonObject()) {
        return;
      }
      JsonObject backend = whole.getAsJsonObject("backend");
      JsonObject config = backend.getAsJsonObject("config");
      List<String> names = new ArrayList<>();
      for (String key : BACKEND) {
        JsonElement value = config.get(key);
        if (value != null && value.isJsonPrimitive() && !value.getAsString().isEmpty()) {
          names.add(value.getAsString());
        } else if (value != null && value.isJsonObject()) {
          JsonElement name = value.getAsJsonObject().get("name");
          if (name != null && name.isJsonPrimitive()) {
            names.add(name.getAsString());
          }
        }
      }
      if (!names.isEmpty()) {
        place(
            "Terraform's state is in "
                + backend.get("type").getAsString()
                + " `"
                + String.join("/", names)
                + "`",
            names.toArray(String[]::new));
      }
    } catch (JsonParseException
        | IllegalStateException
        | NullPointerException
        | ClassCastException e) {
      throw new IOException("Terraform's note of its backend is not as it was known", e);
    }
  }

  /** What in the settings of the backends says where it is, from the outside inwards. */
  private static final List<String> BACKEND =
      List.of(
          "hostname",
          "organization",
          "storage_account_name",
          "container_name",
          "bucket",
          "address",
          "prefix",
          "key",
          "path",
          "workspaces");

  // --- databases
  // -----------------------------------------------------------------------------------

  private void database(Effect effect, String system) throws IOException {
    DatabaseHosts.Files files =
        new DatabaseHosts.Files() {
          @Override
          public @Nullable String read(String path) throws IOException {
            boolean inHome = path.startsWith(".") && !path.contains("/");
            return Contexts.this.read(inHome ? inHome(path) : absolute(path));
          }

          @Override
          public @Nullable String variable(String name) {
            return viewpoint.variable(effect, name);
          }
        };
    new DatabaseHosts(machine, files, (words, names) -> place(words, names.toArray(String[]::new)))
        .look(effect, system);
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
