package belay.daemon.server;

import belay.daemon.guard.CheckAnswer;
import belay.daemon.guard.Judgement;
import belay.daemon.terminal.Painter;
import belay.daemon.terminal.Panel;
import belay.rules.judge.Challenge;
import belay.rules.judge.Verdict;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/**
 * The answer to {@code belay guard}: a judgement as {@code check} has it, and beside it the words
 * for the person who is told or asked, set for that terminal.
 */
public final class Hearing {

  private Hearing() {}

  public static JsonObject of(Judgement judgement, Painter painter) {
    JsonObject out = CheckAnswer.of(judgement);
    byte[] line = judgement.line();
    switch (judgement.verdict()) {
      case Verdict.Allow _ -> {}
      case Verdict.Note note -> add(out, Panel.note(note, painter));
      case Verdict.Block block -> add(out, Panel.blocked(line, block, painter, Panel.Recall.NONE));
      case Verdict.Confirm confirm -> {
        add(out, Panel.confirm(line, confirm, painter));
        out.addProperty("question", Panel.question(confirm.challenge(), painter));
        if (confirm.challenge() instanceof Challenge.Type(String text)) {
          out.addProperty("challenge", text);
        }
      }
    }
    return out;
  }

  private static void add(JsonObject out, List<String> panel) {
    JsonArray lines = new JsonArray();
    panel.forEach(lines::add);
    out.add("panel", lines);
  }
}
