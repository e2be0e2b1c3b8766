package belay.rules.syntax;

import java.util.List;

/**
 * Commands one after another (POSIX.1-2024 2.9.3 Lists).
 *
 * @param span the bytes it covers; empty where there is no command
 * @param items in order
 */
public record CommandList(Span span, List<Item> items) {

  public CommandList {
    items = List.copyOf(items);
  }

  /** One command and how it ends. */
  public record Item(Command command, Terminator terminator) {}

  /** What stands behind a command of a list. */
  public enum Terminator {
    /** {@code ;}, a newline, or the end of the list. */
    SEQUENCE,
    /** {@code &}. */
    BACKGROUND,
    /** zsh {@code &|} or {@code &!}. */
    DISOWN
  }
}
