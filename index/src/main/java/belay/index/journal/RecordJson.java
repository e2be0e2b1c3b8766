package belay.index.journal;

import belay.rules.effect.EffectKind;
import belay.rules.judge.Decision;
import belay.rules.judge.Severity;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON members and back. Text that is not UTF-8 is written readable under its own name,
 * and exact, in Base64, under that name with {@code _base64}.
 */
final class RecordJson {

  private static final String BASE64 = "_base64";

  private RecordJson() {}

  /** The name of the record's kind. */
  static String kind(JournalRecord record) {
    return switch (record) {
      case JournalRecord.Started _ -> "started";
      case JournalRecord.Stopped _ -> "stopped";
      case JournalRecord.Repaired _ -> "repaired";
      case JournalRecord.Gap _ -> "gap";
      case JournalRecord.SessionOpened _ -> "session";
      case JournalRecord.Intent _ -> "intent";
      case JournalRecord.Answer _ -> "answer";
      case JournalRecord.Outcome _ -> "outcome";
      case JournalRecord.Imported _ -> "imported";
      case JournalRecord.Leave _ -> "leave";
      case JournalRecord.Other(String kind) -> kind;
    };
  }

  /** The record's own members as the inside of a JSON object, each with a comma before it. */
  static String members(JournalRecord record) {
    var out = new StringWriter(256);
    try (var json = new JsonWriter(out)) {
      json.setHtmlSafe(false);
      json.beginObject();
      write(json, record);
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String object = out.toString();
    return object.equals("{}") ? "" : "," + object.substring(1, object.length() - 1);
  }

  private static void write(JsonWriter json, JournalRecord record) throws IOException {
    switch (record) {
      case JournalRecord.Started(String version, long pid) -> {
        text(json, "version", version);
        json.name("pid").value(pid);
      }
      case JournalRecord.Stopped _, JournalRecord.Other _ -> {}
      case JournalRecord.Repaired(long droppedBytes, String savedAs) -> {
        json.name("dropped_bytes").value(droppedBytes);
        text(json, "saved_as", savedAs);
      }
      case JournalRecord.Gap(long lost, String reason) -> {
        json.name("lost").value(lost);
        text(json, "reason", reason);
      }
      case JournalRecord.SessionOpened(
              String session,
              String shell,
              String shellVersion,
              long pid,
              String tty,
              String historyFile) -> {
        text(json, "session", session);
        text(json, "shell", shell);
        text(json, "shell_version", shellVersion);
        json.name("pid").value(pid);
        text(json, "tty", tty);
        text(json, "history_file", historyFile);
      }
      case JournalRecord.Intent intent -> write(json, intent);
      case JournalRecord.Answer(long intent, JournalRecord.Answer.How how, String typed) -> {
        json.name("intent").value(intent);
        json.name("how").value(how.key());
        text(json, "typed", typed);
      }
      case JournalRecord.Outcome(long intent, int status, long micros) -> {
        json.name("intent").value(intent);
        json.name("status").value(status);
        json.name("micros").value(micros);
      }
      case JournalRecord.Leave(String what, String rule, String detail) -> {
        text(json, "what", what);
        text(json, "rule", rule);
        text(json, "detail", detail);
      }
      case JournalRecord.Imported imported -> {
        text(json, "source", imported.source());
        if (imported.original() != null) {
          json.name("original").value(imported.original().toString());
        }
        text(json, "command", imported.command());
        if (imported.micros().isPresent()) {
          json.name("micros").value(imported.micros().getAsLong());
        }
        effects(json, imported.effects());
      }
    }
  }

  private static void write(JsonWriter json, JournalRecord.Intent intent) throws IOException {
    text(json, "session", intent.session());
    text(json, "shell", intent.shell());
    text(json, "user", intent.user());
    text(json, "host", intent.host());
    if (intent.directory() != null) {
      text(json, "directory", intent.directory());
    }
    text(json, "tty", intent.tty());
    text(json, "command", intent.command());
    json.name("decision").value(intent.decision().key());
    if (!intent.findings().isEmpty()) {
      json.name("findings").beginArray();
      for (LoggedFinding finding : intent.findings()) {
        json.beginObject();
        text(json, "rule", finding.rule());
        json.name("severity").value(finding.severity().key());
        text(json, "message", finding.message());
        text(json, "target", finding.target());
        json.name("evidence").beginArray();
        for (String item : finding.evidence()) {
          json.value(Text.printable(item));
        }
        json.endArray();
        if (finding.habitual() != null) {
          text(json, "habitual", finding.habitual());
        }
        json.endObject();
      }
      json.endArray();
    }
    effects(json, intent.effects());
    json.name("micros").value(intent.micros());
  }

  private static void effects(JsonWriter json, List<LoggedEffect> effects) throws IOException {
    if (effects.isEmpty()) {
      return;
    }
    json.name("effects").beginArray();
    for (LoggedEffect effect : effects) {
      json.beginObject();
      json.name("kind").value(effect.kind().key());
      json.name("target_kind").value(effect.targetKind());
      text(json, "target", effect.target());
      if (!effect.exact()) {
        json.name("exact").value(false);
      }
      text(json, "program", effect.program());
      if (!effect.place().isEmpty()) {
        text(json, "place", effect.place());
      }
      json.endObject();
    }
    json.endArray();
  }

  private static void text(JsonWriter json, String name, String text) throws IOException {
    if (Text.isUtf8(text)) {
      json.name(name).value(text);
    } else {
      json.name(name).value(Text.printable(text));
      json.name(name + BASE64).value(Base64.getEncoder().encodeToString(Text.encode(text)));
    }
  }

  /** The record of this kind; what cannot be understood is {@link JournalRecord.Other}. */
  static JournalRecord record(String kind, JsonObject json) {
    try {
      return switch (kind) {
        case "started" -> new JournalRecord.Started(text(json, "version"), number(json, "pid"));
        case "stopped" -> new JournalRecord.Stopped();
        case "repaired" ->
            new JournalRecord.Repaired(number(json, "dropped_bytes"), text(json, "saved_as"));
        case "gap" -> new JournalRecord.Gap(number(json, "lost"), text(json, "reason"));
        case "session" ->
            new JournalRecord.SessionOpened(
                text(json, "session"),
                text(json, "shell"),
                text(json, "shell_version"),
                number(json, "pid"),
                text(json, "tty"),
                text(json, "history_file"));
        case "intent" ->
            new JournalRecord.Intent(
                text(json, "session"),
                text(json, "shell"),
                text(json, "user"),
                text(json, "host"),
                textOrNull(json, "directory"),
                text(json, "tty"),
                text(json, "command"),
                Decision.valueOf(constant(json, "decision")),
                findings(json),
                effects(json),
                number(json, "micros"));
        case "answer" ->
            new JournalRecord.Answer(
                number(json, "intent"),
                JournalRecord.Answer.How.valueOf(constant(json, "how")),
                text(json, "typed"));
        case "outcome" ->
            new JournalRecord.Outcome(
                number(json, "intent"), (int) number(json, "status"), number(json, "micros"));
        case "imported" -> {
          String original = textOrNull(json, "original");
          yield new JournalRecord.Imported(
              text(json, "source"),
              original == null ? null : Instant.parse(original),
              text(json, "command"),
              json.has("micros") ? OptionalLong.of(number(json, "micros")) : OptionalLong.empty(),
              effects(json));
        }
        case "leave" ->
            new JournalRecord.Leave(text(json, "what"), text(json, "rule"), text(json, "detail"));
        default -> new JournalRecord.Other(kind);
      };
    } catch (RuntimeException e) {
      // Its checksum held, so this is what a newer version wrote: a member or name we do not know.
      return new JournalRecord.Other(kind);
    }
  }

  private static List<LoggedFinding> findings(JsonObject json) {
    List<LoggedFinding> findings = new ArrayList<>();
    for (JsonElement element : array(json, "findings")) {
      JsonObject finding = element.getAsJsonObject();
      List<String> evidence = new ArrayList<>();
      array(finding, "evidence").forEach(item -> evidence.add(item.getAsString()));
      findings.add(
          new LoggedFinding(
              text(finding, "rule"),
              Severity.valueOf(constant(finding, "severity")),
              text(finding, "message"),
              text(finding, "target"),
              evidence,
              textOrNull(finding, "habitual")));
    }
    return findings;
  }

  private static List<LoggedEffect> effects(JsonObject json) {
    JsonArray array = array(json, "effects");
    if (array.isEmpty()) {
      return List.of();
    }
    List<LoggedEffect> effects = new ArrayList<>(array.size());
    for (JsonElement element : array) {
      JsonObject effect = element.getAsJsonObject();
      effects.add(
          new LoggedEffect(
              EffectKind.valueOf(constant(effect, "kind")),
              text(effect, "target_kind"),
              text(effect, "target"),
              !effect.has("exact"),
              text(effect, "program"),
              effect.has("place") ? text(effect, "place") : ""));
    }
    return effects;
  }

  private static JsonArray array(JsonObject json, String name) {
    JsonElement element = json.get(name);
    return element == null ? new JsonArray() : element.getAsJsonArray();
  }

  static String text(JsonObject json, String name) {
    String text = textOrNull(json, name);
    if (text == null) {
      throw new IllegalArgumentException("no member `" + name + "`");
    }
    return text;
  }

  private static @Nullable String textOrNull(JsonObject json, String name) {
    JsonElement exact = json.get(name + BASE64);
    if (exact != null) {
      return Text.decode(Base64.getDecoder().decode(exact.getAsString()));
    }
    JsonElement element = json.get(name);
    return element == null ? null : element.getAsString();
  }

  static long number(JsonObject json, String name) {
    JsonElement element = json.get(name);
    if (element == null) {
      throw new IllegalArgumentException("no member `" + name + "`");
    }
    return element.getAsLong();
  }

  private static String constant(JsonObject json, String name) {
    return text(json, name).toUpperCase(Locale.ROOT);
  }
}
