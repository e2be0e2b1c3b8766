package belay.rules.judge;

import org.jspecify.annotations.Nullable;

/**
 * What to do instead.
 *
 * @param say in words, or null
 * @param run a command to type instead, whose blanks are filled with words as a shell quotes them;
 *     or null
 */
public record Advice(@Nullable Phrase say, @Nullable Phrase run) {

  /** No advice. */
  public static final Advice NONE = new Advice(null, null);
}
