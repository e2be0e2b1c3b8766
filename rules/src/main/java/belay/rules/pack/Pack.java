package belay.rules.pack;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A named set of rules that was read.
 *
 * @param name dotted lower-case words: {@code core.storage}; the first half of its rules' ids
 * @param title what it is about, for people
 * @param rules how many rules it has
 * @param file where it begins
 * @param licence as its authors name it, or null
 * @param maintainers who answers for it
 * @param needs which versions of which other packs it builds on
 */
public record Pack(
    String name,
    Version version,
    String title,
    int rules,
    String file,
    @Nullable String licence,
    List<String> maintainers,
    Map<String, VersionRange> needs) {

  public Pack {
    maintainers = List.copyOf(maintainers);
    needs = Map.copyOf(needs);
  }
}
