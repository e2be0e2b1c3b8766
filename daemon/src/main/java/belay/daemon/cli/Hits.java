package belay.daemon.cli;

import belay.daemon.server.Client;
import belay.daemon.server.Messages;
import belay.daemon.server.Starter;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Asks for commands of the past and prints them, newest last as a log has them. */
final class Hits {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private Hits() {}

  /** Returns the exit status: 1 where nothing was found. */
  static int print(JsonObject question, Starter starter, boolean json) throws IOException {
    JsonArray hits;
    try (Client client = starter.connected()) {
      hits = client.call(question).getAsJsonArray("hits");
    }
    for (int i = hits.size() - 1; i >= 0; i--) {
      JsonObject hit = hits.get(i).getAsJsonObject();
      System.out.println(json ? hit.toString() : row(hit));
    }
    return hits.isEmpty() ? 1 : 0;
  }

  private static String row(JsonObject hit) {
    String time = Messages.text(hit, "time", "");
    return (time.isEmpty() ? "an unknown time    " : TIME.format(Instant.parse(time)))
        + String.format(
            Locale.ROOT,
            "  %-20s %4s %9s  %s",
            verdict(hit),
            number(hit, "exit", ""),
            duration(hit),
            Messages.text(hit, "command", ""));
  }

  /** The decision, and the answer where a person was asked: {@code confirm: refused}. */
  private static String verdict(JsonObject hit) {
    String answer = Messages.text(hit, "answer", "");
    return Messages.text(hit, "decision", "imported")
        + (answer.isEmpty() ? "" : ": " + answer.replace('_', ' '));
  }

  private static String number(JsonObject hit, String key, String fallback) {
    JsonElement value = hit.get(key);
    return value == null || value.isJsonNull() ? fallback : value.getAsString();
  }

  private static String duration(JsonObject hit) {
    JsonElement value = hit.get("duration_us");
    return value == null
        ? ""
        : String.format(Locale.ROOT, "%.3f s", value.getAsLong() / 1_000_000.0);
  }
}
