package belay.daemon.guard;

import belay.rules.effect.Effect;
import belay.rules.effect.Origin;
import belay.rules.fact.Fact;
import belay.rules.fact.Facts;
import belay.rules.judge.Assessed;
import belay.rules.judge.Considered;
import belay.rules.syntax.Text;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** A judgement with all that led to it: what {@code belay explain} prints. */
public final class Explanation {

  private Explanation() {}

  /**
   * What {@link CheckAnswer} tells, with {@code reading}, and in each effect what was seen of its
   * target and what every rule about its like said of it.
   */
  public static JsonObject of(Judgement judgement, List<Considered> considered) {
    JsonObject out = CheckAnswer.of(judgement);
    JsonArray reading = new JsonArray();
    for (Anatomy.Row row : Anatomy.of(judgement.line(), judgement.script())) {
      JsonObject one = new JsonObject();
      one.addProperty("depth", row.depth());
      one.addProperty("what", row.what());
      one.addProperty("text", row.text());
      reading.add(one);
    }
    out.add("reading", reading);
    JsonArray effects = out.getAsJsonArray("effects");
    for (int i = 0; i < effects.size(); i++) {
      int at = i;
      JsonObject effect = effects.get(i).getAsJsonObject();
      if (i < judgement.assessed().size()) {
        Assessed assessed = judgement.assessed().get(i);
        described(effect, assessed.effect());
        JsonArray things = new JsonArray();
        assessed.facts().forEach(facts -> things.add(seen(facts)));
        effect.add("seen", things);
      }
      JsonArray rules = new JsonArray();
      considered.stream()
          .filter(each -> each.effect() == at)
          .forEach(each -> rules.add(rule(each)));
      effect.add("rules", rules);
    }
    return out;
  }

  private static void described(JsonObject out, Effect effect) {
    out.addProperty("words", Text.printable(effect.inWords()));
    out.add("wrappers", texts(effect.origin().wrappers()));
    out.addProperty(
        "place",
        switch (effect.origin().place()) {
          case Origin.Place.Here _ -> "here";
          case Origin.Place.Remote(var host) -> "on " + Text.printable(host.display());
          case Origin.Place.Inside(String what) -> "inside " + Text.printable(what);
        });
  }

  private static JsonObject seen(Facts facts) {
    JsonObject out = new JsonObject();
    out.addProperty("subject", Text.printable(facts.subject()));
    out.addProperty("kind", facts.kind().key());
    JsonArray told = new JsonArray();
    for (Fact fact : facts.facts()) {
      JsonObject one = new JsonObject();
      one.addProperty("about", fact.about().key());
      one.addProperty("truth", fact.truth().name().toLowerCase(Locale.ROOT));
      one.addProperty("evidence", Text.printable(fact.evidence()));
      told.add(one);
    }
    out.add("facts", told);
    out.add("labels", texts(facts.labels()));
    return out;
  }

  private static JsonObject rule(Considered considered) {
    JsonObject out = new JsonObject();
    out.addProperty("rule", considered.rule());
    out.addProperty("title", Text.printable(considered.title()));
    out.addProperty("decision", considered.decision().key());
    out.addProperty("subject", considered.subject());
    out.addProperty("spoke", considered.spoke());
    out.add("objections", texts(considered.objections()));
    return out;
  }

  private static JsonArray texts(Collection<String> texts) {
    JsonArray array = new JsonArray();
    texts.stream().map(Text::printable).forEach(array::add);
    return array;
  }
}
