package belay.rules.syntax;

import java.util.Locale;
import java.util.Optional;

/** The shell whose grammar a line is read with. */
public enum Dialect {
  /** bash 4.4 to 5.2; extglob is always on, as it can only add readings that were errors before. */
  BASH,
  /** zsh 5.8 to 5.9 with its default options. */
  ZSH;

  /** The dialect of a shell's name as users write it ({@code bash}, {@code zsh}). */
  public static Optional<Dialect> named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "bash", "sh", "dash" -> Optional.of(BASH);
      case "zsh" -> Optional.of(ZSH);
      default -> Optional.empty();
    };
  }

  /** The name users write. */
  public String shellName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
