package belay.daemon.fact;

import belay.rules.effect.Certainty;
import belay.rules.effect.Effect;
import belay.rules.effect.EffectKind;
import belay.rules.effect.Origin;
import belay.rules.effect.Reach;
import belay.rules.effect.Target;
import belay.rules.effect.Value;
import belay.rules.syntax.Span;
import java.util.List;

/** Effects as a reader of command lines would give them. */
final class Effects {

  private Effects() {}

  static Effect overwrite(Object path) {
    return effect(EffectKind.OVERWRITE, path(path), Reach.ONE);
  }

  static Effect delete(Object path) {
    return effect(EffectKind.DELETE, path(path), Reach.ONE);
  }

  static Effect deleteTree(Object path) {
    return effect(EffectKind.DELETE, path(path), Reach.RECURSIVE);
  }

  static Effect format(String device) {
    return effect(EffectKind.FORMAT, new Target.Device(Value.of(device)), Reach.ONE);
  }

  static Target path(Object path) {
    return new Target.Path(Value.of(path.toString()));
  }

  static Effect effect(EffectKind kind, Target target, Reach reach) {
    return effect(kind, target, reach, new Origin.Place.Here());
  }

  static Effect effect(EffectKind kind, Target target, Reach reach, Origin.Place place) {
    Origin origin = new Origin(new Span(0, 1), "dd", List.of(), place, List.of());
    return new Effect(kind, target, reach, Certainty.CERTAIN, origin);
  }
}
