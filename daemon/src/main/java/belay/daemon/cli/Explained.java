package belay.daemon.cli;

import belay.daemon.server.Messages;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.PrintStream;

/** An explanation for a person to read. */
final class Explained {

  private Explained() {}

  /**
   * Prints it.
   *
   * @param all also the rules that say nothing where others speak
   */
  static void print(byte[] line, JsonObject answer, boolean all, PrintStream out) {
    Report.verdict(line, answer, out);
    out.println();
    out.println("Read as");
    for (JsonElement element : answer.getAsJsonArray("reading")) {
      JsonObject row = element.getAsJsonObject();
      out.println(
          "  "
              + "  ".repeat(Messages.number(row, "depth", 0))
              + Messages.text(row, "what", "?")
              + ": "
              + Messages.text(row, "text", ""));
    }
    Report.unread(answer, out);
    if (answer.getAsJsonArray("effects").isEmpty()) {
      out.println();
      out.println("It has no effect that any rule could be about, so nothing was looked at.");
      return;
    }
    int number = 0;
    for (JsonElement element : answer.getAsJsonArray("effects")) {
      out.println();
      effect(++number, element.getAsJsonObject(), all, out);
    }
    out.println();
    out.println("Verdict: " + Messages.text(answer, "verdict", "?"));
    Report.findings(answer, out);
  }

  private static void effect(int number, JsonObject effect, boolean all, PrintStream out) {
    out.println(
        "Effect "
            + number
            + ": `"
            + Messages.text(effect, "program", "?")
            + "` "
            + Messages.text(effect, "words", ""));
    out.println(
        "  is       "
            + Messages.text(effect, "kind", "?")
            + " of a "
            + Messages.text(effect, "target_kind", "?")
            + ", reach "
            + Messages.text(effect, "reach", "?")
            + ", "
            + Messages.text(effect, "certainty", "?")
            + ", "
            + Messages.text(effect, "place", "here")
            + (effect.has("resource") ? ", of " + Messages.text(effect, "resource", "") : "")
            + (effect.has("traits") ? ", " + joined(effect, "traits", ", ") : ""));
    if (effect.has("wrappers") && !effect.getAsJsonArray("wrappers").isEmpty()) {
      out.println("  through  " + joined(effect, "wrappers", ", "));
    }
    if (effect.has("seen")) {
      effect.getAsJsonArray("seen").forEach(thing -> seen(thing.getAsJsonObject(), out));
    }
    rules(effect, all, out);
  }

  private static void seen(JsonObject thing, PrintStream out) {
    out.println(
        "  seen     "
            + Messages.text(thing, "subject", "?")
            + " ("
            + Messages.text(thing, "kind", "?").replace('_', ' ')
            + ")");
    for (JsonElement element : thing.getAsJsonArray("facts")) {
      JsonObject fact = element.getAsJsonObject();
      String evidence = Messages.text(fact, "evidence", "");
      out.println(
          "             "
              + Messages.text(fact, "about", "?")
              + ": "
              + Messages.text(fact, "truth", "?")
              + (evidence.isEmpty() ? "" : ", " + evidence));
    }
    if (!thing.getAsJsonArray("labels").isEmpty()) {
      out.println("             labels: " + joined(thing, "labels", ", "));
    }
  }

  private static void rules(JsonObject effect, boolean all, PrintStream out) {
    int silent = 0;
    boolean anySpoke = false;
    for (JsonElement element : effect.getAsJsonArray("rules")) {
      anySpoke |= element.getAsJsonObject().get("spoke").getAsBoolean();
    }
    for (JsonElement element : effect.getAsJsonArray("rules")) {
      JsonObject rule = element.getAsJsonObject();
      String name =
          Messages.text(rule, "rule", "?") + " (" + Messages.text(rule, "decision", "?") + ")";
      if (rule.get("spoke").getAsBoolean()) {
        out.println("  speaks   " + name + ": " + Messages.text(rule, "title", ""));
        whence(rule, out);
      } else if (all || !anySpoke) {
        out.println("  silent   " + name + ": " + joined(rule, "objections", "; "));
      } else {
        silent++;
      }
    }
    if (effect.getAsJsonArray("rules").isEmpty()) {
      out.println("  no rule  is about such an effect on such a target");
    } else if (silent > 0) {
      out.println("  silent   " + silent + " other rules about its like; --all says why");
    }
  }

  /** Belay's own rules as they come need no word about it. */
  private static void whence(JsonObject rule, PrintStream out) {
    String layer = Messages.text(rule, "layer", "built-in");
    String changed = Messages.text(rule, "changed_by", "");
    if (!layer.equals("built-in")) {
      out.println("             of " + layer + ", " + Messages.text(rule, "file", "?"));
    }
    if (!changed.isEmpty()) {
      out.println("             made " + Messages.text(rule, "decision", "?") + " by " + changed);
    }
  }

  private static String joined(JsonObject of, String key, String by) {
    StringBuilder out = new StringBuilder();
    for (JsonElement text : of.getAsJsonArray(key)) {
      out.append(out.isEmpty() ? "" : by).append(text.getAsString());
    }
    return out.toString();
  }
}
