package belay.rules.judge;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a user allows beforehand: that a rule says nothing, of some paths or at all, until a day.
 *
 * @param rule which, by its id or a pattern
 * @param path of which targets, or null for all
 * @param until when it ends
 * @param reason why, in the user's words
 */
public record Allowance(Wildcard rule, @Nullable PathPattern path, Instant until, String reason) {

  /** Not where a rule lets nobody by: what a pass may not do for once, this may not do for ever. */
  boolean covers(Rule spoken, Case about) {
    return spoken.passable()
        && rule.matches(spoken.id())
        && (path == null || path.matches(about.subject()));
  }
}
