package belay.daemon.fact;

import belay.daemon.libc.FileStatus;
import belay.daemon.libc.User;
import belay.rules.effect.Effect;
import belay.rules.effect.Origin.Place;
import belay.rules.effect.Value;
import belay.rules.fact.Fact;
import belay.rules.fact.Fact.About;
import belay.rules.fact.Facts;
import belay.rules.fact.Truth;
import belay.rules.syntax.Text;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the team's own probes (docs/facts.md): executables that the administrator has installed, by
 * a name that a pack gives. As with sshd(8)'s files, nobody but root and the user may be able to
 * change one, or the directories it is in.
 */
final class TeamProbes {

  private static final long KEPT_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int MOST_KEPT = 200;
  private static final int REGULAR = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final int TYPE = 0170000;
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final int STICKY = 01000;
  private static final int EXECUTABLE = 0111;

  private final Machine machine;
  private final Knowledge knowledge;
  private final Map<String, Kept> kept =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private record Kept(long at, Answer answer) {}

  /** What a probe said: of itself, and facts beside it. */
  private record Answer(Facts.Probed probed, List<Fact> facts) {}

  TeamProbes(Machine machine, Knowledge knowledge) {
    this.machine = machine;
    this.knowledge = knowledge;
  }

  /** Asks one and notes what it says; whatever goes wrong makes it unknown. */
  void ask(String probe, Effect effect, Session session, Duration deadline, Notes notes) {
    Answer answer;
    try {
      String question = question(effect, session).toString();
      answer = kept(probe + "\0" + question);
      if (answer == null) {
        answer = asked(probe, question, deadline, session);
        keep(probe + "\0" + question, answer);
      }
    } catch (IOException e) {
      String why = e.getMessage() == null ? "it could not be asked" : e.getMessage();
      answer = new Answer(new Facts.Probed(probe, Truth.UNKNOWN, Text.printable(why)), List.of());
    }
    for (Fact fact : answer.facts()) {
      switch (fact.truth()) {
        case TRUE -> notes.add(fact.about(), true, fact.evidence());
        case FALSE -> notes.add(fact.about(), false, fact.evidence());
        case UNKNOWN -> notes.unknown(fact.about(), fact.evidence());
      }
    }
    notes.probe(answer.probed());
  }

  private synchronized @Nullable Answer kept(String key) {
    Kept found = kept.get(key);
    return found == null || System.nanoTime() - found.at() > KEPT_NANOS ? null : found.answer();
  }

  private synchronized void keep(String key, Answer answer) {
    kept.remove(key);
    kept.put(key, new Kept(System.nanoTime(), answer));
  }

  private static JsonObject question(Effect effect, Session session) {
    JsonObject out = new JsonObject();
    out.addProperty("version", 1);
    JsonObject what = new JsonObject();
    what.addProperty("kind", effect.kind().key());
    what.addProperty("program", effect.origin().program());
    what.addProperty("certainty", effect.certainty().name().toLowerCase(java.util.Locale.ROOT));
    out.add("effect", what);
    JsonObject target = new JsonObject();
    target.addProperty("kind", effect.target().key());
    target.addProperty("name", effect.target().display());
    out.add("target", target);
    out.addProperty(
        "host",
        effect.origin().place() instanceof Place.Remote(Value host)
            ? host.display()
            : session.host());
    out.addProperty("user", System.getProperty("user.name", ""));
    JsonObject context = new JsonObject();
    context.addProperty("directory", session.viewpoint().directory());
    session
        .viewpoint()
        .variables()
        .forEach(
            (name, value) -> {
              // A key is nobody's business.
              if (!name.contains("KEY")) {
                context.addProperty(name, value);
              }
            });
    out.add("context", context);
    return out;
  }

  private Answer asked(String probe, String question, Duration deadline, Session session)
      throws IOException {
    String file = installed(probe);
    String home = session.viewpoint().home();
    Programs.Answer answer =
        knowledge
            .programs()
            .ask(
                new Programs.Question(
                    List.of(file), home == null ? Map.of() : Map.of("HOME", home), question + "\n"),
                deadline);
    if (!answer.complete()) {
      throw new IOException("it said more than is read");
    }
    if (answer.status() != 0) {
      throw new IOException(
          "it ended with status "
              + answer.status()
              + (answer.complaint().isEmpty() ? "" : ": " + answer.complaint()));
    }
    return read(probe, answer.output());
  }

  private static Answer read(String probe, String output) throws IOException {
    try {
      JsonElement whole = JsonParser.parseString(output);
      JsonElement facts = whole.isJsonObject() ? whole.getAsJsonObject().get("facts") : null;
      if (facts == null || !facts.isJsonObject()) {
        throw new IOException("its answer has no `facts`");
      }
      Facts.Probed own = new Facts.Probed(probe, Truth.UNKNOWN, "its answer does not say");
      List<Fact> more = new java.util.ArrayList<>();
      for (Map.Entry<String, JsonElement> entry : facts.getAsJsonObject().entrySet()) {
        JsonElement value = entry.getValue();
        JsonElement truth = value.isJsonObject() ? value.getAsJsonObject().get("truth") : value;
        JsonElement evidence =
            value.isJsonObject() ? value.getAsJsonObject().get("evidence") : null;
        String words =
            evidence == null || !evidence.isJsonPrimitive()
                ? ""
                : Text.printable(evidence.getAsString());
        if (entry.getKey().equals(probe)) {
          own = new Facts.Probed(probe, truth(truth), words);
          continue;
        }
        for (About about : About.values()) {
          if (about.key().equals(entry.getKey())) {
            more.add(new Fact(about, truth(truth), words));
          }
        }
      }
      return new Answer(own, more);
    } catch (JsonParseException | IllegalStateException | StackOverflowError e) {
      throw new IOException("its answer is no JSON", e);
    }
  }

  private static Truth truth(@Nullable JsonElement value) throws IOException {
    if (value instanceof JsonPrimitive primitive) {
      switch (primitive.getAsString()) {
        case "true" -> {
          return Truth.TRUE;
        }
        case "false" -> {
          return Truth.FALSE;
        }
        case "unknown" -> {
          return Truth.UNKNOWN;
        }
        default -> {}
      }
    }
    throw new IOException("a `truth` of its answer is not true, false or unknown");
  }

  /** The probe's file, if nobody else may have put or changed it. */
  private String installed(String probe) throws IOException {
    for (String directory : knowledge.probeDirectories()) {
      String file = directory + "/" + probe;
      FileStatus status = machine.found(file, false);
      if (status == null) {
        continue;
      }
      String refusal = refusal(status);
      if (!refusal.isEmpty()) {
        throw new IOException("`" + file + "` " + refusal + ", so it is not run");
      }
      if ((status.mode() & EXECUTABLE) == 0) {
        throw new IOException("`" + file + "` is not executable");
      }
      for (String above = directory; !above.isEmpty(); ) {
        FileStatus place = machine.status(above, true);
        String closed = guarded(place) ? "" : "belongs to somebody else or others may write in it";
        if (!closed.isEmpty()) {
          throw new IOException("`" + above + "` " + closed + ", so no probe in it is run");
        }
        above = above.substring(0, Math.max(0, above.lastIndexOf('/')));
      }
      return file;
    }
    throw new IOException("no probe of that name is installed");
  }

  private static String refusal(FileStatus status) {
    if ((status.mode() & TYPE) != REGULAR) {
      return "is no regular file";
    }
    if (!isTrusted(status.uid())) {
      return "belongs to somebody else";
    }
    return (status.mode() & WRITABLE_BY_OTHERS) == 0 ? "" : "may be written by others";
  }

  /** In a sticky directory nobody can replace what is not theirs. */
  private static boolean guarded(FileStatus place) {
    return (place.mode() & TYPE) == DIRECTORY
        && isTrusted(place.uid())
        && ((place.mode() & WRITABLE_BY_OTHERS) == 0 || (place.mode() & STICKY) != 0);
  }

  private static boolean isTrusted(int uid) {
    return uid == 0 || uid == User.effective();
  }
}
