package belay.rules.pack;

/**
 * A named set of rules that was read.
 *
 * @param name dotted lower-case words: {@code core.storage}; the first half of its rules' ids
 * @param version three numbers (Semantic Versioning 2.0.0)
 * @param title what it is about, for people
 * @param rules how many rules it has
 * @param file what diagnostics call where it is
 */
public record Pack(String name, String version, String title, int rules, String file) {}
