package belay.index.history;

import belay.rules.effect.Effect;
import belay.rules.syntax.Dialect;
import java.util.List;

/** Says what a line of a foreign history would have done. */
@FunctionalInterface
public interface CommandReader {

  /** The effects of a line whose directory, variables and aliases nobody knows any more. */
  List<Effect> effectsOf(byte[] line, Dialect dialect);
}
