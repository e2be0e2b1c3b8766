package belay.rules.judge;

import belay.rules.syntax.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule, or a near miss, that spoke.
 *
 * @param rule its full id, pack first: {@code core.storage/live-image}; {@code near-miss} for near
 *     misses
 * @param decision what it asks for on its own
 * @param message what would happen and why it matters, one or two sentences; printable
 * @param instead what to do instead, in words, or null
 * @param suggestion a command to type instead, or null
 * @param span the part of the line it is about, in bytes
 * @param target the thing in danger, printable
 * @param evidence what was seen, one item a line; printable
 * @param nearMiss the near miss behind it, or null
 */
public record Finding(
    String rule,
    Severity severity,
    Decision decision,
    String message,
    @Nullable String instead,
    @Nullable String suggestion,
    Span span,
    String target,
    List<String> evidence,
    @Nullable NearMiss nearMiss) {

  public Finding {
    evidence = List.copyOf(evidence);
  }
}
