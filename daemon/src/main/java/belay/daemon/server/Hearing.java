package belay.daemon.server;

import belay.daemon.guard.CheckAnswer;
import belay.daemon.guard.Judgement;
import belay.daemon.terminal.Painter;
import belay.daemon.terminal.Panel;
import belay.rules.judge.Verdict;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code belay guard}: a judgement as {@code check} has it, and beside it the words
 * for the person who is told or asked, set for that terminal.
 */
public final class Hearing {

  private Hearing() {}

  /** Where no pass is to be had. */
  public static JsonObject of(Judgement judgement, Painter painter) {
    return of(judgement, painter, null);
  }

  /**
   * The same with the code of a pass for a blocked line.
   *
   * @param pass null where none is to be had
   */
  static JsonObject of(Judgement judgement, Painter painter, @Nullable String pass) {
    JsonObject out = CheckAnswer.of(judgement);
    byte[] line = judgement.line();
    switch (judgement.verdict()) {
      case Verdict.Allow _ -> {}
      case Verdict.Note note -> add(out, Panel.note(note, painter));
      case Verdict.Block block ->
          add(out, Panel.blocked(line, block, painter, Panel.Recall.NONE, pass));
      case Verdict.Confirm confirm -> {
        add(out, Panel.confirm(line, confirm, painter));
        out.addProperty("question", Panel.question(confirm.challenge(), painter));
        JsonArray texts = new JsonArray();
        confirm.challenge().texts().forEach(texts::add);
        out.add("challenge", texts);
        out.addProperty("delay_s", confirm.challenge().delay().toSeconds());
        out.addProperty("second_person", confirm.challenge().secondPerson());
      }
    }
    return out;
  }

  /** A blocked line that runs by a pass: a note. */
  static JsonObject passed(Judgement judgement, List<String> panel) {
    JsonObject out = CheckAnswer.of(judgement);
    out.addProperty("verdict", "note");
    add(out, panel);
    return out;
  }

  private static void add(JsonObject out, List<String> panel) {
    JsonArray lines = new JsonArray();
    panel.forEach(lines::add);
    out.add("panel", lines);
  }
}
