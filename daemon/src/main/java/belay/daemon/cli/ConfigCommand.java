package belay.daemon.cli;

import belay.daemon.config.Directories;
import belay.daemon.config.Layers;
import belay.daemon.config.Setting;
import belay.daemon.config.Sheets;
import belay.daemon.config.Standing;
import belay.daemon.config.UserFile;
import belay.daemon.server.EffectiveRules;
import belay.rules.pack.PolicyFile;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code belay config}. */
@Command(
    name = "config",
    description =
        "Says every setting in force and where it comes from, which rules settings change, and what"
            + " a layer wanted and was refused. See docs/configuration.md.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:not done, with the reason", "2:misuse"})
final class ConfigCommand implements Callable<Integer> {

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  private final Directories directories = AskedLine.directories();
  private final Layers layers = Layers.of(directories, System.getenv());

  @Override
  public Integer call() {
    Standing standing = new Sheets(layers, System.getenv()).read();
    EffectiveRules rules = EffectiveRules.of(layers);
    List<String> refused = new ArrayList<>(standing.refused());
    refused.addAll(rules.refused());
    if (json) {
      System.out.println(json(standing, rules, refused));
      return 0;
    }
    standing
        .values()
        .forEach(
            (setting, value) ->
                System.out.println(
                    setting.key() + ": " + Text.printable(value.text()) + "  # " + origin(value)));
    rules
        .changed()
        .forEach((rule, change) -> System.out.println("rule " + rule + ": " + change.inWords()));
    standing.governance().policies().forEach(ConfigCommand::print);
    rules.demands().forEach(text -> System.err.println("belay: " + Text.printable(text)));
    refused.forEach(text -> System.out.println("refused: " + Text.printable(text)));
    standing.complaints().forEach(text -> System.err.println("belay: " + Text.printable(text)));
    return 0;
  }

  private static void print(PolicyFile policy) {
    String from = "  # system, " + Text.printable(policy.file());
    policy
        .required()
        .forEach(
            required ->
                System.out.println(
                    "required pack "
                        + Text.printable(required.pack())
                        + ": "
                        + (required.versions() == null ? "any version" : required.versions())
                        + (required.key() == null ? "" : ", signed by " + required.key())
                        + from
                        + ":"
                        + required.line()));
    policy.keys().stream().sorted().forEach(key -> System.out.println("key: " + key + from));
    policy
        .grants()
        .forEach(
            grant ->
                System.out.println(
                    "may pass "
                        + Text.printable(grant.rules().toString())
                        + ": "
                        + people(grant.people())
                        + from));
    if (!policy.approvers().equals(PolicyFile.People.ANYBODY)) {
      System.out.println("may approve: " + people(policy.approvers()) + from);
    }
    if (policy.retention() != null) {
      System.out.println("journal kept: " + policy.retention().toDays() + " days" + from);
    }
    if (policy.audit() != null) {
      System.out.println("audit to: " + Text.printable(policy.audit()) + from);
    }
  }

  private static String people(PolicyFile.People people) {
    List<String> out = new ArrayList<>();
    people.users().stream().sorted().forEach(user -> out.add(Text.printable(user)));
    people.groups().stream().sorted().forEach(group -> out.add("group " + Text.printable(group)));
    return String.join(", ", out);
  }

  private static String origin(Standing.Value value) {
    return value.from().isEmpty()
        ? value.layer().key()
        : value.layer().key() + ", " + Text.printable(value.from());
  }

  private static JsonObject json(Standing standing, EffectiveRules rules, List<String> refused) {
    JsonObject settings = new JsonObject();
    standing
        .values()
        .forEach(
            (setting, value) -> {
              JsonObject one = new JsonObject();
              one.addProperty("value", value.text());
              one.addProperty("layer", value.layer().key());
              one.addProperty("from", value.from());
              settings.add(setting.key(), one);
            });
    JsonObject changed = new JsonObject();
    rules
        .changed()
        .forEach(
            (rule, change) -> {
              JsonObject one = new JsonObject();
              one.addProperty("action", change.action());
              one.addProperty("severity", change.severity());
              one.addProperty("from", change.from());
              changed.add(rule, one);
            });
    JsonObject out = new JsonObject();
    out.add("settings", settings);
    out.add("rules", changed);
    out.add("refused", texts(refused));
    out.add("demands", texts(rules.demands()));
    out.add(
        "policies",
        texts(standing.governance().policies().stream().map(PolicyFile::file).toList()));
    out.add("complaints", texts(standing.complaints()));
    return out;
  }

  private static JsonArray texts(List<String> texts) {
    JsonArray out = new JsonArray();
    texts.forEach(out::add);
    return out;
  }

  @Command(description = "Prints the value of a setting.")
  int get(@Parameters(paramLabel = "KEY") String key) {
    Standing.Value value = new Sheets(layers, System.getenv()).read().values().get(setting(key));
    System.out.println(value == null ? "" : Text.printable(value.text()));
    return 0;
  }

  @Command(
      description =
          "Sets one in the user's config.yaml, whose other lines stay as they are. What is"
              + " locked above is told and not written.")
  int set(
      @Parameters(paramLabel = "KEY") String key, @Parameters(paramLabel = "VALUE") String value)
      throws IOException {
    Setting setting = setting(key);
    String refusal = new Sheets(layers, System.getenv()).read().refusal(setting, value);
    if (refusal != null) {
      System.err.println("belay: " + Text.printable(refusal));
      return 1;
    }
    new UserFile(layers.user()).set(setting, value);
    return 0;
  }

  private Setting setting(String key) {
    for (Setting setting : Setting.values()) {
      if (setting.key().equals(key)) {
        return setting;
      }
    }
    String known =
        Arrays.stream(Setting.values()).map(Setting::key).collect(Collectors.joining(", "));
    String message = "there is no setting `" + Text.printable(key) + "`; there are " + known;
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    throw new ParameterException(spec.commandLine(), message);
  }
}
