package belay.rules.effect;

import java.util.List;

/**
 * What a line would do.
 *
 * @param effects in the order of the line, each once
 * @param unread what could not be followed, for a person
 */
public record Reading(List<Effect> effects, List<String> unread) {
  public Reading {
    effects = List.copyOf(effects);
    unread = List.copyOf(unread);
  }
}
