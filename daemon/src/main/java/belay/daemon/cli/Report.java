package belay.daemon.cli;

import belay.daemon.server.Messages;
import belay.rules.syntax.Text;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.PrintStream;

/** A verdict for a person to read, without a terminal's arts. */
final class Report {

  private Report() {}

  static void print(byte[] line, JsonObject answer, PrintStream out) {
    verdict(line, answer, out);
    for (JsonElement element : answer.getAsJsonArray("effects")) {
      JsonObject effect = element.getAsJsonObject();
      out.println(
          "  effect    "
              + Messages.text(effect, "kind", "?")
              + " "
              + Messages.text(effect, "target", "?")
              + qualifier(effect, "reach", "one")
              + qualifier(effect, "certainty", "certain"));
    }
    findings(answer, out);
    unread(answer, out);
  }

  static void verdict(byte[] line, JsonObject answer, PrintStream out) {
    out.println(Messages.text(answer, "verdict", "?") + ": " + Text.printable(Text.decode(line)));
  }

  static void findings(JsonObject answer, PrintStream out) {
    for (JsonElement element : answer.getAsJsonArray("findings")) {
      JsonObject finding = element.getAsJsonObject();
      out.println(
          "  finding   "
              + Messages.text(finding, "decision", "?")
              + " ("
              + Messages.text(finding, "rule", "?")
              + "): "
              + Messages.text(finding, "message", ""));
      for (JsonElement evidence : finding.getAsJsonArray("evidence")) {
        out.println("  seen      " + evidence.getAsString());
      }
      JsonElement near = finding.get("near_miss");
      if (near != null) {
        JsonObject nearMiss = near.getAsJsonObject();
        out.println("  usually   " + Messages.text(nearMiss, "habitual_command", ""));
      }
      if (finding.has("suggestion")) {
        out.println("  type      " + Messages.text(finding, "suggestion", ""));
      }
      if (finding.has("instead")) {
        out.println("  instead   " + Messages.text(finding, "instead", ""));
      }
    }
  }

  static void unread(JsonObject answer, PrintStream out) {
    if (answer.has("unread")) {
      for (JsonElement text : answer.getAsJsonArray("unread")) {
        out.println("  not read  " + text.getAsString());
      }
    }
    String syntax = Messages.text(answer, "syntax", "ok");
    if (!syntax.equals("ok")) {
      out.println("  syntax    " + syntax);
    }
  }

  private static String qualifier(JsonObject effect, String key, String usual) {
    String value = Messages.text(effect, key, usual);
    return value.equals(usual) ? "" : " (" + value + ")";
  }
}
