package belay.rules.pack;

import java.util.List;

/**
 * The text of a pack: one file, or a manifest with the files of rules beside it.
 *
 * @param name what diagnostics call the file
 * @param text as {@link belay.rules.syntax.Text#decode(byte[])} reads it
 * @param parts the other files; none where the pack is one file
 */
public record Source(String name, String text, List<Source> parts) {

  public Source {
    parts = List.copyOf(parts);
  }

  /** A pack that is one file. */
  public Source(String name, String text) {
    this(name, text, List.of());
  }
}
