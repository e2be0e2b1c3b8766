package belay.daemon.server;

import belay.daemon.config.Allowances;
import belay.rules.judge.Rule;
import belay.rules.judge.Wildcard;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/** Keeps what the user allows beforehand: {@code belay allow}. */
final class AllowService {

  private final RulesInForce rules;
  private final Recorder recorder;

  AllowService(RulesInForce rules, Recorder recorder) {
    this.rules = rules;
    this.recorder = recorder;
  }

  /** Those there are, numbered from 1. */
  JsonObject listed() {
    Allowances allowed = rules.allowed();
    Instant now = Instant.now();
    JsonArray array = new JsonArray();
    int number = 0;
    for (Allowances.Entry entry : allowed.entries()) {
      JsonObject one = new JsonObject();
      one.addProperty("number", ++number);
      one.addProperty("rule", Text.printable(entry.rule()));
      if (entry.path() != null) {
        one.addProperty("path", Text.printable(entry.path()));
      }
      one.addProperty("until", entry.until().toString());
      one.addProperty("reason", Text.printable(entry.reason()));
      one.addProperty("holds", entry.end().isAfter(now));
      array.add(one);
    }
    JsonObject out = Messages.of("allowed");
    out.add("allowed", array);
    return out;
  }

  /** One more. */
  JsonObject allow(JsonObject message) {
    try {
      Allowances.Entry entry =
          Allowances.entry(
              text(message, "rule"),
              text(message, "path"),
              text(message, "until"),
              text(message, "reason"));
      if (!entry.end().isAfter(Instant.now())) {
        return Clients.error("`" + entry.until() + "` has passed");
      }
      Wildcard wanted = new Wildcard(entry.rule());
      List<Rule> meant = rules.rules().stream().filter(rule -> wanted.matches(rule.id())).toList();
      if (meant.isEmpty()) {
        return Clients.error(
            "there is no rule `" + Text.printable(entry.rule()) + "`" + nearest(entry.rule()));
      }
      if (meant.stream().noneMatch(Rule::passable)) {
        return Clients.error(
            "not allowed: `" + Text.printable(entry.rule()) + "` lets nobody by (`pass: no`)");
      }
      List<Allowances.Entry> entries = new ArrayList<>(rules.allowed().entries());
      entries.add(entry);
      return changed(entries, "allow", entry);
    } catch (IllegalArgumentException e) {
      return Clients.error("not allowed: " + e.getMessage());
    }
  }

  /** One less. */
  JsonObject disallow(JsonObject message) {
    int number = Messages.number(message, "number", 0);
    List<Allowances.Entry> entries = new ArrayList<>(rules.allowed().entries());
    if (number < 1 || number > entries.size()) {
      return Clients.error("there is no number " + number + "; `belay allow` lists them");
    }
    return changed(entries, "disallow", entries.remove(number - 1));
  }

  private JsonObject changed(List<Allowances.Entry> entries, String what, Allowances.Entry entry) {
    List<String> complaints = rules.allowed().complaints();
    if (!complaints.isEmpty()) {
      // What cannot be read would be lost by writing the rest.
      return Clients.error("not changed, mend it first: " + complaints.getFirst());
    }
    try {
      rules.allow(entries);
    } catch (IOException e) {
      return Clients.error("the allowances could not be written: " + e.getMessage());
    }
    String path = entry.path() == null ? "any path" : entry.path();
    recorder.leave(what, entry.rule(), path + " until " + entry.until() + ": " + entry.reason());
    return listed();
  }

  private String nearest(String wanted) {
    return rules.rules().stream()
        .map(Rule::id)
        .min(
            Comparator.comparingInt(
                id -> LevenshteinDistance.getDefaultInstance().apply(id, wanted)))
        .map(id -> "; did you mean `" + id + "`?")
        .orElse("");
  }

  private static @Nullable String text(JsonObject message, String key) {
    JsonElement element = message.get(key);
    return element != null && element.isJsonPrimitive() ? element.getAsString() : null;
  }
}
