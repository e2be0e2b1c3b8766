package belay.daemon.guard;

import belay.rules.effect.Effect;
import belay.rules.effect.Trait;
import belay.rules.judge.Finding;
import belay.rules.judge.NearMiss;
import belay.rules.syntax.Script;
import belay.rules.syntax.Span;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;

/** A judgement as JSON: what {@code belay check --json} prints and the socket answers. */
public final class CheckAnswer {

  private CheckAnswer() {}

  public static JsonObject of(Judgement judgement) {
    JsonObject out = new JsonObject();
    out.addProperty("verdict", judgement.verdict().decision().key());
    JsonArray findings = new JsonArray();
    for (Finding finding : judgement.verdict().findings()) {
      findings.add(finding(finding));
    }
    out.add("findings", findings);
    JsonArray effects = new JsonArray();
    for (Effect effect : judgement.reading().effects()) {
      effects.add(effect(effect));
    }
    out.add("effects", effects);
    out.addProperty(
        "syntax",
        switch (judgement.script().status()) {
          case Script.Status.Complete _ -> "ok";
          case Script.Status.Incomplete _ -> "incomplete";
          case Script.Status.Invalid _ -> "error";
        });
    List<String> unread = judgement.reading().unread();
    if (!unread.isEmpty()) {
      JsonArray array = new JsonArray();
      unread.forEach(text -> array.add(Text.printable(text)));
      out.add("unread", array);
    }
    out.addProperty("micros", judgement.micros());
    return out;
  }

  private static JsonObject finding(Finding finding) {
    JsonObject out = new JsonObject();
    out.addProperty("rule", finding.rule());
    out.addProperty("severity", finding.severity().key());
    out.addProperty("decision", finding.decision().key());
    out.addProperty("message", finding.message());
    out.add("span", span(finding.span()));
    out.addProperty("target", Text.printable(finding.target()));
    JsonArray evidence = new JsonArray();
    finding.evidence().forEach(text -> evidence.add(Text.printable(text)));
    out.add("evidence", evidence);
    if (finding.instead() != null) {
      out.addProperty("instead", finding.instead());
    }
    if (finding.suggestion() != null) {
      out.addProperty("suggestion", finding.suggestion());
    }
    NearMiss nearMiss = finding.nearMiss();
    if (nearMiss != null) {
      JsonObject near = new JsonObject();
      near.addProperty("typed", Text.printable(nearMiss.typed()));
      near.addProperty("habitual", Text.printable(nearMiss.habitual()));
      near.addProperty("habitual_command", Text.printable(nearMiss.habitualCommand()));
      near.addProperty("habitual_count", nearMiss.habitualCount());
      near.addProperty("typed_count", nearMiss.typedCount());
      near.addProperty("last_habitual", nearMiss.lastHabitual().toString());
      near.addProperty("distance", nearMiss.distance());
      near.addProperty("suggestion", nearMiss.suggestion());
      out.add("near_miss", near);
    }
    return out;
  }

  private static JsonObject effect(Effect effect) {
    JsonObject out = new JsonObject();
    out.addProperty("kind", effect.kind().key());
    out.addProperty("target", Text.printable(effect.target().display()));
    out.addProperty("target_kind", effect.target().key());
    out.addProperty("reach", effect.reach().name().toLowerCase(Locale.ROOT));
    out.addProperty("certainty", effect.certainty().name().toLowerCase(Locale.ROOT));
    String resource = effect.detail().resource();
    if (!resource.isEmpty()) {
      out.addProperty("resource", Text.printable(resource));
    }
    if (!effect.detail().traits().isEmpty()) {
      JsonArray traits = new JsonArray();
      effect.detail().traits().stream().sorted().map(Trait::key).forEach(traits::add);
      out.add("traits", traits);
    }
    out.addProperty("program", Text.printable(effect.origin().program()));
    out.add("span", span(effect.origin().span()));
    return out;
  }

  private static JsonArray span(Span span) {
    JsonArray out = new JsonArray();
    out.add(span.from());
    out.add(span.to());
    return out;
  }
}
