package belay.daemon.guard;

import belay.rules.effect.FixedShell;
import belay.rules.effect.ShellView;
import belay.rules.judge.Circumstances;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A line to be judged without a shell: {@code belay check}, and its frame on the socket.
 *
 * @param line byte for byte
 * @param directory absolute, or null
 * @param home what {@code ~} stands for, or null
 * @param variables the shell's variables as far as given; the rest is unknown
 * @param aliases the shell's aliases as far as given; the rest is taken to be none
 * @param sight how the machine is looked at
 * @param said who asks, on what host, when and how, as far as it is not this user here and now
 */
public record CheckRequest(
    byte[] line,
    Dialect dialect,
    @Nullable String directory,
    @Nullable String home,
    Map<String, List<String>> variables,
    Map<String, String> aliases,
    Sight sight,
    Circumstances said) {

  /** One that says nothing of who asks. */
  public CheckRequest(
      byte[] line,
      Dialect dialect,
      @Nullable String directory,
      @Nullable String home,
      Map<String, List<String>> variables,
      Map<String, String> aliases,
      Sight sight) {
    this(line, dialect, directory, home, variables, aliases, sight, Circumstances.UNKNOWN);
  }

  public CheckRequest {
    variables = Map.copyOf(variables);
    aliases = Map.copyOf(aliases);
  }

  /** How the machine is looked at. */
  public enum Sight {
    /** Not at all. */
    NONE("none"),
    /** As it is now. */
    LIVE("live"),
    /**
     * As it is now, but that the search for open descriptors, by far the dearest look, may be as
     * old as {@link #SEARCH_AGE}: for long lists of commands that nobody is about to run.
     */
    RECENT("recent");

    /** Below what a person or a script takes between a change and the question about it. */
    public static final Duration SEARCH_AGE = Duration.ofMillis(20);

    private final String key;

    Sight(String key) {
      this.key = key;
    }

    static Optional<Sight> named(String key) {
      return Arrays.stream(values()).filter(sight -> sight.key.equals(key)).findFirst();
    }
  }

  /** An object that is no request; the message says what to mend. */
  public static final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;

    public BadRequest(String message) {
      super(message);
    }
  }

  /** What a request says when it does not say it itself. */
  public record Defaults(
      Dialect dialect, @Nullable String directory, @Nullable String home, Sight sight) {}

  /**
   * Reads {@code
   * {"command":…,"shell"?,"cwd"?,"vars"?,"aliases"?,"facts"?,"home"?,"user"?,"host"?,"time"?,"origin"?}}.
   */
  public static CheckRequest of(JsonObject object, Defaults defaults) throws BadRequest {
    String shell = text(object, "shell");
    Dialect dialect = defaults.dialect();
    if (shell != null) {
      dialect =
          Dialect.named(shell)
              .orElseThrow(
                  () -> new BadRequest("`shell` is bash or zsh, not `" + shown(shell) + "`"));
    }
    String directory = text(object, "cwd");
    if (directory != null && !directory.startsWith("/")) {
      throw new BadRequest("`cwd` must be absolute, not `" + shown(directory) + "`");
    }
    String home = text(object, "home");
    Map<String, List<String>> variables = new HashMap<>();
    for (Map.Entry<String, JsonElement> entry : members(object, "vars").entrySet()) {
      variables.put(entry.getKey(), values(entry.getKey(), entry.getValue()));
    }
    Map<String, String> aliases = new HashMap<>();
    for (Map.Entry<String, JsonElement> entry : members(object, "aliases").entrySet()) {
      if (!(entry.getValue() instanceof JsonPrimitive primitive)) {
        throw new BadRequest("the alias `" + shown(entry.getKey()) + "` must be a string");
      }
      aliases.put(entry.getKey(), primitive.getAsString());
    }
    String facts = text(object, "facts");
    Sight sight = defaults.sight();
    if (facts != null) {
      sight =
          Sight.named(facts)
              .orElseThrow(
                  () ->
                      new BadRequest(
                          "`facts` is none, live or recent, not `" + shown(facts) + "`"));
    }
    return new CheckRequest(
        command(object),
        dialect,
        directory == null ? defaults.directory() : directory,
        home == null ? defaults.home() : home,
        variables,
        aliases,
        sight,
        said(object));
  }

  private static byte[] command(JsonObject object) throws BadRequest {
    String text = text(object, "command");
    if (text != null) {
      return Text.encode(text);
    }
    String encoded = text(object, "command_base64");
    if (encoded == null) {
      throw new BadRequest("`command` is missing");
    }
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException _) {
      throw new BadRequest("`command_base64` is not base64");
    }
  }

  private static @Nullable String text(JsonObject object, String key) throws BadRequest {
    JsonElement value = object.get(key);
    if (value == null || value.isJsonNull()) {
      return null;
    }
    if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw new BadRequest("`" + key + "` must be a string");
  }

  private static Map<String, JsonElement> members(JsonObject object, String key) throws BadRequest {
    JsonElement value = object.get(key);
    if (value == null || value.isJsonNull()) {
      return Map.of();
    }
    if (value.isJsonObject()) {
      return value.getAsJsonObject().asMap();
    }
    throw new BadRequest("`" + key + "` must be an object of names and values");
  }

  private static List<String> values(String name, JsonElement value) throws BadRequest {
    if (value instanceof JsonPrimitive primitive) {
      return List.of(primitive.getAsString());
    }
    if (value.isJsonArray()) {
      List<String> out = new ArrayList<>();
      for (JsonElement element : value.getAsJsonArray()) {
        if (!(element instanceof JsonPrimitive primitive)) {
          throw new BadRequest("the elements of `" + shown(name) + "` must be strings");
        }
        out.add(primitive.getAsString());
      }
      return out;
    }
    throw new BadRequest("the variable `" + shown(name) + "` must be a string or an array");
  }

  private static String shown(String text) {
    return Text.printable(text.length() > 60 ? text.substring(0, 60) + "…" : text);
  }

  private static Circumstances said(JsonObject object) throws BadRequest {
    String host = text(object, "host");
    String time = text(object, "time");
    String origin = text(object, "origin");
    Circumstances.Caller caller = null;
    for (Circumstances.Caller each : Circumstances.Caller.values()) {
      caller = each.key().equals(origin) ? each : caller;
    }
    if (origin != null && caller == null) {
      throw new BadRequest(
          "`origin` is terminal, ssh, script, agent or nobody, not `" + shown(origin) + "`");
    }
    try {
      return new Circumstances(
          text(object, "user"),
          host == null ? List.of() : List.of(host),
          null,
          time == null ? null : OffsetDateTime.parse(time).toZonedDateTime(),
          caller);
    } catch (DateTimeParseException _) {
      throw new BadRequest(
          "`time` is written `2026-12-24T18:30:00+01:00`, not `"
              + shown(String.valueOf(time))
              + "`");
    }
  }

  /** Who asks, where, when and how: what was said, else this user here and now. */
  public Circumstances circumstances() {
    Circumstances here = Here.now(directory, Circumstances.Caller.NOBODY);
    return new Circumstances(
        said.user() == null ? here.user() : said.user(),
        said.hosts().isEmpty() ? here.hosts() : said.hosts(),
        directory,
        said.time() == null ? here.time() : said.time(),
        said.caller() == null ? here.caller() : said.caller());
  }

  /** The frame that asks a daemon for this. */
  public JsonObject toJson() {
    JsonObject out = new JsonObject();
    String text = Text.decode(line);
    if (Text.isUtf8(text)) {
      out.addProperty("command", text);
    } else {
      out.addProperty("command_base64", Base64.getEncoder().encodeToString(line));
    }
    out.addProperty("shell", dialect.shellName());
    out.addProperty("cwd", directory);
    out.addProperty("home", home);
    JsonObject vars = new JsonObject();
    variables.forEach(
        (name, values) -> {
          if (values.size() == 1) {
            vars.addProperty(name, values.getFirst());
          } else {
            var array = new JsonArray();
            values.forEach(array::add);
            vars.add(name, array);
          }
        });
    out.add("vars", vars);
    JsonObject names = new JsonObject();
    aliases.forEach(names::addProperty);
    out.add("aliases", names);
    out.addProperty("facts", sight.key);
    out.addProperty("user", said.user());
    out.addProperty("host", said.hosts().isEmpty() ? null : said.hosts().getFirst());
    out.addProperty("time", said.time() == null ? null : said.time().toOffsetDateTime().toString());
    out.addProperty("origin", said.caller() == null ? null : said.caller().key());
    return out;
  }

  /** The shell that is assumed. */
  public ShellView shell() {
    ShellView shell = FixedShell.incomplete(dialect, directory, home, variables, aliases, Map.of());
    return sight == Sight.NONE ? shell : new ShellWithFiles(shell);
  }
}
