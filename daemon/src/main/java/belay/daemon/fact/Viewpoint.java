package belay.daemon.fact;

import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.ShellView;
import belay.rules.effect.Target;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From where a command looks at the machine.
 *
 * @param directory the shell's working directory, absolute; or null where it is not known
 * @param home the user's home directory, or null
 * @param asker the shell's process; 0 where no process asks
 * @param variables what the shell holds of those that say whose cluster, account or database a
 *     command is about
 */
public record Viewpoint(
    @Nullable String directory, @Nullable String home, long asker, Map<String, String> variables) {

  private static final Set<String> CLUSTER =
      Set.of("KUBECONFIG", "HELM_KUBECONTEXT", "HELM_NAMESPACE");

  private static final Set<String> CLOUD =
      Set.of(
          "AWS_PROFILE",
          "AWS_DEFAULT_PROFILE",
          "AWS_CONFIG_FILE",
          "AWS_ACCESS_KEY_ID",
          "AWS_REGION",
          "AWS_ROLE_ARN",
          "AWS_WEB_IDENTITY_TOKEN_FILE",
          "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
          "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "CLOUDSDK_CORE_PROJECT",
          "CLOUDSDK_ACTIVE_CONFIG_NAME",
          "CLOUDSDK_CONFIG",
          "AZURE_CONFIG_DIR",
          "TF_WORKSPACE",
          "TF_DATA_DIR");

  private static final Set<String> DATABASE =
      Set.of(
          "PGHOST",
          "PGSERVICE",
          "PGSERVICEFILE",
          "PGDATABASE",
          "PGPORT",
          "PGHOSTADDR",
          "MYSQL_HOST",
          "MYSQL_TCP_PORT",
          "REDISCLI_URL");

  private static final Set<String> REPOSITORY = Set.of("GIT_DIR", "GIT_WORK_TREE");

  private static final Set<String> SESSION = Set.of("SSH_CONNECTION");

  public Viewpoint {
    variables = Map.copyOf(variables);
  }

  /** From a directory, of a shell that is not asked. */
  public static Viewpoint of(@Nullable String directory, @Nullable String home) {
    return new Viewpoint(directory, home, 0, Map.of());
  }

  /**
   * From a shell. It is asked for what these effects need and for nothing else, on this thread: a
   * shell answers one question after another.
   */
  public static Viewpoint of(ShellView shell, long asker, List<Effect> effects) {
    Set<String> names = new LinkedHashSet<>();
    effects.forEach(effect -> names.addAll(wanted(effect)));
    Map<String, String> variables = new LinkedHashMap<>();
    for (String name : names) {
      if (shell.variable(name) instanceof ShellView.Variable.Set(List<String> values)
          && values.size() == 1) {
        variables.put(name, values.getFirst());
      }
    }
    return new Viewpoint(shell.directory(), shell.home(), asker, variables);
  }

  private static Set<String> wanted(Effect effect) {
    return switch (effect.target()) {
      case Target.ClusterObject _ -> CLUSTER;
      case Target.CloudResource _ -> CLOUD;
      case Target.DatabaseObject _ -> DATABASE;
      case Target.Repository _ -> REPOSITORY;
      case Target.Service _, Target.Host _, Target.Processes _ ->
          effect.kind() == EffectKind.STOP
                  || effect.kind() == EffectKind.DETACH
                  || effect.kind() == EffectKind.REVOKE
              ? SESSION
              : Set.of();
      case Target.Path _, Target.Device _, Target.Volume _, Target.Guest _, Target.Unknown _ ->
          Set.of();
    };
  }

  /** A variable as a command sees it: what the line gives it goes before the shell's. */
  @Nullable String variable(Effect effect, String name) {
    var given = effect.origin().invocation().variables().get(name);
    String value = given == null ? variables.get(name) : given.known();
    return value == null || value.isEmpty() ? null : value;
  }
}
