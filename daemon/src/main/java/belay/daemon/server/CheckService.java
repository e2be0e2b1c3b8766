package belay.daemon.server;

import belay.daemon.config.Config;
import belay.daemon.config.Directories;
import belay.daemon.config.Layers;
import belay.daemon.fact.FactFinder;
import belay.daemon.fact.Viewpoint;
import belay.daemon.guard.CheckAnswer;
import belay.daemon.guard.CheckRequest;
import belay.daemon.guard.Explanation;
import belay.daemon.guard.Guard;
import belay.daemon.guard.Judgement;
import belay.rules.effect.CommandModels;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectReader;
import belay.rules.effect.ShellView;
import belay.rules.fact.Facts;
import belay.rules.judge.NearMiss;
import belay.rules.judge.Policy;
import belay.rules.syntax.Text;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** Judges lines that no shell waits for: {@code belay check}, in the daemon or in-process. */
public final class CheckService {

  private final RulesInForce rules;
  private final Guard guard;
  private final Function<CheckRequest.Sight, Guard.Surroundings> surroundings;

  /**
   * A service.
   *
   * @param surroundings what is seen of the machine and of the history
   */
  CheckService(
      RulesInForce rules,
      Guard guard,
      Function<CheckRequest.Sight, Guard.Surroundings> surroundings) {
    this.rules = rules;
    this.guard = guard;
    this.surroundings = surroundings;
  }

  /** A service that needs no daemon and knows no history. */
  public static CheckService offline(Directories directories, Config config) {
    EffectReader effects = new EffectReader(CommandModels.builtIn());
    RulesInForce rules =
        new RulesInForce(
            Layers.of(directories, System.getenv()), effects, new Policy(config.mode()));
    FactFinder finder =
        FactsService.patient(config).knowing(Settled.by(config, directories, rules));
    FactFinder recent = finder.searchingAtMostEvery(CheckRequest.Sight.SEARCH_AGE);
    return new CheckService(
        rules,
        new Guard(effects, rules::judge),
        sight ->
            switch (sight) {
              case NONE -> Guard.NOTHING_KNOWN;
              case LIVE -> seenBy(finder);
              case RECENT -> seenBy(recent);
            });
  }

  private static Guard.Surroundings seenBy(FactFinder finder) {
    return new Guard.Surroundings() {
      @Override
      public List<List<Facts>> facts(List<Effect> found, ShellView shell) {
        return finder.lookAll(found, Viewpoint.of(shell, 0, found));
      }

      @Override
      public List<List<NearMiss>> nearMisses(String line, List<Effect> found) {
        return Guard.NOTHING_KNOWN.nearMisses(line, found);
      }
    };
  }

  public RulesInForce rules() {
    return rules;
  }

  /** Reads a line of {@code --jsonl}. */
  public static CheckRequest parse(byte[] line, CheckRequest.Defaults defaults)
      throws CheckRequest.BadRequest {
    JsonElement element;
    try {
      element =
          JsonParser.parseString(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
    } catch (CharacterCodingException _) {
      throw new CheckRequest.BadRequest("the line is not UTF-8; use `command_base64`");
    } catch (JsonParseException | StackOverflowError e) {
      throw new CheckRequest.BadRequest("the line is no JSON object: " + e.getMessage());
    }
    if (!element.isJsonObject()) {
      throw new CheckRequest.BadRequest("the line is no JSON object");
    }
    return CheckRequest.of(element.getAsJsonObject(), defaults);
  }

  /** The answer to a line that is no request. */
  public static JsonObject refusal(CheckRequest.BadRequest problem) {
    JsonObject out = new JsonObject();
    out.addProperty("error", problem.getMessage());
    return out;
  }

  /** The answer to a line of {@code --jsonl}. */
  public JsonObject answer(byte[] line, CheckRequest.Defaults defaults) {
    try {
      return answer(parse(line, defaults));
    } catch (CheckRequest.BadRequest e) {
      return refusal(e);
    }
  }

  public JsonObject answer(CheckRequest request) {
    return CheckAnswer.of(judge(request));
  }

  /** The judgement with all that led to it. */
  public JsonObject explain(CheckRequest request) {
    Judgement judgement = judge(request);
    JsonObject out =
        Explanation.of(
            judgement, rules.judge().considered(judgement.assessed(), judgement.circumstances()));
    for (JsonElement effect : out.getAsJsonArray("effects")) {
      for (JsonElement rule : effect.getAsJsonObject().getAsJsonArray("rules")) {
        whence(rule.getAsJsonObject());
      }
    }
    return out;
  }

  /** The layer and file of a rule, and what changed it on its way through the layers. */
  private void whence(JsonObject rule) {
    String id = Messages.text(rule, "rule", "");
    Provenance from = rules.provenance(id);
    rule.addProperty("layer", from.layer().key());
    rule.addProperty("file", Text.printable(from.file()));
    String changed = rules.changed(id);
    if (changed != null) {
      rule.addProperty("changed_by", Text.printable(changed));
    }
  }

  public Judgement judge(CheckRequest request) {
    return guard.judge(
        request.line(),
        request.line(),
        request.shell(),
        surroundings.apply(request.sight()),
        request::circumstances);
  }
}
