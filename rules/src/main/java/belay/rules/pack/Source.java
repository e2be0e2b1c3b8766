package belay.rules.pack;

/**
 * The text of a pack file.
 *
 * @param name what diagnostics call it
 * @param text as {@link belay.rules.syntax.Text#decode(byte[])} reads it
 */
public record Source(String name, String text) {}
